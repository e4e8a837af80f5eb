"""HTML of mails: made safe to show, and turned into text.

``clean`` is for showing a customer's HTML to an agent. It is not cheap on hostile input (nh3 is quadratic in nested
tags: 200,000 take a minute), so deep nesting is refused before: such HTML is shown as its text.
"""

from __future__ import annotations

import re
from html import escape

from maildesk.mail.render import plain, render

_SHOWN = {
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "caption",
    "center",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "ins",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
}
_ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan", "align"}, "th": {"colspan", "rowspan", "align"}}
_OPENING = re.compile(r"<[a-zA-Z]")
_MOST_TAGS = 10_000  # nh3 takes 0.3 s for that many tags nested in each other


def clean(html: str) -> str:
    """HTML that may be shown: no script, style, form or frame, nothing fetched from elsewhere, no image at all.

    Links keep their target (http, https, mailto, tel) and lose everything that tells the target who followed them.
    """
    import nh3  # 7 ms, and only whoever shows HTML needs it

    if sum(1 for _ in _OPENING.finditer(html)) > _MOST_TAGS:
        return f"<pre>{escape(to_text(html))}</pre>"
    return nh3.clean(
        html,
        tags=_SHOWN,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
        clean_content_tags={"script", "style", "title", "head"},
    )


def to_text(html: str) -> str:
    """What a person reads: blocks as lines, quotes with ``> ``, rows of tables in one line, nothing hidden."""
    return plain(render(html))
