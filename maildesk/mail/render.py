"""HTML of a mail into lines of text, with what its mark-up says about quotes and signatures kept beside them.

A scanner, not a tree: one pass over the tags, linear in the length of any input, however deep or broken it is nested.
(Measured: tree builders take 60 s and more on 200,000 nested ``<div>``; this takes the same time as for any 1 MB.)
What it keeps for the reader: paragraphs, lists, table rows, ``<pre>``; quoted blocks get ``> `` as in plain text. What
it drops: head, style, script, hidden preheaders. What it marks stands in ``marks``; ``plain`` takes the marks out.
"""

from __future__ import annotations

import re
from html import unescape

from maildesk.mail.marks import ATTRIBUTION, CUT, SIGNATURE, begins_quoted_mail, kind_of, without_marks

_BLOCK = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_PARAGRAPH = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre", "blockquote"])
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "o:p",
    ]
)
_SKIPPED = frozenset(["head", "style", "script", "title", "template", "noscript", "object", "svg", "math"])
_NAME = re.compile(r"/?[A-Za-z][A-Za-z0-9:]{0,30}")
_TAG = re.compile(r"<[^<>]*>")
_MOST_TAGS = 40_000  # 0.3 s; a long newsletter has 5,000. What comes behind is read without its structure
_INDENTED = re.compile(r"border:\s*none", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")


def plain(rendered: str) -> str:
    """A rendered text without the private marks: what a person reads."""
    return _tidied(without_marks(rendered))


def _tidied(text: str) -> str:
    lines = "\n".join(line.rstrip(" \t") for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n")


def render(html: str) -> str:
    """The text of an HTML document, marked as the module's page says."""
    page = _Page()
    chunks = html.split("<")
    page.text(chunks[0])
    for chunk in chunks[1:_MOST_TAGS]:
        page.take(chunk)
    page.line_end()
    if len(chunks) > _MOST_TAGS:
        page.lines.append(" ".join(unescape(_TAG.sub(" ", "<" + "<".join(chunks[_MOST_TAGS:]))).split()))
    return "\n".join(page.lines)


class _Page:
    """What is open at the current place of the scan, and the lines so far."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._line: list[str] = []
        self._stack: list[tuple[str, str]] = []
        self._open: dict[str, int] = {}
        self._depth = {"quote": 0, "attribution": 0, "signature": 0, "pre": 0, "hidden": 0, "gmail": 0}
        self._until = ""  # inside a comment or a skipped element: what ends it
        self._empty_line = True

    def take(self, chunk: str) -> None:
        """One piece of the document that stood between two ``<``: a tag and the text behind it, or only text."""
        if self._until:
            self._skip(chunk)
            return
        if chunk.startswith("!--"):
            self._until = "-->"
            self._skip(chunk[3:])
            return
        end = _tag_end(chunk)
        name = _name(chunk)
        if end < 0 or not name:
            if chunk[:1] not in "!?/":
                self.text("<" + chunk)
            else:  # a doctype, or Word's "<![endif]>" before a list's words: a comment to its first ">" (HTML, 13.2.6)
                self.text(chunk.partition(">")[2])
            return
        self._tag(name, chunk[len(name) : end])
        if not self._until:
            self.text(chunk[end + 1 :])

    def _skip(self, chunk: str) -> None:
        if self._until == "-->":
            _, found, rest = chunk.partition("-->")
        else:
            found = (chunk[: len(self._until)].lower() == self._until and ">") or ""
            rest = chunk.partition(">")[2]
        if found:
            self._until = ""
            self.text(rest)

    def _tag(self, name: str, attributes: str) -> None:
        closing = name.startswith("/")
        name = name.lstrip("/").lower()
        if name == "br":
            self.line_end(forced=True)
        elif name in ("td", "th"):
            self._line.append(" ")
        elif name == "img":
            return
        if name in _BLOCK:
            self.line_end()
            if closing:
                self._close(name)
            self._block(name, closing)
        elif closing:
            self._close(name)
        if closing:
            return
        if name in _SKIPPED and not attributes.endswith("/"):
            self._until = "/" + name
        elif name not in _VOID:
            self._push(name, attributes)
        elif name == "hr":
            self._mark_cut(attributes)

    def _block(self, name: str, closing: bool) -> None:
        if name in _PARAGRAPH and not self._empty_line and self.lines:
            self._emit("")
        if name == "li" and not closing:
            self._line.append("- ")

    def _push(self, name: str, attributes: str) -> None:
        kind = "pre" if name == "pre" else "quote" if name == "blockquote" and self._is_quote(attributes) else ""
        if attributes and not attributes.isspace():
            kind = kind or kind_of(attributes)
            self._mark_cut(attributes)
        if kind:
            self.line_end()
            self._depth[kind] += 1
        self._stack.append((name, kind))
        self._open[name] = self._open.get(name, 0) + 1

    def _is_quote(self, attributes: str) -> bool:
        """Gmail's "indent more" is a ``blockquote.gmail_quote`` or one without a border; a quote of Gmail's stands in a
        ``div.gmail_quote``.
        """
        if _INDENTED.search(attributes) and "border-left" not in attributes and "cite" not in attributes:
            return False
        return "gmail_quote" not in attributes or self._depth["gmail"] > 0

    def _mark_cut(self, attributes: str) -> None:
        if begins_quoted_mail(attributes):
            self.line_end()
            self.lines.append(CUT)

    def _close(self, name: str) -> None:
        if not self._open.get(name):
            return
        while self._stack:
            tag, kind = self._stack.pop()
            self._open[tag] -= 1
            if kind:
                self.line_end()
                self._depth[kind] -= 1
            if tag == name:
                return

    def text(self, text: str) -> None:
        """Characters between tags, entities and all."""
        if not text or self._depth["hidden"]:
            return
        if "&" in text:
            text = unescape(text)
        if self._depth["pre"]:
            first, *rest = text.replace("\r", "").split("\n")
            self._line.append(first)
            for line in rest:
                self.line_end(forced=True)
                self._line.append(line)
        else:
            self._line.append(_BLANKS.sub(" ", text))

    def line_end(self, forced: bool = False) -> None:
        """Ends the line; ``forced`` (``<br>``) also where it is empty."""
        line = "".join(self._line)
        if not self._depth["pre"]:
            line = line.replace("\xa0", " ").replace("\u200b", "").replace("\ufeff", "")
            line = _BLANKS.sub(" ", line).strip()
        self._line = []
        if line.strip() or forced:
            self._emit(line)

    def _emit(self, line: str) -> None:
        self._empty_line = not line.strip()
        if self._depth["quote"]:
            line = "> " * min(self._depth["quote"], 9) + line
        elif self._depth["attribution"] and line:
            line = ATTRIBUTION + line
        elif self._depth["signature"] and line:
            line = SIGNATURE + line
        self.lines.append(line.replace("\n", " "))


def _name(chunk: str) -> str:
    """The tag's name with a leading slash where it closes; empty where ``<`` was only a character."""
    found = _NAME.match(chunk)
    return found[0] if found else ""


def _tag_end(chunk: str) -> int:
    """Where the tag ends: the first ``>`` outside of quotes, or the first at all where the quotes do not close."""
    end = chunk.find(">")
    tried = 0
    while end >= 0 and tried < 8 and (chunk.count('"', 0, end) % 2 or chunk.count("'", 0, end) % 2):
        following = chunk.find(">", end + 1)
        if following < 0:
            return chunk.find(">")
        end, tried = following, tried + 1
    return end if tried < 8 else chunk.find(">")
