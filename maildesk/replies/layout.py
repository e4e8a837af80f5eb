"""How our mails are laid out: the width of the text, and the styles of the few HTML elements they have."""

from __future__ import annotations

import re
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


_SPACES = re.compile(" {2,}")


def wrap(line: str, first: str, rest: str) -> list[str]:
    """A line as lines of text: ``first`` before the first, ``rest`` before the others. A long word stays whole."""
    wrapper = TextWrapper(
        WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
    return [each.replace(GLUE, " ") for each in wrapper.wrap(_SPACES.sub(" ", line))] or [first.rstrip()]
