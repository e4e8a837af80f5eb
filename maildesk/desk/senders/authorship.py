"""Who wrote, and to which desk? Identity comes from ``From``, never from ``Reply-To``, with two configured exceptions.

Behind what a desk says it ``arrives_through`` (a Google group, a Mailman alias, a forwarding rule) the author is in
``X-Original-From``, ``X-Original-Sender`` or ``Reply-To``; behind a ``[[form]]`` the customer is the ``Reply-To``.
Both are at most ``known``: whoever can write to the list can name anybody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from email.utils import parseaddr

from maildesk.desk.forward_facts import FORWARDED, Forwarded
from maildesk.desk.senders.addresses import plain_address
from maildesk.desk.words import Arrival, Desk, Site
from maildesk.mail.letter import Automatic, Letter, Mailbox, fold_address

_SIGNS_OF_PASSAGE = (
    "List-Id",
    "Sender",
    "X-Google-Group-Id",
    "Mailing-list",
    "X-BeenThere",
    "Resent-From",
    "X-Forwarded-For",
    "X-Forwarded-To",
)


@dataclass(frozen=True, slots=True)
class Author:
    """The author with a folded address, and what the mail came through ("" where it came straight)."""

    mailbox: Mailbox
    through: str = ""
    is_form: bool = False
    is_forwarded: bool = False

    @property
    def at_most_known(self) -> str:
        """Why this author cannot be authenticated by DMARC of ``From``."""
        if self.is_form:
            return "it comes from a web form, where anybody can write any address"
        if self.is_forwarded:
            return "an agent forwarded it, and that proves nothing of who wrote it"
        return f"it came through {self.through}" if self.through else ""


def find_author(letter: Letter, desk: Desk, site: Site, forwarded: Forwarded | None = None) -> Author:
    """The person who wrote this mail, behind forms and forwarders; of an agent's forward, whom the agent named."""
    sender = _folded(letter.sender)
    if forwarded is not None:
        named = Mailbox("", fold_address(forwarded.customer)) if forwarded.customer else None
        behind_form = _folded(letter.reply_to[0]) if sender.address in site.forms and letter.reply_to else None
        return Author(named or behind_form or sender, is_forwarded=True)
    if sender.address in site.forms and letter.reply_to:
        return Author(_folded(letter.reply_to[0]), through=sender.address, is_form=True)
    through = came_through(letter, desk)
    if through:
        original = _original(letter, desk, through)
        return Author(original or sender, through=through)
    return Author(sender)


def as_sent(letter: Letter, author: Author) -> Letter:
    """The letter as its author sent it: what a desk's own list adds to it is transport, not nature."""
    listed = bool(author.through) and letter.automatic is Automatic.LIST
    return replace(letter, automatic=None, reason="") if listed else letter


def came_through(letter: Letter, desk: Desk) -> str:
    """Which of the desk's configured lists and forwarders this mail came through; "" where none."""
    signs = [letter.sender.address, *(value for name in _SIGNS_OF_PASSAGE for value in letter.all_headers(name))]
    text = " ".join(signs).lower()
    return next((each for each in desk.arrives_through if _names(text, each.lower())), "")


def _names(text: str, passage: str) -> bool:
    """A list is named by its address or by its List-Id, in which the at sign is a dot (RFC 2919)."""
    return passage in text or passage.replace("@", ".") in text


def _original(letter: Letter, desk: Desk, through: str) -> Mailbox | None:
    if fold_address(letter.sender.address) != through.lower() and not desk.owns(fold_address(letter.sender.address)):
        return None  # From was left alone
    for name in ("X-Original-From", "X-Original-Sender"):
        value = letter.header(name)
        found = parseaddr(value) if value else ("", "")
        if "@" in found[1]:
            return _folded(Mailbox(*found))
    return _folded(letter.reply_to[0]) if letter.reply_to else None


def _folded(mailbox: Mailbox) -> Mailbox:
    return Mailbox(mailbox.name, fold_address(mailbox.address))


def addressed_desks(arrival: Arrival, letter: Letter, site: Site) -> tuple[Desk, ...]:
    """The desks this mail was sent to: the first in To, then Cc; then what only the envelope or the mailbox knows."""
    if arrival.intake == FORWARDED:  # what an agent forwarded is for the desk that they chose, whoever got it first
        chosen = site.desk(arrival.desk or "")
        return (chosen,) if chosen is not None else site.desks[:1]
    named = [each.address for each in (*letter.to, *letter.cc)]
    named += [*arrival.recipients, *letter.all_headers("Delivered-To"), *letter.all_headers("X-Original-To")]
    if arrival.desk:
        named.append(arrival.desk)
    found = (site.desk(plain) for address in named if (plain := plain_address(address, site.desks)) is not None)
    by_address = {desk.address: desk for desk in found if desk is not None}
    return tuple(by_address.values()) or site.desks[:1]


def carried_addresses(arrival: Arrival, letter: Letter) -> tuple[str, ...]:
    """Every address that may be a signed one: where the mail was sent, by envelope and by header."""
    headers = (*letter.all_headers("Delivered-To"), *letter.all_headers("X-Original-To"))
    return tuple(dict.fromkeys((*arrival.recipients, *(each.address for each in (*letter.to, *letter.cc)), *headers)))
