"""One Markdown source as two bodies: tidy text/plain, and simple HTML that looks like a person's mail.

The HTML sets no colours but follows the reader's scheme (``color-scheme: light dark``), so contrast is the client's
own; one column, relative sizes, nothing remote, no pictures, styles inline. The text is wrapped at 72 columns; links
stand behind their words. Raw HTML in a source stays text (``html=False``), and so do pictures.

``Block`` s are a person's own words. They are not Markdown: they go in after rendering, each in its two forms.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from maildesk.replies.layout import OL, QUOTE, UL, P, wrap
from maildesk.replies.plain_markup import plainly
from maildesk.replies.sandbox import GLUE

DEEPEST_QUOTE = 10
"""Quotes within quotes that are shown as such; deeper ones stay lines with their signs."""

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline", "lheading"])


@dataclass(frozen=True, slots=True)
class Block:
    """A person's words as text and as HTML that is safe to show."""

    text: str
    html: str


def convert(source: str, blocks: Mapping[str, Block]) -> tuple[str, str]:
    """(text/plain, HTML inside of the body). ``blocks``: private character → what stands in its place.

    Paragraphs are converted one by one and kept: most of a mail's are the same in the next mail, and parsing Markdown
    is the dearest part of a mail.
    """
    converted = [_piece(piece, blocks) for piece in _pieces(source)]
    text = "\n\n".join(piece for piece, _ in converted if piece).strip("\n") + "\n"
    return text, "\n".join(rendered for _, rendered in converted)


_STARTS_ALONE = re.compile(r"[^\s\-*+>#`~=_|<\d\[]")
_DEFINES_LINK = re.compile(r"^ {0,3}\[[^\]]+\]:", re.MULTILINE)


def _pieces(source: str) -> list[str]:
    """The source in pieces that mean the same apart: cut before paragraphs of plain text, nowhere else.

    What begins with anything but a letter may go on with what stands before it (a list, a code block), save a list
    below a paragraph; after a fence or with link definitions nothing is cut at all.
    """
    if "```" in source or "~~~" in source or _DEFINES_LINK.search(source):
        return [source]
    pieces: list[str] = []
    for paragraph in re.split(r"\n[ \t]*\n+", source.strip("\n")):
        below_text = bool(pieces) and paragraph.startswith("- ") and _STARTS_ALONE.match(pieces[-1]) is not None
        if not pieces or below_text or _STARTS_ALONE.match(paragraph):
            pieces.append(paragraph)
        else:
            pieces[-1] += "\n\n" + paragraph
    return pieces


def _piece(piece: str, blocks: Mapping[str, Block]) -> tuple[str, str]:
    block = blocks.get(piece.strip())
    if block is not None:
        return block.text.strip("\n"), block.html
    if not any(char in piece for char in blocks):
        return plainly(piece) or _kept(piece)
    return _converted(piece, blocks)


@lru_cache(maxsize=2048)
def _kept(piece: str) -> tuple[str, str]:
    return _converted(piece, {})


def _converted(piece: str, blocks: Mapping[str, Block]) -> tuple[str, str]:
    tokens = _MARKDOWN.parse(piece)
    rendered = str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))
    rendered = rendered.replace("<p>", P).replace("<ul>", UL).replace("<ol>", OL).replace(GLUE, " ")
    for char, block in blocks.items():
        rendered = rendered.replace(f"{P}{char}</p>", block.html)
    return "\n".join(_lines(tokens, blocks)).strip("\n"), rendered.strip("\n")


def page(title: str, inner: str, language: str, direction: str) -> str:
    """A whole HTML document around a body."""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}" dir="{direction}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="supported-color-schemes" content="light dark">\n'
        f"<title>{html.escape(title)}</title>\n"
        "<style>:root{color-scheme:light dark}img{max-width:100%;height:auto}pre{white-space:pre-wrap}</style>\n"
        "</head>\n"
        f'<body dir="{direction}" style="margin:0;padding:12px;font:16px/1.5 system-ui,-apple-system,Segoe UI,Roboto,'
        'Helvetica,Arial,sans-serif;overflow-wrap:break-word">\n<div style="max-width:40em">\n'
        f"{inner.strip()}\n</div>\n</body>\n</html>\n"
    )


def _lines(tokens: Sequence[Token], blocks: Mapping[str, Block]) -> list[str]:
    """The text of block tokens, each block followed by one empty line (tight list items are not)."""
    first, rest = [""], [""]  # prefixes of the next line, and of those after it, by depth
    numbers: list[int] = []
    lines: list[str] = []
    for token in tokens:
        kind = token.type
        gap = "".join(rest).rstrip()
        if kind == "inline":
            lines += _inline_block(token, "".join(first), "".join(rest), blocks)
            first = list(rest)
        elif kind in ("fence", "code_block"):
            lines += ["".join(rest) + line for line in token.content.rstrip("\n").split("\n")] + [gap]
        elif kind == "hr":
            lines += ["".join(first) + "* * *", gap]
        elif kind in ("bullet_list_open", "ordered_list_open"):
            numbers.append(int(token.attrGet("start") or 1) if kind.startswith("ordered") else 0)
        elif kind in ("bullet_list_close", "ordered_list_close"):
            numbers.pop()
            lines += [] if numbers or lines[-1:] == [gap] else [gap]
        elif kind == "list_item_open":
            bullet = f"{numbers[-1]}. " if numbers[-1] else "- "
            numbers[-1] += 1 if numbers[-1] else 0
            first, rest = [*rest, bullet], [*rest, " " * len(bullet)]
        elif kind == "blockquote_open":
            first, rest = [*first, "> "], [*rest, "> "]
        elif kind == "list_item_close":
            first, rest = rest[:-1], rest[:-1]
        elif kind == "blockquote_close":
            first, rest = rest[:-1], rest[:-1]
            lines[-1:] = ["".join(rest).rstrip()]
        elif kind in ("paragraph_close", "heading_close") and not token.hidden:
            lines.append(gap)
    return lines


def _inline_block(token: Token, first: str, rest: str, blocks: Mapping[str, Block]) -> Iterator[str]:
    content = token.content.strip()
    if content in blocks:
        yield from (f"{rest}{line}".rstrip() for line in blocks[content].text.split("\n"))
        return
    for line in _inline(token.children or ()).split("\n"):
        yield from wrap(line, first, rest)
        first = rest


def _inline(children: Sequence[Token]) -> str:
    """Inline tokens as text: emphasis is dropped, links are named behind their words, hard breaks stay."""
    pieces: list[str] = []
    starts: list[tuple[int, str]] = []
    for token in children:
        if token.type in ("text", "code_inline"):
            pieces.append(token.content)
        elif token.type == "softbreak":
            pieces.append(" ")
        elif token.type == "hardbreak":
            pieces.append("\n")
        elif token.type == "link_open":
            starts.append((len(pieces), str(token.attrGet("href") or "")))
        elif token.type == "link_close":
            start, target = starts.pop()
            said = "".join(pieces[start:])
            if target.removeprefix("mailto:") != said:
                pieces.append(f" ({target.removeprefix('mailto:')})")
    return "".join(pieces)


_LINK = re.compile(
    r"\bhttps?://[^\s<>\"']{1,2000}[^\s<>\"'.,;:!?)\]}]|\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
)
_ITEM = re.compile(r"\s{0,3}(?:[-*•]|(\d{1,3})[.)])\s+(.*)")


def from_text(text: str) -> Block:
    """A person's plain words: paragraphs, lists, quoted lines and links kept, everything else as typed."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")
    return Block("\n".join(lines), "\n".join(_paragraphs(lines)))


def _paragraphs(lines: Sequence[str], depth: int = 0) -> Iterator[str]:
    run: list[str] = []
    kind = ""
    for line in (*lines, ""):
        now = _kind(line, kind, depth)
        if now != kind and run:
            yield _paragraph(kind, run, depth)
            run = []
        kind = now
        if now:
            run.append(line)


def _kind(line: str, before: str, depth: int) -> str:
    if not line.strip():
        return ""
    if line.startswith(">") and depth < DEEPEST_QUOTE:
        return "quote"
    item = _ITEM.fullmatch(line)
    if item:
        return "ol" if item[1] else "ul"
    return before if before in ("ul", "ol") and line.startswith("  ") else "p"


def _paragraph(kind: str, lines: Sequence[str], depth: int) -> str:
    if kind == "quote":
        inner = "\n".join(_paragraphs([line[1:].removeprefix(" ") for line in lines], depth + 1))
        return f"{QUOTE}{inner}</blockquote>"
    if kind == "p":
        return f"{P}{'<br>'.join(_linked(line) for line in lines)}</p>"
    opening = UL if kind == "ul" else _list_from(lines[0])
    return f"{opening}{''.join(_items(lines))}</{kind}>"


def _list_from(line: str) -> str:
    item = _ITEM.fullmatch(line)
    start = int(item[1]) if item and item[1] else 1
    return OL if start == 1 else OL.replace("<ol", f'<ol start="{start}"')


def _items(lines: Sequence[str]) -> Iterator[str]:
    run: list[str] = []
    for line in lines:
        item = _ITEM.fullmatch(line)
        if item and run:
            yield f"<li>{'<br>'.join(run)}</li>"
            run = []
        run.append(_linked(item[2] if item else line.strip()))
    yield f"<li>{'<br>'.join(run)}</li>"


def _linked(line: str) -> str:
    """One line escaped, its links and addresses made clickable, its indent kept."""
    pieces, end = [], 0
    for found in _LINK.finditer(line):
        target = found[0] if "://" in found[0] else f"mailto:{found[0]}"
        pieces += [
            html.escape(line[end : found.start()]),
            f'<a href="{html.escape(target)}">{html.escape(found[0])}</a>',
        ]
        end = found.end()
    text = "".join((*pieces, html.escape(line[end:])))
    indent = len(text) - len(text.lstrip(" "))
    return "&nbsp;" * indent + text[indent:]


def quoted(block: Block) -> Block:
    """The same words as a quotation. Long lines are wrapped, each with the sign: a terminal would break it off them."""
    text = "\n".join(line for each in block.text.split("\n") for line in _quoted_line(each))
    return Block(text, f"{QUOTE}{block.html}</blockquote>")


_SIGNS = re.compile(r"(?:> ?){0,10}")
_LONGEST_QUOTED = 76  # 78 with the sign (RFC 5322, 2.1.1); what people typed at 72 columns stays as it is


def _quoted_line(line: str) -> list[str]:
    if len(line) <= _LONGEST_QUOTED:
        return [f"> {line}".rstrip()]
    signs = _SIGNS.match(line)
    before = f"> {signs[0] if signs else ''}"
    return wrap(line[len(before) - 2 :], before, before)


def folded(heading: str, block: Block, *, is_open: bool = False) -> Block:
    """Words below a heading, folded away where a client can; where it cannot, both stand there."""
    shown = f"{heading}:\n\n{block.text}" if heading else block.text
    summary = f'<summary style="cursor:pointer">{html.escape(heading)}</summary>' if heading else ""
    opened = " open" if is_open else ""
    return Block(shown, f'<details{opened} style="margin:0 0 1em">{summary}\n{block.html}\n</details>')


def side_by_side(blocks: Sequence[Block]) -> Block:
    """Blocks below each other."""
    return Block("\n\n".join(each.text for each in blocks), "\n".join(each.html for each in blocks))
