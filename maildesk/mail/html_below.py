"""The HTML of a forwarded mail: what stands below the header lines that a client put above it.

Found by the characters that a person reads, whatever tags lie between them: the letters and digits of the header lines
stand in the document in the same order. The piece of text that holds the last of them is the end of the block; what
follows is the original's. Elements that were opened above are closed without having been opened: every reader of HTML
passes over that (WHATWG HTML, 13.2.6), and what is shown to people is cleaned anyway.

Empty where the place is not found: then the text has to do, for the forwarder's own words must not be shown as the
original's.
"""

from __future__ import annotations

import re
from html import unescape

_TAG = re.compile(
    r"<[^<>]*>"
)  # comments and style sheets count as text: they stand above the block, or nothing is found
_MOST = 2_000_000


def html_below(html: str, block: list[str]) -> str:
    """The document from below these lines on; "" where they are not in it. Linear in its length."""
    wanted = _letters(" ".join(block))
    if not wanted or len(html) > _MOST:
        return ""
    letters: list[str] = []
    ends: list[tuple[int, int]] = []  # how many letters had been read by the end of a piece, and where that is
    count = position = 0
    for tag in (*_TAG.finditer(html), None):
        end = tag.start() if tag else len(html)
        found = _letters(unescape(html[position:end]))
        if found:
            letters.append(found)
            count += len(found)
            ends.append((count, end))
        position = tag.end() if tag else end
    at = "".join(letters).find(wanted)
    if at < 0:
        return ""
    place = next(end for count, end in ends if count >= at + len(wanted))
    rest = _REST_OF_LINE.match(html, place)
    return html[rest.end() if rest else place :]


_REST_OF_LINE = re.compile(
    r"(?:</?(?:a|b|i|em|span|strong|font)\b[^<>]{0,500}>|&(?:gt|nbsp|quot|\#\d{1,5});|[^\w<&]){0,50}"
)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
