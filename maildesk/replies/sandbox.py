"""Templates compiled in a sandbox in which an admin's edit can do no harm.

Allowed is little: text, ``{{ placeholder }}``, ``{% if %}``, ``{% for %}`` over a list, comparisons, a few filters. The
tree of a template is checked against that list before anything of it runs, so no code, no import, no attribute of a
Python object and no arithmetic is reachable; Jinja's ``ImmutableSandboxedEnvironment`` stands behind it as a second
wall, with operators refused there too (it limits no resources itself: ``{{ 9**99999999 }}`` could not be interrupted).
Loops nest at most twice, output and time are limited while it runs.

Values are data: what a placeholder prints is escaped for Markdown at the moment of printing, so a customer's ``*`` or
``[x](http://…)`` stays what they typed. Only ``Markdown`` (our own parts) passes as it is.

Every fault is ``TemplateFault`` with a line and a sentence; anything else that is raised is a bug.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import takewhile
from typing import Any, NoReturn

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2 import Template as JinjaTemplate
from jinja2.exceptions import SecurityError, TemplateRuntimeError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from maildesk.replies.placeholders import ARTICLE_FIELDS, PLACEHOLDERS, ROW_FIELDS
from maildesk.replies.values import Counted as Counted
from maildesk.replies.values import Isolated as Isolated
from maildesk.replies.values import Markdown as Markdown
from maildesk.replies.values import Missing as Missing
from maildesk.replies.values import MissingNumber as MissingNumber
from maildesk.replies.values import plural

MOST_SOURCE = 64 * 1024
MOST_OUTPUT = 256 * 1024
MOST_SECONDS = 2.0
"""Of work, not of waiting. A mail renders in under a millisecond; what takes this long is a mistake or an attack."""

_FILTERS = ("upper", "lower", "capitalize", "length", "first", "last", "join", "default", "plural")
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.CondExpr, nodes.For,
    nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand, nodes.Filter, nodes.Getattr,
)  # fmt: skip


class TemplateFault(Exception):
    """A template cannot be used. ``line`` counts from 1 in the file; ``sentence`` tells its author what to do.

    ``code`` is the kind of mistake, as ``findings`` names it: syntax, placeholder, code, html.
    """

    def __init__(self, line: int, sentence: str, code: str = "syntax") -> None:
        super().__init__(f"line {line}: {sentence}")
        self.line = line
        self.sentence = sentence
        self.code = code


@dataclass(frozen=True, slots=True)
class Source:
    """The two texts of a template file, padded with empty lines so that line numbers are the file's."""

    subject: str | None
    subject_line: int
    body: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """A checked template. ``uses`` are the placeholders it names, in subject and body together."""

    subject: JinjaTemplate | None
    body: JinjaTemplate
    uses: frozenset[str]
    text: str = field(repr=False)
    subject_line: int = 1


_SPECIAL = re.compile(r"([!-/:-@\[-`{-~])")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\uf8ff]")
GLUE = "\ue000"
"""A space at which no line may be broken, so that a promise stands on one line; a plain space once wrapped."""

ENDED = "\ue010"
"""Stands behind a value that ends its own sentence ("Where is it?"): the template's full stop behind it is dropped."""

BLOCK_CHARS: Mapping[str, str] = {"body": "\ue001", "earlier": "\ue002", "marker": "\ue003", "their_text": "\ue004"}
"""What block placeholders print until their text is put in; values can hold none of these: ``one_line`` drops them."""


def one_line(text: str, longest: int = 300) -> str:
    """Outside text as one line without control, direction and private characters, cut at ``longest``."""
    tidy = " ".join(_UNPRINTABLE.sub(" ", text).split())
    return tidy if len(tidy) <= longest else tidy[: longest - 1].rstrip() + "…"


def escape(value: object) -> str:
    """A printed value as Markdown in which every character stands for itself (CommonMark, 2.4)."""
    if isinstance(value, Markdown):
        return str(value)
    escaped = _SPECIAL.sub(r"\\\1", str(value))
    return f"\u2068{escaped}\u2069" if isinstance(value, Isolated) else escaped


def _as_it_is(value: object) -> str:
    return str(value)


class _Sandbox(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "%", "**"])
    intercepted_unops = frozenset(["+", "-"])

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> NoReturn:
        raise SecurityError(f"templates do not calculate ({operator})")

    def call_unop(self, context: Any, operator: str, arg: Any) -> NoReturn:
        raise SecurityError(f"templates do not calculate ({operator})")


def _environment(finalize: Callable[[object], str]) -> _Sandbox:
    made = _Sandbox(
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
        undefined=StrictUndefined,
        finalize=finalize,
        cache_size=0,
    )
    made.filters = {**{name: made.filters[name] for name in _FILTERS if name != "plural"}, "plural": plural}
    made.globals = {}
    made.tests = {}
    return made


_BODIES = _environment(escape)
_SUBJECTS = _environment(_as_it_is)


def read_source(text: str, *, needs_subject: bool) -> Source:
    """Front matter and body of a template file. Raises ``TemplateFault``."""
    if len(text) > MOST_SOURCE:
        raise TemplateFault(1, "The file is larger than 64 KB; a mail is a page at most.")
    lines = text.lstrip("\ufeff").splitlines()
    if not needs_subject:
        return Source(None, 1, "\n".join(lines))
    if not lines or lines[0].strip() != "---":
        raise TemplateFault(1, 'Begin the file with a line "---", then "subject: …", then "---".')
    end = next((index for index, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    if end is None:
        raise TemplateFault(1, 'The front matter is not closed; put a line "---" below the subject.')
    return _with_subject(lines, end)


def _with_subject(lines: list[str], end: int) -> Source:
    subject, at = None, 1
    for number, line in enumerate(lines[1:end], 2):
        key, colon, value = line.partition(":")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if key.strip() != "subject" or not colon:
            raise TemplateFault(number, f'Only "subject: …" may stand here, not "{one_line(line, 40)}".')
        subject, at = value.strip().strip('"'), number
    if not subject:
        raise TemplateFault(2, 'The subject is missing; write "subject: …" between the two lines "---".')
    return Source(subject, at, "\n" * (end + 1) + "\n".join(lines[end + 1 :]))


def compile_source(source: Source) -> Compiled:
    """A template that holds only what is allowed. Raises ``TemplateFault`` at the first thing that is not."""
    subject = None
    uses: set[str] = set()
    if source.subject is not None:
        subject = _compile(_SUBJECTS, "\n" * (source.subject_line - 1) + source.subject, uses)
    body = _compile(_BODIES, source.body, uses)
    for number, line in enumerate(source.body.splitlines(), 1):
        _check_line(number, line, uses)
    return Compiled(subject, body, frozenset(uses), source.body, source.subject_line)


def _compile(environment: _Sandbox, text: str, uses: set[str]) -> JinjaTemplate:
    try:
        tree = environment.parse(text)
        _check(tree, uses, frozenset(), 0)
        return environment.from_string(tree)
    except TemplateSyntaxError as error:
        raise TemplateFault(error.lineno, f"This cannot be read: {error.message}.") from error


def _check(node: nodes.Node, uses: set[str], rows: frozenset[str], depth: int) -> None:
    if not isinstance(node, _ALLOWED):
        raise TemplateFault(
            node.lineno,
            f"Only placeholders, if and for may be used in a template, not {type(node).__name__.lower()}.",
            "code",
        )
    if isinstance(node, nodes.Name):
        _check_name(node, uses, rows)
    elif isinstance(node, nodes.Getattr):
        _check_field(node, rows)
    elif isinstance(node, nodes.Filter) and node.name not in _FILTERS:
        raise TemplateFault(node.lineno, f"There is no filter {node.name}; there are {', '.join(_FILTERS)}.", "code")
    if isinstance(node, nodes.For):
        _check_loop(node, uses, rows, depth)
        return
    for child in node.iter_child_nodes():
        _check(child, uses, rows, depth)


def _check_name(node: nodes.Name, uses: set[str], rows: frozenset[str]) -> None:
    if node.name in rows:
        return
    if node.name not in PLACEHOLDERS:
        near = max(get_close_matches(node.name, PLACEHOLDERS), key=lambda each: _alike(each, node.name), default="")
        hint = f"; did you mean {near}?" if near else "; docs/templates.md lists them."
        raise TemplateFault(node.lineno, f"There is no placeholder {node.name}{hint}", "placeholder")
    uses.add(node.name)


def _alike(name: str, meant: str) -> int:
    """How many letters the two begin with together; people mistype the end of a word more than its beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(name, meant, strict=False)))


def _check_field(node: nodes.Getattr, rows: frozenset[str]) -> None:
    if not (isinstance(node.node, nodes.Name) and node.node.name in rows and node.attr in ROW_FIELDS | ARTICLE_FIELDS):
        raise TemplateFault(node.lineno, f"There is nothing called .{node.attr} here.", "placeholder")


def _check_loop(node: nodes.For, uses: set[str], rows: frozenset[str], depth: int) -> None:
    if depth >= 2 or node.recursive or not isinstance(node.target, nodes.Name):
        raise TemplateFault(node.lineno, "A loop goes over one list, and at most two loops stand inside each other.")
    _check(node.iter, uses, rows, depth)
    inner = rows | {node.target.name}
    for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
        _check(child, uses, inner, depth + 1)


_IN_CODE = re.compile(r"`[^`]*\{\{[^`]*`")
HTML_TAG = re.compile(r"<(?!https?:|mailto:)(?:/?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?|!--.*?(?:--|$))>?")


def _check_line(number: int, line: str, uses: set[str]) -> None:
    if tag := HTML_TAG.search(re.sub(r"`[^`]*`|\{\{.*?\}\}|\{%.*?%\}", "", line)):
        sentence = (
            f"HTML such as {one_line(tag[0], 40)} is not used in a template; readers would see it. Write Markdown."
        )
        raise TemplateFault(number, sentence, "html")
    if _IN_CODE.search(line):
        raise TemplateFault(number, "A placeholder between two ` would show backslashes; leave the ` away.")
    for name in BLOCK_CHARS.keys() & uses:
        if re.search(r"\{\{-?\s*" + name + r"\s*-?\}\}", line) and not re.fullmatch(r"\{\{[^{}]*\}\}", line.strip()):
            raise TemplateFault(number, f"{{{{ {name} }}}} stands alone on its line, with an empty line around it.")


def run(template: JinjaTemplate, values: Mapping[str, object]) -> str:
    """The template's output. Raises ``TemplateFault`` when it fails, takes too long or grows too large."""
    pieces: list[str] = []
    size, deadline = 0, time.thread_time() + MOST_SECONDS  # of work: a busy machine is no mistake of the template's
    try:
        for piece in template.generate(values):
            pieces.append(piece)
            size += len(piece)
            if size > MOST_OUTPUT or time.thread_time() > deadline:
                raise TemplateFault(1, "The mail grows without end; shorten the loops.")
    except (UndefinedError, SecurityError, TemplateRuntimeError, TypeError, ValueError) as error:
        raise TemplateFault(1, f"This cannot be filled in: {error}.") from error
    return "".join(pieces)
