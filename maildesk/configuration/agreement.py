"""What tables must agree on: who is whose agent, whose mailbox, whose address, and how long an address may become.

Each check takes the reading, adds faults and reads nothing else, so that all of them speak in one run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from maildesk.configuration.assign_agreement import judge_assignment
from maildesk.configuration.calendars import judge_calendar, read_calendars
from maildesk.configuration.desk_keys import AgentKeys, DeskKeys
from maildesk.configuration.follow_up_rules import judge_follow_up
from maildesk.configuration.keys import SiteKeys
from maildesk.configuration.lines import KeyPath
from maildesk.configuration.mail_keys import ImapSettings, OutgoingSettings, SmtpSettings
from maildesk.configuration.need_agreement import judge_needs
from maildesk.configuration.on_call_agreement import judge_on_call
from maildesk.configuration.promise_agreement import judge_promises
from maildesk.configuration.reading import Reading
from maildesk.configuration.rule_agreement import judge_rules
from maildesk.configuration.values import LOOPBACK
from maildesk.desk.senders.addresses import LOCAL_PART_LIMIT, TOKEN_LENGTH, fits
from maildesk.mail.letter import fold_address


def judge(reading: Reading) -> None:
    """Note everything in which the tables of a config contradict each other."""
    _needs_a_desk(reading)
    _no_address_twice(reading)
    _admins(reading)
    _agents(reading)
    _mailboxes(reading)
    _listeners(reading)
    _relay(reading)
    _long_addresses(reading)
    _calendars(reading)
    judge_follow_up(reading)
    judge_rules(reading)
    judge_needs(reading)
    judge_on_call(reading)
    judge_assignment(reading)


def _needs_a_desk(reading: Reading) -> None:
    if not reading.tables.get("desk"):
        reading.fault((), "A config needs one [[desk]] with name, address, time_zone and hours; add it.")


def _raw_addresses(reading: Reading, table: str) -> Iterator[tuple[KeyPath, str]]:
    """The addresses of all desks or agents as written, also of tables that have faults elsewhere."""
    tables = reading.tables.get(table)
    for index, each in enumerate(tables if isinstance(tables, list) else []):
        if not isinstance(each, dict):
            continue
        if isinstance(each.get("address"), str):
            yield (table, index, "address"), fold_address(each["address"])
        also = each.get("also")
        for other in also if isinstance(also, list) else []:
            if isinstance(other, str):
                yield (table, index, "also"), fold_address(other)


def desk_addresses(reading: Reading) -> frozenset[str]:
    """Every address of every desk, folded."""
    return frozenset(address for _, address in _raw_addresses(reading, "desk"))


def _no_address_twice(reading: Reading) -> None:
    desks: set[str] = set()
    for path, address in _raw_addresses(reading, "desk"):
        if address in desks:
            reading.fault(path, f'"{address}" is already an address of a desk; each address belongs to one desk, once.')
        desks.add(address)
    agents: set[str] = set()
    for path, address in _raw_addresses(reading, "agent"):
        if address in desks:
            reading.fault(path, f'"{address}" is a desk\'s address; an agent needs an address of their own.')
        elif address in agents:
            reading.fault(
                path, f'"{address}" is already an agent\'s address; each address belongs to one person, once.'
            )
        agents.add(address)


def _admins(reading: Reading) -> None:
    site = reading.sections.get(())
    if not isinstance(site, SiteKeys):
        return
    for address in site.admins:
        if address in desk_addresses(reading):
            sentence = "Trouble would be reported to the desk that is in trouble; name a person's own address."
            reading.fault(("admins",), f'"{address}" is a desk\'s address. {sentence}')


def _agents(reading: Reading) -> None:
    known = desk_addresses(reading)
    agent: AgentKeys
    for path, agent in reading.all("agent"):
        for desk in agent.desks:
            if desk not in known:
                reading.fault((*path, "desks"), _no_such_desk(desk, known))


def _mailboxes(reading: Reading) -> None:
    known = desk_addresses(reading)
    seen: set[tuple[str, int, str]] = set()
    imap: ImapSettings
    for path, imap in reading.all("imap"):
        if imap.desk and imap.desk not in known:
            reading.fault((*path, "desk"), _no_such_desk(imap.desk, known))
        if imap.tls == "none" and imap.host not in LOOPBACK:
            sentence = "Without TLS the password would cross the network in the clear"
            reading.fault((*path, "tls"), f'{sentence}; write "implicit" or "starttls".')
        if (imap.host, imap.port, imap.user) in seen:
            reading.fault(
                path, f"The mailbox of {imap.user} at {imap.host} is there twice; list its folders in one [[imap]]."
            )
        seen.add((imap.host, imap.port, imap.user))


def _no_such_desk(address: str, known: frozenset[str]) -> str:
    return f'There is no desk "{address}"; known are {", ".join(sorted(known)) or "none"}.'


def _listeners(reading: Reading) -> None:
    smtp = reading.sections.get(("smtp",))
    if not isinstance(smtp, SmtpSettings):
        return
    for key, other in (("certificate", "private_key"), ("private_key", "certificate")):
        if getattr(smtp, key) and not getattr(smtp, other):
            reading.fault(("smtp", key), f"TLS needs both files; add {other}.")
    if smtp.spam_header and ":" not in smtp.spam_header:
        reading.fault(("smtp", "spam_header"), 'Write the header\'s name and value, such as "X-Spam-Flag: YES".')
    if not smtp.authserv_id:
        _one_authserv_id(reading)


def _one_authserv_id(reading: Reading) -> None:
    desks: list[tuple[KeyPath, Any]] = reading.all("desk")
    if len({desk.authserv_id for _, desk in desks if desk.authserv_id}) > 1:
        path = (*desks[-1][0], "authserv_id")
        reading.fault(path, "The desks name different servers, and SMTP serves them all; name its own under [smtp].")


def _relay(reading: Reading) -> None:
    outgoing = reading.sections.get(("outgoing",))
    if not isinstance(outgoing, OutgoingSettings):
        return
    if outgoing.user and not outgoing.password_file:
        reading.fault(
            ("outgoing", "user"), "A login needs a password; add password_file with the path of a file that holds it."
        )
    if outgoing.password_file and not outgoing.user:
        reading.fault(("outgoing", "password_file"), "A password needs a login; add user.")


def _long_addresses(reading: Reading) -> None:
    outgoing = reading.sections.get(("outgoing",))
    reply_domain = isinstance(outgoing, OutgoingSettings) and outgoing.reply_domain
    desk: DeskKeys
    for path, desk in reading.all("desk"):
        local = desk.address.partition("@")[0]
        if (desk.extension or reply_domain) and not fits(local):
            room = LOCAL_PART_LIMIT - TOKEN_LENGTH - 1
            sentence = f'"{local}" leaves no room for a signed reply address; a local part has 64 octets (RFC 5321).'
            way_out = f"Write an address with at most {room} before the @ here, and name this one under also."
            reading.fault((*path, "address"), f"{sentence} {way_out}")


def _calendars(reading: Reading) -> None:
    read_calendars(reading)
    desk: DeskKeys
    for path, desk in reading.all("desk"):
        judge_calendar(reading, path, desk)
        judge_promises(reading, path, desk)
