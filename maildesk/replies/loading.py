"""From the text of a file to what is used of it: a template compiled and tried, a table of words.

A template is only good when it compiles *and* can be filled in, with all facts and with none. It does no I/O.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache

from maildesk.replies.placeholders import PARTS, PLACEHOLDERS, ROW_FIELDS, Kind
from maildesk.replies.sandbox import (
    BLOCK_CHARS,
    Compiled,
    Markdown,
    Missing,
    MissingNumber,
    TemplateFault,
    compile_source,
    read_source,
    run,
)


@lru_cache(2048)
def load_template(text: str, *, is_part: bool) -> Compiled:
    """Compiled and tried. Raises ``TemplateFault``. The same text is the same template, wherever it is read."""
    compiled = compile_source(read_source(text, needs_subject=not is_part))
    if is_part and compiled.uses & PARTS.keys():
        raise TemplateFault(1, "A part cannot hold another part; write its text here.")
    for sample in (_filled(compiled.uses), {name: _missing(name) for name in compiled.uses}):
        run(compiled.body, sample)
        if compiled.subject is not None:
            run(compiled.subject, sample)
    return compiled


def _missing(name: str) -> object:
    return MissingNumber("") if PLACEHOLDERS[name].kind is Kind.NUMBER else Missing("")


def _filled(uses: frozenset[str]) -> dict[str, object]:
    row = dict.fromkeys(ROW_FIELDS, "x")
    by_kind: dict[Kind, object] = {
        Kind.NUMBER: 2,
        Kind.FLAG: True,
        Kind.LINES: ("x", "y"),
        Kind.FILES: ("x", "y"),
        Kind.ROWS: (row, row),
        Kind.ARTICLES: ({"title": "x", "steps": Markdown("1. x")},),
    }
    return {name: BLOCK_CHARS.get(name) or by_kind.get(PLACEHOLDERS[name].kind, "x") for name in uses}


_AT_LINE = re.compile(r"\(at line (\d+)")


def load_table(text: str) -> Mapping[str, object]:
    """A ``words.toml``. Raises ``TemplateFault``."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        raise TemplateFault(int(at[1]) if at else 1, f"This is not TOML: {error}.") from error
