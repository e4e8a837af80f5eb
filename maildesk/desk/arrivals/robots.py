"""A robot wrote: a report on our mail, a machine's mail, or spam. Robots get no answer and move nothing (guarantee 6).

Reports change a delivery's fate, an address's reachability or an agent's presence. Machine-sent mail that joins a
ticket by evidence is shown to the agent, and reminding and closing rest; what joins none is put aside.
"""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk.actions import AgentChange, Decision, DeliveryReport, Event, Mail, PersonChange
from maildesk.desk.judging.matching import Match
from maildesk.desk.known.facts import DeliveryFacts, Facts
from maildesk.desk.mailing import notices
from maildesk.desk.orders import away
from maildesk.desk.tickets.filing import message_of
from maildesk.desk.tickets.tickets import settled
from maildesk.desk.words import Fate, MessageKind, Role, Ticket, TicketState
from maildesk.mail.letter import Automatic, FailedRecipient, fold_address


def decide_machine(facts: Facts, match: Match, reason: str) -> Decision:
    """Machine-sent mail or spam: filed and shown where it joins a ticket, else put aside."""
    ticket = match.ticket
    if ticket is None or match.stranger or facts.arrival.spam or facts.person.spam:
        return Decision(Fate.ASIDE, reason)
    rests = ticket.state in (TicketState.WAITING, TicketState.SOLVED)
    rested = settled(
        replace(ticket, resting=ticket.resting or rests, nudged_at=facts.now if rests else ticket.nudged_at), facts.desk
    )
    return Decision(
        fate=Fate.FILED,
        reason=f"{reason}; {match.reason}",
        tickets=(rested,),
        messages=(message_of(facts, ticket, MessageKind.MACHINE, f"{reason}; {match.reason}"),),
        mails=notices.new_message(facts, rested, MessageKind.MACHINE),
        events=(Event(ticket.number, "a machine's mail filed", reason, facts.author.address),),
    )


def decide_report(facts: Facts, match: Match) -> Decision:
    """A bounce, receipt, complaint or automatic reply."""
    kind = facts.letter.automatic
    if kind is Automatic.BOUNCE or kind is Automatic.RECEIPT:
        return _about_delivery(facts, match)
    if kind is Automatic.COMPLAINT:
        return _complaint(facts, match)
    presence = away.reported(facts)
    if presence is not None:
        return _absence(facts, match, *presence)
    return _filed(facts, match.ticket, f"{facts.letter.reason}; {match.reason}")


def _absence(facts: Facts, match: Match, change: AgentChange, reason: str) -> Decision:
    """An agent's own out-of-office reply: filed, and nothing of the ticket changes but who is told of its mail."""
    made = _filed(facts, match.ticket, f"{facts.letter.reason}; {reason}")
    return replace(made, agents=(change,), mails=away.nobody_left(facts, change))


def _filed(facts: Facts, ticket: Ticket | None, reason: str) -> Decision:
    if ticket is None:
        return Decision(Fate.REPORT, reason)
    return Decision(
        fate=Fate.REPORT,
        reason=reason,
        tickets=(ticket,),
        messages=(message_of(facts, ticket, MessageKind.REPORT, reason),),
        events=(Event(ticket.number, f"{facts.letter.automatic} filed", reason, facts.author.address),),
    )


def _about_delivery(facts: Facts, match: Match) -> Decision:
    """Believed by the signed bounce address, or by our Message-ID with the failed recipient of that delivery."""
    reports = tuple(report for each in facts.deliveries for report in _reports_on(facts, each))
    if not reports:
        read = facts.letter.automatic is Automatic.RECEIPT and not match.stranger
        return _filed(facts, match.ticket if read else None, f"{facts.letter.reason}; it is about no delivery of ours")
    about = next(each for each in facts.deliveries if each.id == reports[0].delivery)
    ticket = facts.ticket(about.ticket) if about.ticket is not None else None
    made = _filed(facts, ticket, f"{facts.letter.reason}; about delivery {about.id}")
    failed = tuple(report for report in reports if report.outcome == "failed")
    if not failed:
        return replace(made, reports=reports)
    return replace(made, reports=reports, people=_marks(facts, failed), mails=_tell(facts, ticket, about))


def _reports_on(facts: Facts, about: DeliveryFacts) -> tuple[DeliveryReport, ...]:
    said = facts.letter.bounce.recipients if facts.letter.bounce else ()
    mine = tuple(each for each in said if fold_address(each.address) == about.recipient)
    if not mine and len(facts.deliveries) == 1:
        mine = (
            said[:1] or (FailedRecipient(about.recipient, "failed", None, None),)
            if facts.letter.automatic is Automatic.BOUNCE
            else said[:1]
        )
    return tuple(_report(about, each) for each in mine)


def _report(about: DeliveryFacts, said: FailedRecipient) -> DeliveryReport:
    temporary = said.action == "delayed" or (said.status or "").startswith("4")
    outcome = (
        "delayed"
        if temporary
        else "failed"
        if said.action == "failed" or (said.status or "").startswith("5")
        else "delivered"
    )
    return DeliveryReport(about.id, outcome, said.status or "", said.diagnostic or "", about.recipient)


def _marks(facts: Facts, failed: tuple[DeliveryReport, ...]) -> tuple[PersonChange, ...]:
    """The mark that an address cannot be reached: it stops follow-ups, never an acknowledgement."""
    return tuple(
        PersonChange(
            facts.desk.address,
            report.address,
            -1,
            unreachable=f"{report.status} {report.diagnostic}".strip() or "bounced",
        )
        for report in failed
    )


def _tell(facts: Facts, ticket: Ticket | None, about: DeliveryFacts) -> tuple[Mail, ...]:
    if ticket is None or about.audience != "customer":
        return ()
    return notices.new_message(facts, ticket, MessageKind.REPORT)


def _complaint(facts: Facts, match: Match) -> Decision:
    """Somebody's provider reports our mail as unwanted: no follow-ups to them, and the agent sees it."""
    bounced = (facts.ticket(each.ticket) for each in facts.tokens if each.role is Role.BOUNCE and each.ticket)
    ticket = match.ticket or next((each for each in bounced if each is not None), None)
    made = _filed(facts, ticket, f"{facts.letter.reason}; {match.reason if match.ticket else 'to our bounce address'}")
    if ticket is None:
        return made
    mark = PersonChange(
        facts.desk.address, ticket.requester, -1, unreachable="their provider reported our mail as unwanted"
    )
    return replace(made, people=(mark,), mails=notices.new_message(facts, ticket, MessageKind.REPORT))
