"""A last look at what an agent sends: is anything of the inside in it? Then the agent is asked, and nothing leaves."""

from __future__ import annotations

import re

from maildesk.desk.words import Site
from maildesk.mail.quote import is_marker

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


def _is_private(address: str, site: Site) -> bool:
    """An agent's or admin's own address, or a signed one: a desk's with something behind the extension."""
    if site.desk(address) is not None:
        return False
    return site.is_inside(address)
