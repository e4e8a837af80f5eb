"""An agent's answer inside of the desk's frame: their words as text and as HTML, and the texts that they named.

The HTML is looked at once more, whoever handed it over: it is cleaned, and says what the text says or is not used
(``mail/own_html``). So nothing that was cut from the text can come back to the customer in it (guarantee 8).
"""

from __future__ import annotations

from functools import lru_cache

from maildesk.desk.actions import Mail
from maildesk.mail.clean_html import folded_id
from maildesk.mail.own_html import own_html
from maildesk.replies.directions import persons
from maildesk.replies.layout import fitting
from maildesk.replies.markup import Block, from_text, side_by_side


def answer_block(mail: Mail) -> Block:
    """The body of an answer, or of an answer that is shown to its agent while it waits."""
    above, below = mail.around
    own = mail.body.removeprefix(above).removesuffix(below).strip("\n")
    known = tuple((each.content_id or "").strip("<>") for each in mail.attachments if each.content_id)
    parts = [from_text(above)] if above else []
    parts += [_typed(own, mail.body_html, known)] if own else []
    parts += [from_text(below)] if below else []
    return side_by_side(parts) if parts else Block("", "")


@lru_cache(maxsize=8)
def _typed(text: str, markup: str, pictures: tuple[str, ...]) -> Block:
    """Kept for a moment: what is taken anew after a conflict is composed anew."""
    made = persons(text)
    shown = own_html(markup, text, {folded_id(each): each for each in pictures}) if markup else None
    return Block(made.text, fitting(shown, {})) if shown else made
