"""Which way a person's words run in a mail whose own words run the other way.

A mail runs as its reader's language does. The words of others in it may be in any: Hebrew and Arabic in an English
mail would stand at the wrong side, and their full stops at the wrong end. So such words get ``dir="auto"``, and every
client lays them out by their first letter. Words from the left in a mail from the left stay as they are.
"""

from __future__ import annotations

import re

from maildesk.replies.markup import Block, from_text

_FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]")


def runs_from_the_right(text: str) -> bool:
    """Whether any of it does."""
    return _FROM_THE_RIGHT.search(text) is not None


def either_way(block: Block) -> Block:
    """The same words, running the way of their first letter."""
    return Block(block.text, f'<div dir="auto">{block.html}</div>')


def persons(text: str) -> Block:
    """``from_text`` of somebody whose language nobody chose."""
    made = from_text(text)
    return either_way(made) if runs_from_the_right(text) else made
