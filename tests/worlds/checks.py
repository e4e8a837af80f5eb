"""What holds for every mail that leaves a desk, whatever it is about. Worlds and property tests ask it of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from maildesk.desk.words import Site
from maildesk.mail.html import to_text
from maildesk.mail.letter import fold_address
from tests.worlds.post import Out

LONGEST_LINE = 998  # octets, RFC 5322, 2.1.1


def mail_faults(out: Out, site: Site) -> list[str]:
    """What is wrong with a mail, each in a sentence; empty for a sound one."""
    return [f"{out.template} to {out.recipient}: {each}" for each in _faults(out, site)]


def _faults(out: Out, site: Site) -> Iterator[str]:
    mail = out.message
    inside = site.agent(fold_address(out.recipient)) is not None or out.recipient in site.admins
    if not inside:
        yield from _leaks(out, site)
    if out.template != "reply" and not inside and not str(mail["Auto-Submitted"] or "").startswith("auto-"):
        yield "an automatic mail does not say that it is one"
    if any(len(line) > LONGEST_LINE for line in out.raw.split(b"\r\n")) or b"\n" in out.raw.replace(b"\r\n", b""):
        yield "a line is too long, or ends in a bare LF"
    for name in ("Message-ID", "From", "To", "Subject", "Date"):
        if len(mail.get_all(name, [])) != 1:
            yield f"it has not one {name}"
    if not out.text.strip():
        yield "it has no text"
    shows_a_letter = out.template in ("agent/new-ticket", "agent/new-message", "agent/confirm")
    if shows_a_letter:
        return  # it holds whatever its sender wrote, and their HTML, which may say more (a signature)
    if "{{" in out.text or "None" in out.text.split() or "{%" in out.text:
        yield "a placeholder was not filled in"
    rich = mail.get_body(("html",))
    if rich is not None and not same_words(str(rich.get_content()), out.text):
        yield "its HTML says something else than its text"


def _leaks(out: Out, site: Site) -> Iterator[str]:
    """Guarantee 8: customers never see the inside."""
    everything = out.raw.decode("utf-8", "replace") + out.text
    for agent in site.agents:
        for address in (agent.address, *agent.also):
            if address in everything:
                yield f"it shows {address}"
    if "above this line" in out.text:
        yield "it shows a notification's marker"


def same_words(markup: str, text: str) -> bool:
    """Whether an HTML body says what the text says, spaces, marks and list signs aside."""
    for target in re.findall(r'href="(?:mailto:)?([^"]+)"', markup):
        for shown in (f"({unescape(target)})", f"<{unescape(target)}>"):  # behind its words in text, in them in HTML
            text = text.replace(shown, "")
    for name in re.findall(r'<img[^>]* alt="([^"]+)"', markup):
        text = text.replace(f"[{unescape(name)}]", "")
    return _words(to_text(markup)) == _words(text)


def _words(text: str) -> list[str]:
    text = text.replace("\n> ", "\n")
    text = re.sub(r"(?m)^\s*\d{1,3}\. ", "", text)  # the numbers of a list are signs, which HTML draws itself
    return "".join(char if char.isalnum() else " " for char in text).split()
