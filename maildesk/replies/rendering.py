"""A template and the facts of one mail as subject, text/plain and HTML, in one go and fast.

Pipeline: facts → words (``wording``) → parts → subject and Markdown (``sandbox``: values escaped as data) → text and
HTML (``markup``) → a person's own words put in where the template has a block. Subjects are one line without control
characters, at most 250 characters.

Raises ``TemplateFault`` with its ``path`` where a template cannot be filled in, which loading makes unlikely; a fact of
the wrong type is a bug (``ValueError``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Template as JinjaTemplate

from maildesk.replies.directions import either_way
from maildesk.replies.layout import mirrored
from maildesk.replies.markup import Block, convert, page
from maildesk.replies.sandbox import BLOCK_CHARS, ENDED, GLUE, Markdown, TemplateFault, one_line, run
from maildesk.replies.templates import Found
from maildesk.replies.wording import Reader, worded

LONGEST_SUBJECT = 250


@dataclass(frozen=True, slots=True)
class Rendered:
    """The words of one mail. ``html`` is a whole document."""

    subject: str
    text: str
    html: str


class RenderingFault(Exception):
    """A template failed while a mail was made of it."""

    def __init__(self, path: Path, fault: TemplateFault) -> None:
        super().__init__(f"{path}: {fault}")
        self.path = path
        self.fault = fault


def render(found: Found, facts: Mapping[str, object], reader: Reader, blocks: Mapping[str, Block]) -> Rendered:
    """The mail's words. ``blocks``: placeholder of kind block → its content; a block without one is left out."""
    present = {name: bool(blocks.get(name) and blocks[name].text.strip()) for name in BLOCK_CHARS}
    subject, source = filled(found, facts, reader, present)
    if reader.words.direction == "rtl":  # a person's words may be in any language
        blocks = {name: either_way(each) for name, each in blocks.items()}
    text, inner = convert(source, {char: blocks[name] for name, char in BLOCK_CHARS.items() if present[name]})
    direction = reader.words.direction
    if direction == "rtl":
        inner = mirrored(inner)
    return Rendered(subject, text, page(subject, inner, reader.words.language, direction))


def filled(found: Found, facts: Mapping[str, object], reader: Reader, present: Mapping[str, bool]) -> tuple[str, str]:
    """The subject, and the body as Markdown with every value escaped. ``present``: which blocks have content."""
    return printed(found, worded({**facts, **present}, found.uses, reader))


def printed(found: Found, values: Mapping[str, object]) -> tuple[str, str]:
    """The same of values that are worded already."""
    values = dict(values)
    for name, (path, part) in found.parts.items():
        values[name] = Markdown(_run(path, part.body, values).strip())
    subject = "" if found.compiled.subject is None else _run(found.path, found.compiled.subject, values)
    source = _run(found.path, found.compiled.body, values)
    return one_line(subject.replace(GLUE, " "), LONGEST_SUBJECT), source


_STOP_TOO_MANY = re.compile(f"{ENDED}(\u2069?)\\.?")


def _run(path: Path, template: JinjaTemplate, values: Mapping[str, object]) -> str:
    try:
        return _STOP_TOO_MANY.sub(r"\1", run(template, values))
    except TemplateFault as fault:
        raise RenderingFault(path, fault) from fault
