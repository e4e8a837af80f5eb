"""What in a template leads out of the mail: links, and HTML that is none.

A link may lead to the domains of the desks, to hosts that an admin lists (``links`` in ``plain.toml``), and to nowhere
else: an address that a customer clicks must be one that somebody knows. Raw HTML is never rendered; readers would see
its signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from maildesk.replies.findings import Finding, Level

_LINK = re.compile(r"\[[^\]]*\]\(\s*<?([^)\s>]*)[^)]*\)|<((?:https?|mailto):[^>\s]*)>|((?:https?://|www\.)[^\s)>\]]+)")


def links(file: Path, source: str, hosts: Sequence[str]) -> Iterator[Finding]:
    """Links that lead nowhere known."""
    for number, line in enumerate(source.splitlines(), 1):
        for groups in _LINK.findall(line):
            target = next(filter(None, groups), "")
            if reason := _astray(target.rstrip(".,;:!?"), hosts):
                why = "A link that does not work, or leads to strangers, costs the reader's trust."
                yield Finding(file, number, "link", reason, Level.WARNING, why)


def _astray(target: str, hosts: Sequence[str]) -> str:
    if not target:
        return "This link leads nowhere: it has no address. Give it one, or take the brackets away."
    parts = urlsplit(target if "://" in target or target.startswith("mailto:") else f"https://{target}")
    if parts.scheme == "mailto":
        host = parts.path.rpartition("@")[2]
    elif parts.scheme in ("http", "https") and (target.startswith(("http", "www."))):
        host = parts.hostname or ""
    else:
        return f'"{target}" is no address that works in a mail. Write it whole, with https:// in front.'
    if any(host == known or host.endswith(f".{known}") for known in map(_host, hosts)):
        return ""
    return f'Nobody has said that links may lead to {host or target}. Correct it, or add it to "links" in plain.toml.'


def _host(known: str) -> str:
    return (urlsplit(known).hostname or known) if "://" in known else known.strip("/")
