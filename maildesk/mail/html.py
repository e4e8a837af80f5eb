"""HTML of mails: made safe to show, and turned into text."""

from __future__ import annotations

import nh3
from selectolax.lexbor import LexborHTMLParser


def clean(html: str) -> str:
    """HTML that may be shown to an agent: no script, no style sheet, no form, nothing fetched from elsewhere."""
    return nh3.clean(html, tags=nh3.ALLOWED_TAGS - {"img"}, url_schemes={"http", "https", "mailto", "tel"})


def to_text(html: str) -> str:
    """What a person reads."""
    body = LexborHTMLParser(html).body
    return body.text(separator="\n") if body else ""
