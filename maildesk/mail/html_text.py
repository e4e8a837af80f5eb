"""Cleaned HTML as the text/plain beside it: what ``own_html`` let through, written the way people type.

Lists have their signs and numbers, links name their target behind their words, rows of a table stand in one line with
" | " between cells, quotes have ``> ``, pictures their name in brackets. For reading mail that came in there is
``render``, which takes any HTML; this takes only what ``clean_html`` made, and is written for whoever reads the result.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from maildesk.mail.own_html import BREAKS_LINE, Token, tokens_of

_APART = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre", "blockquote"})
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_START = re.compile(r' start="(\d{1,6})"')
_HREF = re.compile(r' href="([^"]*)"')
_ALT = re.compile(r' alt="([^"]*)"')


def text_of(cleaned: str) -> str:
    """The text of cleaned HTML, its lines as long as they were written."""
    page = _Page()
    for token in tokens_of(cleaned):
        if not token.tag:
            page.characters(unescape(token.source))
        elif token.tag == "img":
            page.picture(token)
        elif token.tag == "a":
            page.link(token)
        elif token.tag in BREAKS_LINE:
            page.block(token)
    page.end_line()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in page.lines)).strip("\n")


@dataclass(slots=True)
class _Page:
    """The lines so far, and what is open: quotes, lists with the number of their next item, links."""

    lines: list[str] = field(default_factory=list)
    _line: str = ""
    _sign: str = ""  # of the list item that begins here
    _quotes: int = 0
    _pre: int = 0
    _cells: int = 0
    _gap: int | None = None  # an empty line is due, so deep in quotes
    _lists: list[int] = field(default_factory=list)  # 0: without numbers
    _links: list[tuple[int, str]] = field(default_factory=list)

    def characters(self, said: str) -> None:
        """Text between tags."""
        if self._pre:
            first, *rest = said.split("\n")
            self._line += first
            for line in rest:
                self.end_line(forced=True)
                self._line = line
            return
        said = _BLANKS.sub(" ", said.replace("\xa0", " "))
        self._line += said.lstrip(" ") if self._line.endswith(" ") or not self._line else said

    def picture(self, token: Token) -> None:
        """The name of a picture."""
        found = _ALT.search(token.attributes)
        name = unescape(found[1]).strip() if found else ""
        self._line += f"[{name}]" if any(map(str.isalnum, name)) else ""

    def link(self, token: Token) -> None:
        """The target behind the words, where these are not the target themselves."""
        if not token.closing:
            found = _HREF.search(token.attributes)
            self._links.append((len(self._line), unescape(found[1]) if found else ""))
        elif self._links:
            start, target = self._links.pop()
            said = self._line[min(start, len(self._line)) :].strip()
            shown = target.removeprefix("mailto:").removeprefix("tel:")
            if shown and shown.rstrip("/") != said.rstrip("/"):
                self._line = f"{self._line.rstrip()} ({shown})" if said else f"{self._line}{shown}"

    def block(self, token: Token) -> None:
        """A tag that begins or ends a line."""
        if token.tag in ("td", "th"):
            self._cell(token)
            return
        self.end_line(forced=token.tag == "br")
        if token.tag == "hr":
            self._line = "* * *"
            self.end_line()
        before, listed = self._quotes, bool(self._lists)
        self._depths(token)
        if token.tag in _APART and not (listed and self._lists):  # items of a list stand close together
            self._gap = min(before, self._quotes) if self._gap is None else min(self._gap, before, self._quotes)
        if token.tag == "li":
            self._sign = ""
        if token.tag == "li" and not token.closing:
            number = self._lists[-1] if self._lists else 0
            self._sign = f"{number}. " if number else "- "
            if number:
                self._lists[-1] += 1

    def _depths(self, token: Token) -> None:
        step = -1 if token.closing else 1
        if token.tag == "blockquote":
            self._quotes += step
        elif token.tag == "pre":
            self._pre += step
        elif token.tag == "tr":
            self._cells = 0
        elif token.tag in ("ul", "ol"):
            start = _START.search(token.attributes)
            if token.closing and self._lists:
                self._lists.pop()
            elif not token.closing:
                self._lists.append(0 if token.tag == "ul" else int(start[1]) if start else 1)

    def _cell(self, token: Token) -> None:
        if not token.closing:
            self._line = f"{self._line.rstrip()} | " if self._cells else self._line
            self._cells += 1

    def end_line(self, forced: bool = False) -> None:
        """Ends the line; ``forced`` (``<br>``) also where it is empty."""
        line = self._line if self._pre else self._line.strip()
        self._line = ""
        if not line.strip() and not forced:
            return
        if self._gap is not None and self.lines:
            self.lines.append("> " * self._gap)
        self._gap = None
        indent = "  " * max(len(self._lists) - 1, 0)
        sign, self._sign = self._sign, ""
        hanging = "  " if self._lists and not sign and line else ""
        self.lines.append(f"{'> ' * self._quotes}{indent}{sign or hanging}{line}")
