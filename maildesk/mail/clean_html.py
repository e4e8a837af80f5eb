"""A person's HTML made safe to pass on: an allow-list, and nothing that is fetched from elsewhere.

What stays: paragraphs, headings, lists, tables, quotes, links (http, https, mailto, tel), bold and its like, right to
left, and pictures that travel with the mail (``cid:``) where the caller knows them. What goes: script, style sheets,
forms, frames, remote pictures, classes and ids, colours and fonts (the reader's own are readable in every scheme),
and all else that is not named here.

Guarantees: the result is well-formed and holds no address that a client would ask on its own. Links keep their target
and tell it nothing of who followed them. Total: whatever comes in, HTML comes out. It is not cheap on hostile input
(nh3 is quadratic in nested tags: 200,000 take a minute), so HTML of very many tags is shown as its text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from maildesk.mail.render import plain, render

_TAGS = """
    a abbr b bdi bdo blockquote br caption center code col colgroup dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins
    kbd li ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var
"""
_ATTRIBUTES = {
    "*": {"dir", "style"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "type"},
    "li": {"value"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign"},
}
_STYLES = """
    border border-bottom border-collapse border-left border-right border-top font-style font-weight list-style-type
    padding padding-left text-align text-decoration vertical-align white-space
"""
_PLAIN = re.compile(
    r"\d{1,5}%?|[aAiI]|auto|ltr|rtl|disc|circle|square|left|right|center|justify|top|middle|bottom|baseline"
)
"""What the other attributes say: numbers and a few words. Anything else is text in a place where nobody looks."""

_FETCHES = re.compile(r"url|image-set|expression|[\\@]|/\*", re.IGNORECASE)
_WITHOUT_SOURCE = re.compile(r"<img(?![^>]* src=)[^>]*>")
_OPENING = re.compile(r"<[a-zA-Z]")
MOST_TAGS = 10_000  # nh3 takes 0.3 s for that many tags nested in each other

NO_PICTURES: Mapping[str, str] = {}


def clean_html(html: str, pictures: Mapping[str, str] = NO_PICTURES) -> str:
    """HTML that may be shown. ``pictures``: Content-ID, folded and bare → the one under which the picture travels.

    A picture that is not among them is left out, with its alternative text.
    """
    import nh3  # 7 ms, and only whoever shows HTML needs it

    if sum(1 for _ in _OPENING.finditer(html)) > MOST_TAGS:
        return f"<pre>{escape(plain(render(html)))}</pre>"

    def kept(tag: str, name: str, value: str) -> str | None:
        if name == "src":
            new = pictures.get(folded_id(value[4:])) if value[:4].lower() == "cid:" else None
            return f"cid:{new}" if new else None
        if name == "style" and _FETCHES.search(value):
            return None
        if name in ("href", "alt", "style", "src", "rel"):
            return None if name == "href" and value[:4].lower() == "cid:" else value
        return value if _PLAIN.fullmatch(value.strip()) else None

    cleaned = nh3.clean(
        html,
        tags=set(_TAGS.split()),
        attributes=_ATTRIBUTES,
        attribute_filter=kept,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        url_relative="deny",  # a mail has no place that they could be relative to
        link_rel="noopener noreferrer nofollow",
        filter_style_properties=set(_STYLES.split()),
        clean_content_tags={"script", "style", "title", "head", "svg", "math", "template", "noscript", "object"},
    )
    return _WITHOUT_SOURCE.sub("", cleaned).replace(' style=""', "")


_CID = re.compile(r"<img[^>]* src=\"cid:([^\"]*)\"")


def shown_pictures(html: str) -> tuple[str, ...]:
    """The Content-IDs of the pictures in cleaned HTML, in the order of their first appearance, each once."""
    return tuple(dict.fromkeys(_CID.findall(html)))


def folded_id(content_id: str) -> str:
    """A Content-ID as a key: bare, decoded (RFC 2392, 2 has %-signs in URLs), lower case."""
    from urllib.parse import unquote

    return unquote(content_id.strip().strip("<>")).lower()
