"""A customer's letter as agents are shown it: the new text with the formatting and pictures that it came with.

The HTML is cut to say what the new text says (``mail/own_html``): the quote of our own mail is gone, and so is what
hides between the lines. It is cleaned by an allow-list, loads nothing from anywhere, and no link in it says a place
that it does not lead to. Pictures keep standing where they stood, under Content-IDs of the desk's own: the customer's
may be chosen to meet others'. Where the HTML does not say the same, the text is shown, and every picture is a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from maildesk.mail.clean_html import folded_id
from maildesk.mail.honest_links import honest_links
from maildesk.mail.letter import Attachment
from maildesk.mail.own_html import own_html
from maildesk.replies.directions import either_way, persons, runs_from_the_right
from maildesk.replies.layout import fitting
from maildesk.replies.markup import Block


def own_ids(files: Sequence[Attachment], desk: str) -> dict[str, str]:
    """Content-ID as it came, folded → the one under which the picture goes on. The same picture has the same one.

    ``desk``: its address.
    """
    return {folded_id(each.content_id): _own_id(each, desk) for each in files if each.content_id}


def _own_id(file: Attachment, desk: str) -> str:
    return f"{file.sha256[:24]}@{desk.rpartition('@')[2]}"


def names_of(files: Sequence[Attachment], desk: str) -> dict[str, str]:
    """The Content-ID under which a picture goes on → the name of its file."""
    return {_own_id(each, desk): each.filename for each in files if each.content_id and each.filename}


def with_own_ids(files: Sequence[Attachment], desk: str) -> tuple[Attachment, ...]:
    """The files under these Content-IDs, the same picture once."""
    made: dict[str, Attachment] = {}
    for number, each in enumerate(files):
        new = _own_id(each, desk) if each.content_id else None
        made.setdefault(new or str(number), replace(each, content_id=new))
    return tuple(made.values())


@lru_cache(maxsize=16)
def customers_block(
    text: str, markup: str, pictures: tuple[tuple[str, str], ...], names: tuple[tuple[str, str], ...] = ()
) -> Block:
    """The customer's words in both forms; either may be empty. Kept for a while: a whole team gets the same mail.

    ``pictures``: as in ``own_ids``; ``names``: the new Content-ID of a picture → the name of its file.
    """
    made = persons(text) if text.strip() else Block("", "")
    shown = own_html(markup, text, dict(pictures)) if markup else None
    if not shown:
        return made
    found = Block(made.text, fitting(honest_links(shown), dict(names)))
    return either_way(found) if runs_from_the_right(text) else found
