"""How our mails are laid out: the width of the text, and the styles of the few HTML elements they have."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from textwrap import TextWrapper

from maildesk.replies.sandbox import GLUE

WIDTH = 72
P = '<p style="margin:0 0 1em">'
UL = '<ul style="margin:0 0 1em;padding-left:1.4em">'
OL = '<ol style="margin:0 0 1em;padding-left:1.6em">'
QUOTE = '<blockquote style="margin:0 0 1em;padding-left:.8em;border-left:3px solid">'


def mirrored(rendered: str) -> str:
    """Our HTML for a language that is read from right to left: indents and lines stand on its right side.

    Commands and code stay as they are typed.
    """
    for each in (UL, OL, QUOTE):
        rendered = rendered.replace(each, each.replace("-left:", "-right:"))
    return rendered.replace("<code>", '<code dir="ltr">')


_PICTURE = re.compile(r'<img((?: [a-z-]+="[^"]*")*)>')
_SOURCE = re.compile(r' src="cid:([^"]*)"')
_SAID = re.compile(r' alt="([^"]*)"')
_STYLE = re.compile(r' style="[^"]*"')


def fitting(markup: str, names: Mapping[str, str]) -> str:
    """A person's cleaned HTML for screens of any width: pictures shrink to it, wide tables scroll by themselves.

    Else a phone would show all of the mail tiny, our own lines too. A style sheet alone would do in most clients, but
    some take it away. ``names``: Content-ID of a picture → its file's name; it stands in for a picture that has no
    words of its own, where a client shows none (w3m, a screen reader).
    """

    def each(found: re.Match[str]) -> str:
        attributes, source, said = _STYLE.sub("", found[1]), _SOURCE.search(found[1]), _SAID.search(found[1])
        name = names.get(html.unescape(source[1]), "") if source else ""
        if name and not (said and said[1].strip()):
            attributes = f'{_SAID.sub("", attributes)} alt="{html.escape(name)}"'
        return f'<img{attributes} style="max-width:100%;height:auto">'

    return f'<div style="overflow-x:auto">{_PICTURE.sub(each, markup)}</div>'


_SPACES = re.compile(" {2,}")


def wrap(line: str, first: str, rest: str) -> list[str]:
    """A line as lines of text: ``first`` before the first, ``rest`` before the others. A long word stays whole."""
    wrapper = TextWrapper(
        WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
    return [each.replace(GLUE, " ") for each in wrapper.wrap(_SPACES.sub(" ", line))] or [first.rstrip()]
