"""An agent's answers that have not left: #recall takes one back; of a held one, #send lets it go and #note keeps it.

A held answer changed nothing when it was held. When it is let go, its own #close, #pause and #promise take effect; as
its bytes are frozen by then, a new time is told in a mail of its own, right behind it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maildesk.desk.actions import Drop, PromiseChange, Release
from maildesk.desk.commands.commands import Commands, parse_commands
from maildesk.desk.known.facts import AnswerFacts, Facts
from maildesk.desk.mailing import mails
from maildesk.desk.orders.agent_moves import move
from maildesk.desk.orders.agent_plans import Fault, Plan, answers_in
from maildesk.desk.tickets import pledges
from maildesk.desk.tickets.filing import CUSTOMER_MAILS, NUDGES, replaced
from maildesk.desk.tickets.tickets import closed_by_customer, moved, promising
from maildesk.desk.tickets.work import Work
from maildesk.desk.words import Agent, Promise, PromiseState, Ticket, TicketState


def answered_at(facts: Facts, ticket: Ticket) -> datetime | None:
    """When the notification that this mail answers was made; None where it does not say which."""
    times = [each.created_at for each in facts.deliveries if each.ticket == ticket.number and each.audience == "agent"]
    return max(times, default=None)


def customer_wrote_after(facts: Facts, ticket: Ticket) -> bool:
    """Whether the customer asked more after the mail that this agent answers: what crossed stays our move."""
    read_at = answered_at(facts, ticket)
    return read_at is not None and ticket.state is TicketState.OPEN and ticket.last_customer_at > read_at


def on_unsent(facts: Facts, agent: Agent, ticket: Ticket, plan: Plan) -> Work | Fault:
    """What #recall, #send or #note does to this agent's unsent answers on the ticket."""
    leaving, held = answers_in(facts, agent, ticket, "waiting"), answers_in(facts, agent, ticket, "held")
    mine = (*leaving, *held) if plan.recall else held
    if not mine:
        resting = (each for each in facts.answers if each.ticket == ticket.number and each.state == "waiting")
        colleague = next((facts.site.agent(each.agent) for each in resting), None)
        gone = "No answer of yours can be recalled: it has left already."
        if colleague is not None and plan.recall:
            return Fault(f"The answer that waits is {colleague.name}'s.", "#recall", "Only who wrote it can recall it.")
        what = "No answer of yours is held on this ticket." if plan.send else gone
        return Fault(what, "#send" if plan.send else "#recall", "Write a new answer if there is more to say.")
    if plan.send:
        return _released(facts, agent, ticket, held)
    ids = tuple(delivery for each in mine for delivery in each.deliveries)
    if leaving and plan.recall:
        return _recalled(facts, agent, ticket, ids)
    return _kept(agent, ticket, ids, "keep" if plan.note else "withdraw")


def withdrawn(facts: Facts, agent: Agent, ticket: Ticket) -> tuple[Drop, ...]:
    """This agent's held answers, whose place a new one takes: they were asked to send them, or to write anew."""
    ids = tuple(each for held in answers_in(facts, agent, ticket, "held") for each in held.deliveries)
    reason = f"{agent.name} wrote a new answer"
    return (Drop(ticket.number, reason, audience=None, automatic_only=False, deliveries=ids),) if ids else ()


def kept_inside(facts: Facts, agent: Agent, work: Work) -> Work:
    """The work of a note; in reply to the mail that asks about a held answer it is also the word on that answer."""
    asked = (each for each in facts.deliveries if each.message_id in facts.letter.in_reply_to)
    old = withdrawn(facts, agent, work.ticket) if any(each.template == "agent/held" for each in asked) else ()
    return replace(work, drops=(*work.drops, *old), changes=(*work.changes, "keep")) if old else work


def _kept(agent: Agent, ticket: Ticket, ids: tuple[int, ...], change: str) -> Work:
    """A held answer that shall not leave. It changed nothing when it was held, and changes nothing now."""
    drop = Drop(ticket.number, f"{agent.name} kept it", audience=None, automatic_only=False, deliveries=ids)
    return Work(ticket, drops=(drop,), changes=(change,))


def _released(facts: Facts, agent: Agent, ticket: Ticket, held: tuple[AnswerFacts, ...]) -> Work | Fault:
    meant = _meant(facts, held[-1])
    if isinstance(meant, Fault):
        return meant
    answered = replace(
        ticket,
        resting=False,
        unanswered=0,
        last_answer_at=facts.now,
        assignee=ticket.assignee or agent.address,
        stopped=False,
        asked_at=None,
    )
    ids = tuple(delivery for each in held for delivery in each.deliveries)
    release = Release(ticket.number, f"{agent.name} said #send", ids)
    work = Work(answered, releases=(release,), changes=("send",), sent_at=facts.now)
    names_a_time = meant.promise is not None or meant.pause_until is not None
    if customer_wrote_after(facts, ticket) and not names_a_time:
        return replace(work, stays_open=True)
    drop = Drop(ticket.number, f"{agent.name} answered", CUSTOMER_MAILS | NUDGES)
    return move(facts, meant, replace(work, drops=(drop,)), answered=not names_a_time)


def _meant(facts: Facts, held: AnswerFacts) -> Plan | Fault:
    """What the held answer asked for besides being sent, read as on the day it was written."""
    found = parse_commands(held.text, held.at, facts.desk.service)
    if not isinstance(found, Commands):
        return Plan("")
    promise, pause = found.find("promise"), found.find("pause")
    for each in (promise, pause):
        if each is not None and each.when is not None and each.when <= facts.now:
            remedy = "Write a new answer with a new time. The held one is not sent; #recall takes it back."
            return Fault(f"The time of #{each.name} in your held answer has passed.", f"#{each.name}", remedy)
    return Plan(
        "",
        close=found.find("close") is not None,
        promise=promise.when if promise else None,
        pause_until=pause.when if pause else None,
        pause_reason=pause.words if pause else "",
    )


def _recalled(facts: Facts, agent: Agent, ticket: Ticket, ids: tuple[int, ...]) -> Work:
    """The answer did not leave: our move again. The promise that stood stands, unless it is over or was for a pause.

    Where the customer was not told of it, because the answer took the place of the mail that tells it, or tells it
    itself, they hear of it now. A ticket that its customer closed meanwhile stays closed.
    """
    drop = Drop(ticket.number, f"{agent.name} recalled it", audience=None, automatic_only=False, deliveries=ids)
    before = (each.at for each in facts.answers if each.ticket == ticket.number and each.state == "sent")
    taken_back = replace(ticket, last_answer_at=max(before, default=None))
    if closed_by_customer(ticket):
        return Work(taken_back, drops=(drop,), changes=("recall-closed",))
    work = Work(moved(taken_back, TicketState.OPEN, facts.now), drops=(drop,), changes=("recall",))
    standing, as_before = ticket.promise, _told_before(facts, ticket)
    if as_before is not None:
        changes = (*replaced(ticket, facts.now), PromiseChange(ticket.number, as_before))
        return replace(work, ticket=promising(work.ticket, as_before), promises=changes, changes=("recall-told",))
    if standing is None or facts.now >= standing.at or ticket.state is TicketState.PAUSED:
        basis = replace(work.ticket, promise=None) if ticket.state is TicketState.PAUSED else work.ticket
        standing = pledges.again(facts.desk, basis, facts.now, facts.history).promise
        changes = (*replaced(ticket, facts.now), PromiseChange(ticket.number, standing))
        work = replace(work, ticket=promising(work.ticket, standing), promises=changes)
    if standing.state is not PromiseState.UNTOLD:
        return work
    by_an_agent = standing.made_at in (ticket.last_answer_at, facts.now)
    template = "still-working" if by_an_agent else "received-again" if ticket.turn > 1 else "received"
    news = mails.telling(mails.to_customer(work.ticket, template, f"recalled:{facts.arrival.id}", {}), standing)
    told, news = mails.updating(work.ticket, news) if by_an_agent else (work.ticket, news)
    stale = Drop(ticket.number, "a fresh one took its place", CUSTOMER_MAILS)
    return replace(work, ticket=told, mails=(news,), drops=(drop, stale))


def _told_before(facts: Facts, ticket: Ticket) -> Promise | None:
    """The promise that the recalled answer would have replaced, as it stands again: the customer knows no other.

    None where the answer named no new time, or the old one is over by now.
    """
    standing, told = ticket.promise, facts.asked.told
    by_the_answer = standing is not None and standing.made_at == ticket.last_answer_at
    if not by_the_answer or standing is None or standing.state is not PromiseState.UNTOLD:
        return None
    if told is None or told.turn != ticket.turn or told.at <= facts.now:
        return None
    return replace(told, number=ticket.promises_made + 1, state=PromiseState.TOLD, made_at=facts.now)
