"""Who is away, and since when: by their own out-of-office reply, by #away, and back by anything they write.

An automatic reply moves something only where it is proven to be an agent's own: by a signed or bounce address of ours
that was given to them, by a Message-ID that was minted for them, or by DMARC (guarantee 7). The day that it names ends
the absence when that agent's desk opens. Without a day they count as away until they write, and for at most
``WITHOUT_A_DATE`` working days: our next mail to them then asks their mail program again. A note that speaks of the
past (somebody forgot to switch it off), or of an absence that has not begun, changes nothing. One that begins when the
desk opens next has begun: it was switched on when its author left, and most programs answer each of us only once.

Whoever is back is told once what happened (``welcome``): ``away_since`` stands from the day they left until that mail.
What can go wrong: an "until" that was meant as "back on". Then they are taken for away a day too long, and the first
line that they write brings them back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from maildesk.desk.actions import AgentChange, Decision, Mail, Value
from maildesk.desk.known.facts import AgentFacts, Facts
from maildesk.desk.mailing import notices
from maildesk.desk.mailing.telling_admins import admin_mail
from maildesk.desk.service_time.hours import zone_of
from maildesk.desk.words import Agent, Desk, Role, Site, Trust
from maildesk.mail.absence import Absence, read_absence

WITHOUT_A_DATE = 3
"""Working days after which an absence that named no day ends by itself."""
LONGEST = timedelta(days=366)
"""A day further off is not believed: a note left behind for years must not keep anybody away for years."""
HANDED_ON = "handed on"
"""The event of a ticket that got other hands because its agent is away; ``by`` is that agent."""
UNTIL_THEY_WRITE = timedelta(days=3650)
"""#away without a time: the agent said so themselves, and a line from them ends it."""


def home_of(site: Site, agent: Agent) -> Desk:
    """The desk whose clock and hours are an agent's: the first of theirs."""
    return next((desk for desk in site.desks if desk.address in agent.desks), site.desks[0])


def reported(facts: Facts) -> tuple[AgentChange, str] | None:
    """What an automatic reply says of its author's presence, with the reason; None where it says or proves nothing."""
    agent = facts.site.agent(facts.author.address)
    if agent is None or not _is_proven(facts, agent):
        return None
    desk = home_of(facts.site, agent)
    today = facts.now.astimezone(zone_of(desk.time_zone)).date()
    said = read_absence(_own_subject(facts), facts.letter.new_text or facts.letter.text, today, facts.letter.language)
    until = None if said is None else _until(facts, desk, said, today)
    if until is None or until <= facts.now:
        return None
    named = said is not None and said.returns is not None and said.returns - today <= LONGEST
    if not named:
        until = max(until, _known_until(facts, agent))  # what they said with a date is not cut short without one
    reason = f"{agent.name} is away until {_shown(until, desk)}, by their own automatic reply"
    return leaves(facts, agent, until, reason if named else f"{reason}, which names no day"), reason


def _is_proven(facts: Facts, agent: Agent) -> bool:
    if facts.verdict.dmarc_fails:
        return False
    theirs = any(each.audience == "agent" and each.recipient == agent.address for each in facts.deliveries)
    issued = any(token.mine and token.role in (Role.AGENT, Role.BOUNCE) for token in facts.tokens)
    return theirs or issued or facts.verdict.trust is Trust.AUTHENTICATED


def _own_subject(facts: Facts) -> str:
    """The subject without that of the mail it answers: a customer's "delivery until 4 December" is no absence."""
    subject = facts.letter.subject
    for each in facts.tickets.values():
        subject = subject.replace(each.subject, " ") if each.subject else subject
    return subject


def _until(facts: Facts, desk: Desk, said: Absence, today: date) -> datetime | None:
    """When the absence ends; None where it is over, or has not begun."""
    later = said.begins is not None and said.begins > today
    if later and said.begins and desk.service.next_opening(facts.now) < _opening_of(desk, said.begins):
        return None  # they still work before it
    if said.returns is None or said.returns - today > LONGEST:
        return working_days_later(desk, facts.now, WITHOUT_A_DATE)
    return None if said.returns < today else _opening_of(desk, said.returns)


def _opening_of(desk: Desk, day: date) -> datetime:
    midnight = datetime.combine(day, time(0), zone_of(desk.time_zone)).astimezone(UTC)
    return desk.service.next_opening(midnight)


def working_days_later(desk: Desk, now: datetime, days: int) -> datetime:
    """The opening of the desk on the working day that is so many working days after today."""
    moment = now
    for _ in range(days):
        moment = _opening_of(desk, moment.astimezone(zone_of(desk.time_zone)).date() + timedelta(days=1))
    return moment


def _known_until(facts: Facts, agent: Agent) -> datetime:
    return notices.known(facts, agent).away_until or facts.now


def _shown(at: datetime, desk: Desk) -> str:
    return at.astimezone(zone_of(desk.time_zone)).strftime("%Y-%m-%d %H:%M")


def leaves(facts: Facts, agent: Agent, until: datetime, reason: str) -> AgentChange:
    """The agent is away from now on, or for longer than was known. Their own mail is looked at, for the way back."""
    known = notices.known(facts, agent)
    since = known.away_since if known.away_since is not None and known.is_away(facts.now) else facts.now
    return AgentChange(
        agent.address, away_until=until, away_since=since, away_reason=reason, next_mail_at=facts.now
    )  # fmt: skip


def known_end(known: AgentFacts, now: datetime) -> datetime | None:
    """The day on which they are expected back; None where they are here, or nobody knows."""
    until = known.away_until
    return until if until is not None and now < until < now + 2 * LONGEST else None


def returns(facts: Facts, agent: Agent) -> AgentChange:
    """The agent wrote, so they are here; where they were away, they are told at once what happened."""
    known = notices.known(facts, agent)
    wrote = AgentChange(agent.address, wrote_at=facts.now)
    if not known.is_away(facts.now):
        return wrote
    return replace(wrote, away_until=facts.now, next_mail_at=facts.now)


def noticed(facts: Facts, agent: Agent, decision: Decision) -> Decision:
    """The decision about a mail that this agent proved to be theirs: whatever it says, they are back."""
    if any(each.address == agent.address for each in decision.agents):
        return decision
    return replace(decision, agents=(*decision.agents, returns(facts, agent)))


def nobody_left(facts: Facts, leaving: AgentChange) -> tuple[Mail, ...]:
    """To the admins, once, where this absence leaves a desk without anybody."""
    agent = facts.site.agent(leaving.address)
    desks = (desk for desk in facts.site.desks if agent is not None and desk.address in agent.desks)
    return tuple(mail for desk in desks for mail in _if_empty(facts, desk, leaving))


def _if_empty(facts: Facts, desk: Desk, leaving: AgentChange) -> tuple[Mail, ...]:
    since = leaving.away_since or facts.now
    for each in facts.site.team(desk):
        known = notices.known(facts, each)
        if each.address != leaving.address and not known.is_away(facts.now):
            return ()
        since = max(since, known.away_since or since) if each.address != leaving.address else since
    values: dict[str, Value] = {
        "mistake": f"Everybody who answers for {desk.name} is away.",
        "remedy": "New mail goes to all of them all the same. Ask one of them to write, or add a colleague.",
        "command": "maildesk tickets",
    }
    key = f"all-away:{desk.address}:{int(since.timestamp())}"
    return tuple(admin_mail(facts.site, admin, "trouble", key, values) for admin in facts.site.admins)
