"""A last look at what an agent sends: is anything of the inside in it? Then the agent is asked, and nothing leaves."""

from __future__ import annotations

import re

from maildesk.desk.words import Site
from maildesk.mail.letter import Attachment
from maildesk.mail.quote import MARKER_PREFIX, is_marker

_ADDRESS = re.compile(r"[\w.+=~-]{1,64}@[\w.-]{1,255}\w")


def inside_of(text: str, site: Site) -> str:
    """What of the inside this text holds, as a sentence; "" where it holds nothing."""
    if any(is_marker(line.lstrip("> ")) for line in text.splitlines()):
        return "Part of our notification stands in your text."
    for found in _ADDRESS.findall(text):
        address = found.strip(".").lower()
        if _is_private(address, site):
            return f"The address {found} stands in your text. Customers must not see it."
    return ""


_READABLE = ("text/", "message/")
_MAIL_FILES = (".eml", ".mbox", ".txt", ".html", ".htm", ".vcf", ".ics")


def inside_of_file(attachment: Attachment, site: Site) -> str:
    """What of the inside an attached mail or text holds: our notification, attached, has its agent's signed address.

    Pictures and documents are not opened. Lines that a mail's encoding broke are joined before looking.
    """
    name = (attachment.filename or "").lower()
    if not attachment.content_type.lower().startswith(_READABLE) and not name.endswith(_MAIL_FILES):
        return ""
    text = attachment.content.replace(b"=\r\n", b"").replace(b"=\n", b"").decode("utf-8", "replace")
    shown = f'The attached file "{name}"' if name else "An attached mail or text"
    if MARKER_PREFIX in text:
        return f"{shown} holds one of our notifications."
    found = next((each for each in _ADDRESS.findall(text) if _is_private(each.strip(".").lower(), site)), "")
    return f"{shown} shows {found}. Customers must not see it." if found else ""


def _is_private(address: str, site: Site) -> bool:
    """An agent's or admin's own address, or a signed one: a desk's with something behind the extension."""
    if site.desk(address) is not None:
        return False
    return site.is_inside(address)
