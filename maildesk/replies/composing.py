"""A decision's mail as the bytes that leave: rendered, framed, threaded, and addressed to each recipient.

Headers are those of the design (docs/design.md, "Headers of what we send"). Mail to customers has one Message-ID and
the same bytes for all its recipients, each with an envelope sender of their own, so that a bounce names its delivery.
Mail to agents and admins is composed per person.

Guarantees: the same mail and context give the same bytes. Nothing of a header comes from outside unchecked: names are
one line, addresses are checked, Message-IDs that could end a line are dropped. Automatic mail to a sender who is not
authenticated holds nothing that they chose but their bare address and Message-ID (guarantee 7). A customer's mail is
made of the template, the body handed over and its attachments, and of nothing else (guarantee 8).

What can go wrong: an address that no mail can be sent to is ``Refusal``; a decision that hands over too few or wrong
facts is a bug (``ValueError``). A template of the admin's that fails here is not used again until it changes, and the
layer below takes its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

from maildesk.desk.actions import Mail, Outgoing
from maildesk.desk.senders.addresses import Keys, address_for
from maildesk.desk.words import Audience, Desk, Role, Site, Trust
from maildesk.errors import Refusal
from maildesk.mail.letter import Mailbox
from maildesk.replies import mime
from maildesk.replies.bodies import blocks_of, entity
from maildesk.replies.placeholders import REQUIRED_VALUES
from maildesk.replies.recipients import checked_address, checked_mailboxes, display_name
from maildesk.replies.rendering import Rendered, RenderingFault, render
from maildesk.replies.sandbox import one_line
from maildesk.replies.sharing import SharedBodies, key_of
from maildesk.replies.shown_letter import with_own_ids
from maildesk.replies.templates import Templates
from maildesk.replies.wording import Reader, zone_named

SUPPRESS_FOR_CUSTOMERS = "DR, RN, NRN, OOF, AutoReply"  # never All: we want the bounce
SUPPRESS_FOR_AGENTS = "DR, RN, NRN, AutoReply"  # their out-of-office shall reach us
MOST_REFERENCES = 12
FARTHEST_OFFSET = 14 * 60  # minutes; no place on earth is farther from UTC

ANSWERS_A_MAIL = frozenset(
    {
        "received", "received-closed", "received-urgent", "received-again", "thanks", "reopened", "refused", "status",
        "stopped", "joined",
    }
)  # fmt: skip
"""Automatic mails that respond to one mail: auto-replied (RFC 3834, 5); all others are auto-generated."""

CALLS_FOR_WORK = frozenset(
    {"agent/new-ticket", "agent/new-message", "agent/reminder", "agent/late", "agent/on-call", "agent/given-on"}
)
"""Mails to agents that are marked where the ticket is urgent; a receipt or a list is not."""

SHOWS_THE_CUSTOMER = frozenset({"agent/new-ticket", "agent/new-message", "agent/on-call", "agent/given-on"})
"""Mails to agents whose From names the customer, "via" the desk, whose address alone it holds (safe for DMARC)."""


@dataclass(frozen=True, slots=True)
class Context:
    """What composing needs beside the mail. ``new_id`` gives the random part of a Message-ID, 80 bits or more."""

    site: Site
    desk: Desk
    keys: Keys
    templates: Templates
    now: datetime
    new_id: Callable[[], str]
    shared: SharedBodies = field(default_factory=SharedBodies)


def compose(mail: Mail, context: Context) -> list[Outgoing]:
    """The mail for each of its recipients, To before Cc. Raises ``Refusal`` where nobody in To can be written to."""
    missing = REQUIRED_VALUES[mail.template] - {name for name, fact in mail.values.items() if fact is not None}
    if missing:
        raise ValueError(f"{mail.template} needs {', '.join(sorted(missing))}")
    desk = context.site.desk(mail.desk) or context.desk
    trusted = is_trusted(mail)
    to = checked_mailboxes(mail.to, named=trusted)
    if not to:
        checked_address(mail.to[0].address if mail.to else "")
        raise Refusal("This mail has nobody to go to.")
    if mail.audience is not Audience.CUSTOMER and len(to) != 1:
        raise ValueError(f"{mail.template} goes to one agent or admin at a time")
    already = {each.address for each in to}
    # One address beyond ASCII in Cc would make the mail undeliverable to everybody whose server has no SMTPUTF8.
    plain = all(each.address.isascii() for each in to)
    others = checked_mailboxes(mail.cc if trusted else (), named=True)
    cc = tuple(each for each in others if each.address not in already and (each.address.isascii() or not plain))
    return _outgoing(mail, context, desk, to, cc)


def is_trusted(mail: Mail) -> bool:
    """False for automatic mail to a customer who is not authenticated: it holds nothing that they chose."""
    strangers = mail.audience is Audience.CUSTOMER and mail.automatic
    return not strangers or mail.recipient_trust is Trust.AUTHENTICATED


def _outgoing(
    mail: Mail, context: Context, desk: Desk, to: tuple[Mailbox, ...], cc: tuple[Mailbox, ...]
) -> list[Outgoing]:
    address = checked_address(desk.address)
    message_id = f"{context.new_id()}@{address.rpartition('@')[2]}"
    language = context.templates.language(mail.language, desk.language, desk=desk.address, name=mail.template)
    spoken = language if mail.audience is not Audience.CUSTOMER else context.templates.spoken(language, desk.formal)
    reader, facts = _reader(mail, context, desk, spoken), _facts(mail, context)
    subject, body = _said(mail, context, desk, reader, facts, spoken, message_id)
    headers = [
        ("Date", format_datetime(reader.now.astimezone(reader.zone))),
        ("From", mime.mailbox_list([Mailbox(_sender_name(mail, desk, reader, facts), address)])),
        *_reply_to(mail, context, desk, to[0].address),
        ("To", mime.mailbox_list(to)),
        *([("Cc", mime.mailbox_list(cc))] if cc else []),
        ("Subject", mime.words(subject, mime.LINE - len("Subject: "))),
        ("Message-ID", f"<{message_id}>"),
        *_threading(mail),
        *_automatic(mail),
        ("Content-Language", language),
        ("MIME-Version", "1.0"),
        *body.headers,
    ]
    head = mime.header_bytes(headers) + b"\r\n"
    return [
        Outgoing(each.address, _envelope_from(mail, context, desk, each.address), message_id, head, body.body)
        for each in (*to, *cc)
    ]


def _said(
    mail: Mail, context: Context, desk: Desk, reader: Reader, facts: Mapping[str, object], spoken: str, seed: str
) -> tuple[str, mime.Part]:
    """The subject and the body; what goes to several agents alike is composed for the first of them."""
    if mail.audience is not Audience.AGENT or mail.enclosed:
        rendered = _rendered(mail, context.templates, desk, spoken, reader, facts)
        return rendered.subject, entity(rendered, mail.attachments if reader.trusted else (), seed, mail.enclosed)
    found = context.templates.find(spoken, mail.template, desk.address)
    key = key_of(mail, found, facts, reader)
    made = context.shared.find(key, found)
    if made is None:
        rendered = _rendered(mail, context.templates, desk, spoken, reader, facts)
        made = rendered.subject, entity(rendered, with_own_ids(mail.attachments, desk.address), seed)
        context.shared.keep(key, found, *made)
    return made


def _reader(mail: Mail, context: Context, desk: Desk, spoken: str) -> Reader:
    customer = mail.audience is Audience.CUSTOMER
    return Reader(
        words=context.templates.words(spoken, desk.address),
        now=mail.send_at or context.now,
        zone=zone_named(desk.time_zone),
        offset=_offset(mail) if customer else None,
        trusted=is_trusted(mail),
        customer=customer,
        constants={"desk_name": desk.name, "desk_address": desk.address, "formal": desk.formal},
    )


def _offset(mail: Mail) -> int | None:
    """The customer's clock in minutes east of UTC; None where it is unknown or on no place on earth."""
    offset = mail.values.get("customer_offset")
    if not isinstance(offset, int) or isinstance(offset, bool) or abs(offset) > FARTHEST_OFFSET:
        return None
    return offset


def _facts(mail: Mail, context: Context) -> Mapping[str, object]:
    """The decision's facts, with the thread's own subject and agents' names in the place of their addresses."""
    facts: dict[str, object] = dict(mail.values)
    if mail.subject:
        facts["original_subject"] = mail.subject
    agent = context.site.agent(str(facts.get("assignee") or ""))
    if agent is not None:
        facts["assignee"] = agent.name
    facts["signed"] = _is_signed(mail.body, str(facts.get("agent_name") or ""))
    return facts


def _is_signed(text: str, name: str) -> bool:
    """Whether a person's text ends with their name, or with its first word."""
    last = text.rstrip().rpartition("\n")[2].strip(" ,.-–—").casefold()
    return bool(last) and last in (name.casefold(), name.partition(" ")[0].casefold())


def _rendered(
    mail: Mail, templates: Templates, desk: Desk, spoken: str, reader: Reader, facts: Mapping[str, object]
) -> Rendered:
    blocks = blocks_of(mail, reader)
    while True:
        found = templates.find(spoken, mail.template, desk.address)
        try:
            return render(found, facts, reader, blocks)
        except RenderingFault as problem:
            # The next turn finds the layer below. The built-in set failing is our bug.
            if not templates.mark_broken(problem.path, problem.fault):
                raise


def _sender_name(mail: Mail, desk: Desk, reader: Reader, facts: Mapping[str, object]) -> str:
    if mail.sender_name:
        return display_name(mail.sender_name)
    if mail.template in SHOWS_THE_CUSTOMER:
        who = one_line(str(facts.get("from_name") or facts.get("customer_name") or facts.get("from_address") or ""), 60)
        if who:
            return display_name(reader.words.phrases["via"].format(name=who.replace("@", " at "), desk=desk.name))
    return display_name(desk.name)


def _reply_to(mail: Mail, context: Context, desk: Desk, person: str) -> list[tuple[str, str]]:
    """The signed address of whoever answers; admins have none, and without a ticket customers have none."""
    if mail.audience is Audience.ADMIN or (mail.audience is Audience.CUSTOMER and mail.ticket is None):
        return []
    role = Role.AGENT if mail.audience is Audience.AGENT else Role.CUSTOMER
    address = address_for(context.keys, desk, ticket=mail.ticket or 0, role=role, person=person, issue=mail.token_issue)
    return [("Reply-To", mime.mailbox_list([Mailbox(display_name(desk.name), checked_address(address))]))]


def _envelope_from(mail: Mail, context: Context, desk: Desk, recipient: str) -> str:
    if context.site.null_sender and mail.automatic:
        return ""
    return checked_address(address_for(context.keys, desk, ticket=mail.ticket or 0, role=Role.BOUNCE, person=recipient))


_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,900}")


def _threading(mail: Mail) -> list[tuple[str, str]]:
    """In-Reply-To, and References with the root first and then the newest (RFC 5322, 3.6.4)."""
    answered = mail.in_reply_to if mail.in_reply_to and _MESSAGE_ID.fullmatch(mail.in_reply_to) else None
    ids = [each for each in dict.fromkeys(mail.references) if _MESSAGE_ID.fullmatch(each)]
    if answered and answered not in ids:
        ids.append(answered)
    if len(ids) > MOST_REFERENCES:
        ids = [ids[0], *ids[1 - MOST_REFERENCES :]]
    headers = [("In-Reply-To", mime.id_list([answered]))] if answered else []
    return [*headers, *([("References", mime.id_list(ids))] if ids else [])]


def _automatic(mail: Mail) -> list[tuple[str, str]]:
    if mail.audience is Audience.AGENT:
        pressing = mail.template in CALLS_FOR_WORK and mail.values.get("priority") == "urgent"
        importance = [("Importance", "high")] if pressing else []  # RFC 2156, 5.3.4: clients sort and mark by it
        return [*importance, ("X-Auto-Response-Suppress", SUPPRESS_FOR_AGENTS)]
    if mail.audience is Audience.CUSTOMER and not mail.automatic:
        return []
    kind = "auto-replied" if mail.template in ANSWERS_A_MAIL else "auto-generated"
    return [("Auto-Submitted", kind), ("X-Auto-Response-Suppress", SUPPRESS_FOR_CUSTOMERS)]
