"""HTML of mails turned into text. To show it as HTML: ``clean_html``."""

from __future__ import annotations

from maildesk.mail.render import plain, render


def to_text(html: str) -> str:
    """What a person reads: blocks as lines, quotes with ``> ``, rows of tables in one line, nothing hidden."""
    return plain(render(html))
