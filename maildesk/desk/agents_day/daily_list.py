"""An agent's tickets as a list: once on each day that their desks work, and at any time when they ask (#list).

The daily one comes when the first of their desks opens that day, or at the time that the desk's ``daily`` names, or at
the first of the times that the agent chose (#digest); with "off" it does not come. It comes only where there is
something to do, and never to who is away. After downtime it still comes on the same day; one of yesterday is left out.
The one that was asked for comes at once, whatever it holds.

It holds what the agent has, what nobody has, what waits for the customer, what is on hold and who thanked them; for
leads also what became no ticket, how promises fared since the last list, and who is away. Lists are short: the most
urgent, and how many more there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sized
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from maildesk.desk.actions import Mail, Value
from maildesk.desk.agents_day.agent_mail_facts import AgentMailFacts, Line, Overview, Share
from maildesk.desk.agents_day.gathered_reminders import LOOKED_AHEAD, OFF, times_of, works_on
from maildesk.desk.mailing.mails import to_agent
from maildesk.desk.words import Desk, Priority

OPENING = "opening"
OTHER_DAYS = 2
"""Days by which two clocks of this world differ, and a bit: Honolulu has Saturday night, Lord Howe has Monday."""
DAY_BACK = timedelta(days=1)


def due(facts: AgentMailFacts) -> datetime | None:
    """When the next daily list is due; None where none ever is."""
    if facts.is_away(facts.agent.address) or not _ever_comes(facts):
        return None
    for ahead in range(LOOKED_AHEAD):
        if _next_of(facts, ahead) is not None:
            further = (_next_of(facts, ahead + each) for each in range(OTHER_DAYS + 1))
            return min(each for each in further if each is not None)
    return None


def _ever_comes(facts: AgentMailFacts) -> bool:
    """Whether they chose a time, or one of their desks sends the list: else a year of days need not be looked at."""
    digest = facts.known.digest_times
    return digest != OFF and (bool(digest) or any(desk.daily != OFF for desk in facts.desks))


def _next_of(facts: AgentMailFacts, ahead: int) -> datetime | None:
    """When the list of the day that is so many days from today comes; None where none does, or it came."""
    day = today_of(facts) + timedelta(days=ahead)
    return _moment(facts, day) if day.isoformat() > facts.known.daily_on else None


def make(facts: AgentMailFacts) -> Share:
    """The list, where there is something to do. The day is done with either way."""
    day = day_of_list(facts)
    known = replace(facts.known, daily_on=day.isoformat())
    if not facts.known.daily_on and not _just_now(facts, day):
        return Share(known)  # the first look at this agent: today's moment was before we knew them
    overview = facts.overview or Overview()
    if not _something(facts, overview):
        return Share(known)
    return Share(known, (_mail(facts, overview, f"daily:{known.daily_on}"),))


def asked(facts: AgentMailFacts) -> datetime | None:
    """When the agent asked for their list; None where they did not."""
    return facts.known.list_asked_at


def answer(facts: AgentMailFacts) -> Share:
    """The list that was asked for, empty or not."""
    mail = _mail(facts, facts.overview or Overview(), f"list:{facts.known.version}", asked=True)
    return Share(replace(facts.known, list_asked_at=None), (mail,))


def since(facts: AgentMailFacts) -> datetime:
    """From when on a lead's list tells what happened: the day of the last list, or a day back."""
    if not facts.known.daily_on or not facts.desks:
        return facts.now - DAY_BACK
    last = _moment(facts, date.fromisoformat(facts.known.daily_on))
    return last if last is not None and last < facts.now else facts.now - DAY_BACK


def today_of(facts: AgentMailFacts) -> date:
    """The day on the clock of their first desk."""
    zone = ZoneInfo(facts.desks[0].time_zone) if facts.desks else UTC
    return facts.now.astimezone(zone).date()


def day_of_list(facts: AgentMailFacts) -> date:
    """The day whose list has its moment behind it, today at least.

    It may be a day that has not begun on the clock of their first desk: another of their desks, further east, opens on
    it while the first one still has yesterday.
    """
    today = today_of(facts)
    for ahead in range(OTHER_DAYS, 0, -1):
        moment = _moment(facts, today + timedelta(days=ahead))
        if moment is not None and moment <= facts.now:
            return today + timedelta(days=ahead)
    return today


def _just_now(facts: AgentMailFacts, day: date) -> bool:
    moment = _moment(facts, day)
    return moment is not None and facts.now - moment < timedelta(minutes=1)


def _moment(facts: AgentMailFacts, day: date) -> datetime | None:
    """When the list of that day comes; None where none does."""
    if facts.known.digest_times == OFF:
        return None
    chosen = times_of(facts.known.digest_times)
    moments = (_of_desk(desk, day, chosen) for desk in facts.desks)
    return min((each for each in moments if each is not None), default=None)


def _of_desk(desk: Desk, day: date, chosen: tuple[time, ...]) -> datetime | None:
    zone = ZoneInfo(desk.time_zone)
    noon = datetime.combine(day, time(12), zone).astimezone(UTC)
    if (desk.daily == OFF and not chosen) or not works_on(desk, noon):
        return None
    if not chosen and desk.daily == OPENING:
        return _opening(desk, day)
    return datetime.combine(day, chosen[0] if chosen else time.fromisoformat(desk.daily), zone).astimezone(UTC)


def _opening(desk: Desk, day: date) -> datetime:
    """When the desk opens on that day; one that works through the night has its list at nine, like everybody."""
    zone = ZoneInfo(desk.time_zone)
    midnight = datetime.combine(day, time(0), zone).astimezone(UTC)
    nine = datetime.combine(day, time(9), zone).astimezone(UTC)
    if not desk.service.is_open(midnight):
        return desk.service.next_opening(midnight)
    if desk.service.is_open(nine):
        return nine
    return max(midnight, desk.service.next_opening(nine)) if _opens_later(desk, nine, day) else nine


def _opens_later(desk: Desk, after: datetime, day: date) -> bool:
    zone = ZoneInfo(desk.time_zone)
    return desk.service.next_opening(after).astimezone(zone).date() == day


def _something(facts: AgentMailFacts, overview: Overview) -> bool:
    """Whether there is anything to do, or for a lead anything to know."""
    theirs = overview.mine.count or overview.nobodys.count
    return bool(theirs or (facts.agent.lead and (overview.aside_count or overview.broken or overview.renewed)))


def _mail(facts: AgentMailFacts, overview: Overview, key: str, *, asked: bool = False) -> Mail:
    several = len(facts.desks) > 1
    values: dict[str, Value] = {"count": overview.mine.count + overview.nobodys.count, "on_request": asked}
    for rows, more, lines in (
        ("tickets", "more", overview.mine),
        ("nobodys", "nobodys_more", overview.nobodys),
        ("waiting", "waiting_more", overview.waiting),
        ("paused", "paused_more", overview.paused),
    ):
        values[rows] = tuple(list_row(facts, each, several) for each in lines.shown)
        values[more] = left_out(lines.count, lines.shown)
    values["praises"] = tuple(
        {"number": each.ticket, "customer_name": each.customer_name, "subject": each.subject}
        for each in overview.praises
    )
    if facts.agent.lead:
        values |= _for_a_lead(facts, overview)
    return to_agent(facts.desks[0], facts.agent, facts.known, "digest", key, values)


def left_out(count: int, shown: Sized) -> int | None:
    """How many the list leaves out; None where it leaves out none."""
    return count - len(shown) or None


def _for_a_lead(facts: AgentMailFacts, overview: Overview) -> dict[str, Value]:
    """What became no ticket, how promises fared, and who is away."""
    return {
        "aside": tuple(
            {"number": each.arrival, "customer_name": each.sender, "subject": each.subject, "reason": each.reason}
            for each in overview.aside
        ),
        "aside_more": left_out(overview.aside_count, overview.aside),
        "broken": overview.broken or None,
        "renewed": overview.renewed or None,
        "away": tuple(_away(facts)),
    }


def list_row(facts: AgentMailFacts, line: Line, several: bool) -> dict[str, Value]:
    """A line as templates take it. ``several``: the agent has more than one desk."""
    assignee = facts.site.agent(line.assignee) if line.assignee else None
    desk = facts.site.desk(line.desk)
    return {
        "number": line.number,
        "subject": line.subject,
        "customer_name": line.customer_name or line.from_address,
        "from_address": line.from_address,
        "priority": line.priority if line.priority != Priority.NORMAL else None,
        "waiting_since": line.waiting_since,
        "promise": line.promise,
        "assignee": assignee.name if assignee else "",
        "until": line.until,
        "reason": line.reason,
        "state": line.state,
        "desk": desk.name if desk is not None and several else "",
    }


def _away(facts: AgentMailFacts) -> Iterator[str]:
    """Who of the lead's desks is away, with the day until when."""
    for agent in facts.site.agents:
        if set(agent.desks) & set(facts.agent.desks) and facts.is_away(agent.address):
            yield agent.name
