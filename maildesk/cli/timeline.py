"""A rehearsal for a person: what came in and every mail that left, in full, with weekday and time of the desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from maildesk.cli.rows import safe
from maildesk.daemon.rehearsed_mail import WentOut
from maildesk.daemon.rehearsing import CameIn
from maildesk.desk.words import Audience, Promise, Ticket

if TYPE_CHECKING:
    from maildesk.config import Settings
    from maildesk.configuration.scenario import Scenario
    from maildesk.daemon.rehearsing import Played

Line = tuple[str, str]
"""A line and how it looks on a terminal; into a file it is written plain."""

_STYLES = {Audience.CUSTOMER: "bold green", Audience.AGENT: "bold cyan", Audience.ADMIN: "bold red"}
_CAME_IN = "bold yellow"


def show(path: Path, settings: Settings, scenario: Scenario, played: Played) -> None:
    """Print the timeline."""
    console = Console(highlight=False, soft_wrap=True)
    for text, style in lines(path.name, settings, scenario, played):
        console.print(Text(safe(text), style=style))


def lines(name: str, settings: Settings, scenario: Scenario, played: Played) -> Iterator[Line]:
    """The whole timeline, line by line."""
    zone = ZoneInfo(settings.site.desks[0].time_zone)
    end = scenario.start + scenario.until
    yield f"{name}: {moment(scenario.start.astimezone(zone))} to {moment(end.astimezone(zone))}, {zone.key}", "bold"
    for each in played.told:
        yield "", ""
        yield from _came_in(each, zone) if isinstance(each, CameIn) else _went_out(each, zone)
    yield "", ""
    yield "At the end", "bold"
    for ticket in played.tickets:
        yield f"  {_stands(ticket, zone)}", ""
    yield f"  {_counted(played)}", ""
    for offence in played.offences:
        yield f"  {offence}", "bold red"


def moment(at: datetime) -> str:
    """A moment with its weekday, to the minute; to the second where that matters."""
    return f"{at:%a %Y-%m-%d %H:%M}{f':{at.second:02}' if at.second else ''}"


def there(at: datetime, zone: ZoneInfo) -> str:
    """A moment as the desk's clock shows it; where that is not the clock of the first line, with its zone."""
    elsewhere = at.utcoffset() != at.astimezone(zone).utcoffset()
    return f"{moment(at)} {at.tzinfo}" if elsewhere else moment(at)


def _came_in(came: CameIn, zone: ZoneInfo) -> Iterator[Line]:
    event = came.event
    who = f"{event.person.name} <{event.person.address}>" if event.person.name else event.person.address
    proof = "" if event.authenticated else ", unproven"
    yield f"{there(came.at, zone)}  {who}{proof} writes to {', '.join(came.to)}", _CAME_IN
    yield f"    {came.fate}", "dim"
    if event.raw is not None:
        yield from _text(event.raw.decode("utf-8", "replace").replace("\r\n", "\n"))
        return
    yield f"    Subject: {came.subject}", ""
    yield from _text(event.body)


def _went_out(mail: WentOut, zone: ZoneInfo) -> Iterator[Line]:
    ticket = f", ticket #{mail.ticket}" if mail.ticket else ""
    yield f"{there(mail.at, zone)}  to {mail.to}: {mail.template} ({mail.language}{ticket})", _STYLES[mail.audience]
    if mail.promise is not None:
        yield f"    promise: {there(mail.promise, zone)}", "dim"
    for header in ("From", "To", "Cc", "Subject"):
        if mail.mail[header] is not None:
            yield f"    {header}: {mail.mail[header]}", ""
    yield from _text(mail.text)
    for each in mail.mail.iter_attachments():
        yield f"    [attached: {each.get_filename()}, {each.get_content_type()}]", "dim"


def _text(text: str) -> Iterator[Line]:
    yield "", ""
    for line in text.rstrip().split("\n"):
        yield f"    | {line}".rstrip(), ""


def _stands(ticket: Ticket, zone: ZoneInfo) -> str:
    due = ticket.timer
    after = f", next {due.step} on {moment(due.due_at.astimezone(zone))}" if due else ""
    return f"#{ticket.number} is {ticket.state}{_promised(ticket.promise, zone)}{after}"


def _promised(promise: Promise | None, zone: ZoneInfo) -> str:
    return f", promise {moment(promise.at.astimezone(zone))} ({promise.state})" if promise else ""


def _counted(played: Played) -> str:
    customers = sum(mail.audience is Audience.CUSTOMER for mail in played.mails)
    others = len(played.mails) - customers
    hanging = "Nobody was left hanging." if not played.hanging else f"LEFT HANGING after {played.hanging} steps:"
    return f"{customers} mails to customers, {others} to agents and admins. {hanging}"
