"""format=flowed (RFC 3676): lines that end in a space go on in the next one, so a paragraph is one line again.

Quoted lines flow only within their own depth; the signature delimiter ``-- `` ends in a space and never flows (4.3).
"""

from __future__ import annotations


def unflow(text: str, delsp: bool) -> str:
    """The text with paragraphs joined and space-stuffing removed; quoted lines keep one form: ``> text``."""
    paragraphs: list[list[str]] = []
    last_depth, flowing = -1, False
    for line in text.replace("\r\n", "\n").split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        is_delimiter = content == "-- "
        if flowing and depth == last_depth and not is_delimiter:
            if delsp:
                paragraphs[-1][-1] = paragraphs[-1][-1][:-1]
            paragraphs[-1].append(content)
        else:
            paragraphs.append([_quoted(depth, content)])
        flowing, last_depth = content.endswith(" ") and not is_delimiter, depth
    return "\n".join(map("".join, paragraphs))


def _quoted(depth: int, content: str) -> str:
    return f"{'>' * depth} {content}" if depth else content
