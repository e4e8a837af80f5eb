"""HTML of mails: made safe to show (``clean_html``, without pictures), and turned into text."""

from __future__ import annotations

from maildesk.mail.clean_html import clean_html
from maildesk.mail.render import plain, render


def clean(html: str) -> str:
    """HTML that may be shown where no pictures travel along; see ``clean_html``."""
    return clean_html(html)


def to_text(html: str) -> str:
    """What a person reads: blocks as lines, quotes with ``> ``, rows of tables in one line, nothing hidden."""
    return plain(render(html))
