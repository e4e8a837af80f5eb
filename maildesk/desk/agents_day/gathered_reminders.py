"""Reminders of one agent, gathered in one mail, the most urgent first.

A follow-up step leaves a reminder for each agent; here it is decided when they are mailed. By default at once, but
then not again for ``GATHER``: what falls due meanwhile comes together. With times of their own (#digest 9:00 14:00)
they wait for the next of these, "off" mails each at once. No reminder waits until the desk would tell the customer that
it takes longer, and none of an urgent ticket waits at all. What its desk's closing overtakes waits for the opening.

A reminder is true while its ticket stands as that step left it: whoever moves the ticket makes it untrue, and so does
giving it to somebody else. Untrue ones are dropped without a word. Those of an agent who went away meanwhile are handed
to who is here; where everybody is away, they are mailed all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from maildesk.desk.actions import Mail, Reminder, Value
from maildesk.desk.agents_day.agent_mail_facts import AgentMailFacts, Share
from maildesk.desk.mailing.mails import ticket_values, to_agent
from maildesk.desk.tickets.steps import clock_of, schedule
from maildesk.desk.words import LIVE_STATES, Desk, Priority, Step, Ticket

GATHER = timedelta(minutes=15)
OFF = "off"
MOST_SHOWN = 20
"""Tickets of one mail; it says how many more there are. A phone shows three without scrolling."""

LOOKED_AHEAD = 366
"""Days in which a day that the desk works is looked for."""


def due(facts: AgentMailFacts) -> datetime | None:
    """When the reminders that are kept for this agent are to be mailed, dropped or handed on."""
    if not facts.reminders:
        return None
    standing = _standing(facts)
    if len(standing) < len(facts.reminders) or any(_hands_on(facts, ticket) for _, ticket in standing):
        return facts.now
    for planned in _planned(facts, standing):
        if not any(_cannot_wait(facts, ticket, planned) for _, ticket in standing):
            return planned
    return _first(standing)


def make(facts: AgentMailFacts) -> Share:
    """One mail of all that still stand, where it is their time; the rest is dropped, or goes to who is here."""
    standing = _standing(facts)
    true = {each for each, _ in standing}
    untrue = tuple(each for each in facts.reminders if each not in true)
    if gone := [pair for pair in standing if _hands_on(facts, pair[1])]:
        handed = tuple(new for each, ticket in gone for new in _to_those_here(facts, each, ticket))
        return Share(facts.known, reminded=(*untrue, *(each for each, _ in gone)), reminders=handed)
    left = replace(facts, reminders=tuple(each for each, _ in standing))
    moment = due(left)
    if moment is None or moment > facts.now:
        return Share(facts.known, reminded=untrue)
    if facts.known.digest_times == OFF:
        mails = tuple(_about_one(facts, each, ticket) for each, ticket in standing)
    else:
        mails = (_about_one(facts, *standing[0]),) if len(standing) == 1 else (_about_all(facts, standing),)
    return Share(replace(facts.known, reminded_at=facts.now), mails, reminded=facts.reminders)


def times_of(text: str) -> tuple[time, ...]:
    """The times of "09:00 14:00", in order; none of "off" and ""."""
    return () if text in ("", OFF) else tuple(sorted(time.fromisoformat(each) for each in text.split()))


def at_time_of_day(desk: Desk, after: datetime, times: tuple[time, ...]) -> datetime:
    """The first of these times, on the desk's clock and a day that it works, at or after ``after``. UTC."""
    zone = ZoneInfo(desk.time_zone)
    today = after.astimezone(zone).date()
    for ahead in range(LOOKED_AHEAD):
        day = today + timedelta(days=ahead)
        for each in times:
            moment = datetime.combine(day, each, zone).astimezone(UTC)
            if moment >= after and works_on(desk, moment):
                return moment
    return after


def works_on(desk: Desk, moment: datetime) -> bool:
    """Whether the desk opens, or is open, on the day (its own) of that moment."""
    zone = ZoneInfo(desk.time_zone)
    day = moment.astimezone(zone).date()
    midnight = datetime.combine(day, time(0), zone).astimezone(UTC)
    if desk.service.is_open(midnight):
        return True
    return desk.service.next_opening(midnight).astimezone(zone).date() == day


def _planned(facts: AgentMailFacts, standing: list[tuple[Reminder, Ticket]]) -> Iterator[datetime]:
    """When they would be mailed if nothing were pressing, the best first: a time that was chosen, or gathered."""
    chosen, first, now = facts.known.digest_times, _first(standing), facts.now
    times = times_of(chosen)
    if times and facts.desks:
        at = at_time_of_day(facts.desks[0], first, times)
        yield at if now - at < GATHER else _when_people_work(facts, standing, now)  # nobody worked at that time
    before = None if chosen == OFF else facts.known.reminded_at
    gathered = max(first, before + GATHER) if before is not None else first
    yield _when_people_work(facts, standing, max(gathered, now))


def _first(standing: list[tuple[Reminder, Ticket]]) -> datetime:
    return min(each.at for each, _ in standing)


def _when_people_work(facts: AgentMailFacts, standing: list[tuple[Reminder, Ticket]], at: datetime) -> datetime:
    """This moment, or the opening after it where the desk closed while they waited to be mailed.

    Those that fell due out of hours, at a moment that their agent named, come at any hour. Of several tickets one that
    is worked on is enough: its reminder must not wait for the others.
    """
    desks = ((facts.site.desk(ticket.desk), ticket) for _, ticket in standing)
    clocks = [clock_of(desk, ticket) for desk, ticket in desks if desk is not None]
    fell_due, open_now = (any(clock.is_open(each) for clock in clocks) for each in (_first(standing), at))
    return at if open_now or not fell_due else min(clock.next_opening(at) for clock in clocks)


def _cannot_wait(facts: AgentMailFacts, ticket: Ticket, until: datetime) -> bool:
    """Whether this ticket is urgent, or its customer would hear of a delay before its agent is reminded."""
    desk = facts.site.desk(ticket.desk)
    if ticket.priority is Priority.URGENT or desk is None:
        return True
    notices = (each.due_at for each in schedule(ticket, desk) if each.step is Step.RENEW_PROMISE)
    return any(facts.now < at <= until for at in notices)  # one whose time has passed waits for the opening itself


def _standing(facts: AgentMailFacts) -> list[tuple[Reminder, Ticket]]:
    """The reminders that are still true, the most urgent first."""
    pairs = [(each, facts.tickets.get(each.ticket)) for each in facts.reminders]
    found = [(each, ticket) for each, ticket in pairs if ticket is not None and _still_true(each, ticket)]
    return sorted(found, key=lambda pair: urgency(pair[1]))


def _still_true(reminder: Reminder, ticket: Ticket) -> bool:
    if ticket.number != reminder.ticket or ticket.state not in LIVE_STATES:
        return False
    if (ticket.nudged_at or ticket.state_since) != reminder.at:
        return False
    theirs = reminder.step == Step.REMIND_ALL or ticket.assignee in (None, reminder.agent)
    return theirs or reminder.step == HANDED


HANDED = "handed-on"
"""The step of a reminder that was another agent's who is away now."""


def urgency(ticket: Ticket) -> tuple[int, float, int]:
    """Sorts tickets: urgent ones first, then whose promise ends first, then by number."""
    until = ticket.promise.at.timestamp() if ticket.promise else float("inf")
    return (0 if ticket.priority is Priority.URGENT else 1, until, ticket.number)


def _hands_on(facts: AgentMailFacts, ticket: Ticket) -> bool:
    """Whether this agent is away, and somebody of the ticket's desk is here."""
    desk = facts.site.desk(ticket.desk)
    return facts.is_away(facts.agent.address) and desk is not None and bool(facts.present(desk))


def _to_those_here(facts: AgentMailFacts, reminder: Reminder, ticket: Ticket) -> tuple[Reminder, ...]:
    if reminder.step == Step.REMIND_ALL:
        return ()  # they have one of their own
    desk = facts.site.desk(ticket.desk)
    if desk is None:
        return ()
    return tuple(replace(reminder, agent=each.address, step=HANDED) for each in facts.present(desk))


def _about_one(facts: AgentMailFacts, reminder: Reminder, ticket: Ticket) -> Mail:
    """The reminder of one ticket, in its thread; a reply to it is the answer."""
    desk = facts.site.desk(ticket.desk) or facts.desks[0]
    values: dict[str, Value] = {**_standing_promise(facts, ticket), "subject": ticket.subject}
    values |= {"reason": reminder.note} if reminder.step == Step.RESUME else {}
    values |= {"answer_held": ticket.number in facts.held}
    key = f"reminder:{ticket.number}:{reminder.step}:{int(reminder.at.timestamp())}"
    return to_agent(desk, facts.agent, facts.known, "reminder", key, values, ticket=ticket)


def _about_all(facts: AgentMailFacts, standing: list[tuple[Reminder, Ticket]]) -> Mail:
    """One mail of all; it belongs to no ticket, for a reply can only go to one customer."""
    shown = standing[:MOST_SHOWN]
    values: dict[str, Value] = {
        "tickets": tuple(row(facts, ticket) for _, ticket in shown),
        "count": len(standing),
        "more": len(standing) - len(shown) or None,
    }
    return to_agent(facts.desks[0], facts.agent, facts.known, "reminder", f"reminders:{facts.known.version}", values)


def row(facts: AgentMailFacts, ticket: Ticket) -> dict[str, Value]:
    """A ticket as a row of a list."""
    values = ticket_values(ticket)
    shown = {name: values[name] for name in ("number", "from_address", "waiting_since", "state", "reason")}
    priority = str(ticket.priority) if ticket.priority is not Priority.NORMAL else None
    name = ticket.requester_name or ticket.requester
    return {
        **shown,
        **_standing_promise(facts, ticket),
        "customer_name": name,
        "priority": priority,
        "subject": ticket.subject,
        "answer_held": ticket.number in facts.held,
    }


def _standing_promise(facts: AgentMailFacts, ticket: Ticket) -> dict[str, Value]:
    assignee = facts.site.agent(ticket.assignee) if ticket.assignee else None
    return {
        "promise": ticket.promise.at if ticket.promise else None,
        "assignee": assignee.name if assignee else "",
        "linked_to": ticket.linked_to,
    }
