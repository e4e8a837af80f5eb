"""Links that say another place than the one they lead to, made honest: the true host stands in brackets behind them.

Only for cleaned HTML (``clean_html``). A link disguises itself where its words look like a host or an address and the
target is neither that one nor one below or above it: "www.bank.example" that leads to evil.example. "Click here"
says no place, so nothing is added. Pure, and linear in the length of the document.
"""

from __future__ import annotations

import re
from html import escape, unescape
from urllib.parse import urlsplit

from maildesk.mail.own_html import Token, tokens_of

_HREF = re.compile(r' href="([^"]*)"')
_TITLE = re.compile(r' title="[^"]*"')
_SAYS_HOST = re.compile(r"(?:https?://|@|\b)((?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24})\b", re.IGNORECASE)


def honest_links(cleaned: str) -> str:
    """The same HTML, in which no link says a place that it does not lead to; what links say on hovering is gone."""
    if "<a " not in cleaned:
        return cleaned
    made: list[str] = []
    target, words = "", list[str]()
    for token in tokens_of(cleaned):
        made.append(_TITLE.sub("", token.source) if token.tag == "a" else token.source)
        if token.tag == "a" and not token.closing:
            target, words = _target(token), []
        elif token.tag == "a":
            made += _truth(target, unescape("".join(words)))
            target = ""
        elif target and not token.tag:
            words.append(token.source)
    return "".join(made)


def _target(link: Token) -> str:
    """The host that a link leads to; of an address its domain."""
    found = _HREF.search(link.attributes)
    href = unescape(found[1]).strip() if found else ""
    if href.lower().startswith("mailto:"):
        return href.partition("?")[0].rpartition("@")[2].lower()
    try:
        return (urlsplit(href).hostname or "").lower()
    except ValueError:
        return ""


def _truth(target: str, words: str) -> list[str]:
    said = {each.lower().removeprefix("www.") for each in _SAYS_HOST.findall(words)}
    leads = target.removeprefix("www.")
    honest = any(leads == each or leads.endswith(f".{each}") or each.endswith(f".{leads}") for each in said)
    return [f" [{escape(target)}]"] if target and said and not honest else []
