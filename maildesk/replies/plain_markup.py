"""The short way through ``markup.convert``, for paragraphs and lists in which nothing is marked up."""

from __future__ import annotations

import html
import re

from maildesk.replies.layout import UL, P, wrap
from maildesk.replies.sandbox import GLUE

_PLAIN = r"[^\W\d_](?:[^\\*_`\[\]<>&!~|\n]|\\[!-/:-@\[-`{-~])*(?<! )(?<!\\)"
_PARAGRAPH = re.compile(rf"{_PLAIN}(?:\n{_PLAIN})*")
_LIST = re.compile(rf"- {_PLAIN}(?:\n- {_PLAIN})*")
_ESCAPED = re.compile(r"\\(.)")


def plainly(piece: str) -> tuple[str, str] | None:
    """What ``convert`` makes of a paragraph or list in which nothing is marked up; None where something may be.

    Most of a mail is such text, and a full Markdown parser takes most of a mail's time. A test compares the two.
    """
    if _PARAGRAPH.fullmatch(piece):
        said = _ESCAPED.sub(r"\1", piece)
        text = "\n".join(wrap(said.replace("\n", " "), "", ""))
        return text, f"{P}{_escaped(said)}</p>"
    if _LIST.fullmatch(piece):
        items = [_ESCAPED.sub(r"\1", line[2:]) for line in piece.split("\n")]
        text = "\n".join(line for item in items for line in wrap(item, "- ", "  "))
        return text, f"{UL}\n" + "".join(f"<li>{_escaped(item)}</li>\n" for item in items) + "</ul>"
    return None


def _escaped(said: str) -> str:
    return html.escape(said, quote=False).replace('"', "&quot;").replace(GLUE, " ")
