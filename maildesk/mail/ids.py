"""Message-IDs out of ``Message-ID``, ``In-Reply-To`` and ``References`` (RFC 5322, 3.6.4), without their brackets."""

from __future__ import annotations

import re

_BRACKETED = re.compile(r"<([^<>]{1,998})>")
_BARE = re.compile(r"[^\s<>,;()\"']{1,500}@[^\s<>,;()\"']{1,490}")


def message_ids(value: str) -> tuple[str, ...]:
    """All ids in the field, in order, each once. Prose around them ("Your message of Tuesday") is passed over."""
    found = ["".join(each.split()) for each in _BRACKETED.findall(value)]
    if not found:
        found = _BARE.findall(value) or ([value.strip()] if value.strip() and " " not in value.strip() else [])
    return tuple(dict.fromkeys(each for each in found if each))
