"""An agent with powers wrote: a public reply, a note, commands, or all at once.

Whatever is wrong stops the whole mail and comes back with the mistake named: nothing is half done. A public reply goes
to the requester and the ticket's participants, after the recall window; where a colleague's answer went out after the
mail that this one answers, it is held and the agent asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from maildesk.desk import mails, notices, pledges
from maildesk.desk.actions import AgentChange, Decision, Drop, Event, Mail, PromiseChange, Release
from maildesk.desk.agent_plans import Fault, Plan, make_plan
from maildesk.desk.customers import CUSTOMER_MAILS, NUDGES, message_of, replaced
from maildesk.desk.facts import AnswerFacts, Facts
from maildesk.desk.matching import Match
from maildesk.desk.promise import clock_of, target_of
from maildesk.desk.tickets import moved, promising, settled
from maildesk.desk.words import Agent, Fate, MessageKind, Participant, Priority, PromiseState, Ticket, TicketState

SAFE_BEFORE_PROMISE = timedelta(minutes=1)
"""An answer leaves the recall window at least this long before the promise that it keeps."""


@dataclass(frozen=True, slots=True)
class Work:
    """A decision as it grows. ``changes`` are the lines of the receipt."""

    ticket: Ticket
    mails: tuple[Mail, ...] = ()
    drops: tuple[Drop, ...] = ()
    releases: tuple[Release, ...] = ()
    promises: tuple[PromiseChange, ...] = ()
    events: tuple[Event, ...] = ()
    changes: tuple[str, ...] = ()
    kind: MessageKind = MessageKind.COMMAND
    sent_at: datetime | None = None
    stays_open: bool = False


def decide_agent(facts: Facts, match: Match, agent: Agent) -> Decision:
    """What an agent's mail means."""
    confirmed = _confirmed(facts, agent)
    if confirmed is not None:
        return confirmed
    ticket = match.ticket
    if ticket is None:
        mistake = "This mail belongs to no ticket, so nothing was done."
        return _return(
            facts,
            agent,
            None,
            Fault(mistake, remedy="Answer a notification of the ticket that you mean."),
            match.reason,
        )
    plan = make_plan(facts, agent, ticket)
    if isinstance(plan, Fault):
        return _return(facts, agent, ticket, plan, match.reason)
    if plan.recall or plan.send:
        return _on_unsent(facts, match, agent, ticket, plan)
    work = _with_people(facts, agent, plan, Work(ticket))
    before = _collision(facts, agent, ticket) if _is_answer(facts, plan) else None
    if before is not None:
        return _hold(facts, match, agent, work, plan, before)
    return _finish(facts, match, agent, _act(facts, agent, plan, work))


def _is_answer(facts: Facts, plan: Plan) -> bool:
    return not plan.note and (bool(plan.text) or any(not each.inline for each in facts.letter.attachments))


def _act(facts: Facts, agent: Agent, plan: Plan, work: Work) -> Work:
    if _is_answer(facts, plan):
        return _answer(facts, agent, plan, work)
    if plan.note:
        work = replace(work, kind=MessageKind.NOTE)
    return _move(facts, plan, work, answered=False)


def _answer(facts: Facts, agent: Agent, plan: Plan, work: Work) -> Work:
    """A public reply: it waits for the recall window, and the move is the customer's."""
    ticket = work.ticket
    send_at = _leaves_at(facts, ticket)
    crossed = _customer_wrote_after(facts, ticket)
    answered = replace(
        ticket,
        assignee=ticket.assignee or agent.address,
        resting=False,
        unanswered=0,
        last_answer_at=facts.now,
        stopped=False,
    )
    shown = replace(answered, participants=()) if plan.only else answered
    key = f"answer:{facts.arrival.id}"
    mail = mails.answer(shown, agent, facts.letter, plan.text, key, send_at=send_at, answers=facts.arrival.id)
    drop = Drop(ticket.number, f"{agent.name} answered", CUSTOMER_MAILS | NUDGES)
    work = replace(
        work, ticket=answered, kind=MessageKind.ANSWER, sent_at=send_at or facts.now, drops=(*work.drops, drop)
    )
    if crossed and not (plan.close or plan.pause_until or plan.promise):
        return replace(work, mails=(*work.mails, replace(mail, keeps_promise=False)), stays_open=True)
    work = _move(facts, plan, work, answered=True)
    told = work.promises[-1].promise if plan.promise or plan.pause_until else None
    if told is not None:
        mail = replace(mails.telling(mail, told), keeps_promise=False)
    values = {**mail.values, "paused_until": plan.pause_until, "reason": plan.pause_reason}
    return replace(work, mails=(*work.mails, replace(mail, values=values)))


def _leaves_at(facts: Facts, ticket: Ticket) -> datetime | None:
    """After the recall window, but in time to keep the promise; urgent answers at once."""
    if ticket.priority is Priority.URGENT or not facts.desk.recall_window:
        return None
    leaves = facts.now + facts.desk.recall_window
    if ticket.promise is not None and ticket.promise.state in (PromiseState.TOLD, PromiseState.UNTOLD):
        leaves = min(leaves, ticket.promise.at - SAFE_BEFORE_PROMISE)
    return leaves if leaves > facts.now else None


def _answered_at(facts: Facts, ticket: Ticket) -> datetime | None:
    """When the notification that this mail answers was made; None where it does not say which."""
    times = [each.created_at for each in facts.deliveries if each.ticket == ticket.number and each.audience == "agent"]
    return max(times, default=None)


def _customer_wrote_after(facts: Facts, ticket: Ticket) -> bool:
    answered_at = _answered_at(facts, ticket)
    return answered_at is not None and ticket.state is TicketState.OPEN and ticket.last_customer_at > answered_at


def _collision(facts: Facts, agent: Agent, ticket: Ticket) -> AnswerFacts | None:
    """A colleague's answer that left, or is about to, after the mail that this one answers."""
    since = _answered_at(facts, ticket) or ticket.turn_began_at
    others = (each for each in facts.answers if each.ticket == ticket.number and facts.site.agent(each.agent) != agent)
    return max(
        (each for each in others if each.at > since and each.state in ("sent", "waiting")),
        key=lambda each: each.at,
        default=None,
    )


def _hold(facts: Facts, match: Match, agent: Agent, work: Work, plan: Plan, before: AnswerFacts) -> Decision:
    """Neither sent nor lost: it waits for #send or #note."""
    colleague = facts.site.agent(before.agent)
    by = colleague.name if colleague else before.agent
    reason = f"{by} answered after the mail that this one answers"
    mail = mails.answer(
        work.ticket,
        agent,
        facts.letter,
        plan.text,
        f"answer:{facts.arrival.id}",
        send_at=None,
        answers=facts.arrival.id,
    )
    asking = notices.held(facts, agent, work.ticket, before, by)
    event = Event(work.ticket.number, "answer held", reason, agent.address)
    held = replace(
        work,
        kind=MessageKind.ANSWER,
        mails=(*work.mails, replace(mail, held=reason), asking),
        events=(*work.events, event),
    )
    return _decision(facts, match, agent, held)


def _move(facts: Facts, plan: Plan, work: Work, *, answered: bool) -> Work:
    """The state that the commands ask for; after an answer without any, the move is the customer's."""
    if plan.promise is not None:
        return _promised(facts, plan.promise, work, tell=not answered)
    if plan.pause_until is not None:
        return _paused(facts, plan, work, tell=not answered)
    if plan.close:
        return _closed(facts, work, answered=answered)
    if plan.take:
        return _taken(facts, work)
    if answered or plan.wait:
        return replace(work, ticket=moved(work.ticket, TicketState.WAITING, facts.now))
    return work


def _promised(facts: Facts, at: datetime, work: Work, *, tell: bool) -> Work:
    """#promise: our move still, with the moment that the agent named."""
    before = work.ticket
    opened = moved(before, TicketState.OPEN, facts.now)
    pledge = pledges.until(opened, at, facts.now, "an agent named this moment")
    ticket = promising(opened, pledge.promise)
    work = replace(work, ticket=ticket, changes=(*work.changes, "promise"))
    work = replace(
        work, promises=(*work.promises, *replaced(before, facts.now), PromiseChange(ticket.number, pledge.promise))
    )
    if not tell or pledge.promise.state is PromiseState.UNTELLABLE:
        return work
    news = mails.to_customer(ticket, "still-working", f"promise:{facts.arrival.id}", {})
    return replace(work, mails=(*work.mails, _round(mails.telling(news, pledge.promise))))


def _round(mail: Mail) -> Mail:
    """The first text of the three, where an agent and not a lapse made the promise."""
    return replace(mail, values={**mail.values, "round": 1})


def _paused(facts: Facts, plan: Plan, work: Work, *, tell: bool) -> Work:
    """#pause: on hold until a date, with the promise to write once the target after it has passed."""
    before, until = work.ticket, plan.pause_until or facts.now
    paused = replace(moved(before, TicketState.PAUSED, facts.now), pause_reason=plan.pause_reason, paused_until=until)
    at = clock_of(facts.desk, paused.priority).add(until, target_of(facts.desk, paused.priority))
    pledge = pledges.until(paused, at, facts.now, "on hold until then, and the target after it")
    ticket = promising(paused, pledge.promise)
    work = replace(work, ticket=ticket, changes=(*work.changes, "pause"))
    work = replace(
        work, promises=(*work.promises, *replaced(before, facts.now), PromiseChange(ticket.number, pledge.promise))
    )
    if not tell or pledge.promise.state is PromiseState.UNTELLABLE:
        return work
    news = mails.to_customer(
        ticket, "on-hold", f"pause:{facts.arrival.id}", {"reason": plan.pause_reason, "paused_until": until}
    )
    return replace(work, mails=(*work.mails, mails.telling(news, pledge.promise)))


def _closed(facts: Facts, work: Work, *, answered: bool) -> Work:
    """#close: solved. Without an answer the customer, who was promised one, hears it from us at once."""
    before = work.ticket
    solved = moved(before, TicketState.SOLVED, facts.now)
    work = replace(work, ticket=solved, changes=(*work.changes, "close"))
    if answered or before.state not in (TicketState.OPEN, TicketState.PAUSED):
        return work
    work = replace(work, ticket=promising(solved, None), promises=(*work.promises, *replaced(before, facts.now)))
    work = replace(work, drops=(*work.drops, Drop(before.number, "an agent closed it", CUSTOMER_MAILS | NUDGES)))
    if before.unanswerable or before.stopped:
        return work
    told = replace(work.ticket, nudged=1, nudged_at=facts.now)
    return replace(
        work, ticket=told, mails=(*work.mails, mails.to_customer(told, "solved", f"closed:{facts.arrival.id}", {}))
    )


def _taken(facts: Facts, work: Work) -> Work:
    """#take: our move again, with a new promise, which the customer is told."""
    before = work.ticket
    if before.state is TicketState.OPEN:
        return work
    opened = replace(moved(before, TicketState.OPEN, facts.now), turn=before.turn + 1, turn_began_at=facts.now)
    pledge = pledges.again(facts.desk, replace(opened, promise=None), facts.now)
    ticket = promising(opened, pledge.promise)
    changes = (*replaced(before, facts.now), PromiseChange(ticket.number, pledge.promise))
    work = replace(work, ticket=ticket, promises=(*work.promises, *changes), changes=(*work.changes, "take"))
    if pledge.promise.state is PromiseState.UNTELLABLE:
        return work
    news = mails.to_customer(ticket, "reopened", f"take:{facts.arrival.id}", {})
    return replace(work, mails=(*work.mails, mails.telling(news, pledge.promise, opens_at=pledge.opens_at)))


def _with_people(facts: Facts, agent: Agent, plan: Plan, work: Work) -> Work:
    """Assignee, priority, language and participants, before the answer goes to them."""
    ticket, changes, sent = work.ticket, list(work.changes), list(work.mails)
    if plan.assignee is not None:
        ticket = replace(ticket, assignee=plan.assignee.address)
        changes.append(f"assign:{plan.assignee.name}")
        if plan.assignee != agent:
            sent += notices.assigned(facts, ticket, plan.assignee, agent)
    if plan.priority is not None:
        ticket, changes = replace(ticket, priority=plan.priority), [*changes, f"priority:{plan.priority}"]
    if plan.language:
        ticket, changes = replace(ticket, language=plan.language), [*changes, f"language:{plan.language}"]
    joining = tuple(Participant(each, "", facts.now, agent.address) for each in plan.cc if each not in ticket.people)
    staying = tuple(each for each in ticket.participants if each.address not in plan.uncc)
    if joining or staying != ticket.participants:
        changes.append("participants")
    ticket = replace(ticket, participants=(*staying, *joining))
    return replace(work, ticket=ticket, changes=tuple(changes), mails=tuple(sent))


def _on_unsent(facts: Facts, match: Match, agent: Agent, ticket: Ticket, plan: Plan) -> Decision:
    """#recall takes back an answer that has not left; #send lets one go that was held."""
    wanted = "held" if plan.send else "waiting"
    mine = [
        each
        for each in facts.answers
        if each.ticket == ticket.number and each.state == wanted and facts.site.agent(each.agent) == agent
    ]
    if plan.recall:
        mine += [
            each
            for each in facts.answers
            if each.ticket == ticket.number and each.state == "held" and facts.site.agent(each.agent) == agent
        ]
    if not mine:
        what = (
            "No answer of yours is held on this ticket."
            if plan.send
            else "No answer of yours can be recalled: it has left already."
        )
        return _return(facts, agent, ticket, Fault(what, "#send" if plan.send else "#recall"), match.reason)
    ids = tuple(each.delivery for each in mine)
    work = _released(facts, agent, ticket, ids) if plan.send else _recalled(facts, agent, ticket, ids)
    return _finish(facts, match, agent, work)


def _released(facts: Facts, agent: Agent, ticket: Ticket, ids: tuple[int, ...]) -> Work:
    answered = replace(
        ticket, resting=False, unanswered=0, last_answer_at=facts.now, assignee=ticket.assignee or agent.address
    )
    waiting = moved(answered, TicketState.WAITING, facts.now)
    drop = Drop(ticket.number, f"{agent.name} answered", CUSTOMER_MAILS | NUDGES)
    release = Release(ticket.number, f"{agent.name} said #send", ids)
    return Work(waiting, drops=(drop,), releases=(release,), changes=("send",), sent_at=facts.now)


def _recalled(facts: Facts, agent: Agent, ticket: Ticket, ids: tuple[int, ...]) -> Work:
    """The answer did not leave: our move again. The promise that stood stands; where none does, a new one is made."""
    drop = Drop(ticket.number, f"{agent.name} recalled it", audience=None, automatic_only=False, deliveries=ids)
    work = Work(moved(ticket, TicketState.OPEN, facts.now), drops=(drop,), changes=("recall",))
    standing = ticket.promise
    if standing is not None and facts.now < standing.at:
        return work
    pledge = pledges.again(facts.desk, work.ticket, facts.now)
    reopened = promising(work.ticket, pledge.promise)
    news = mails.telling(
        mails.to_customer(reopened, "still-working", f"recalled:{facts.arrival.id}", {}), pledge.promise
    )
    told = () if pledge.promise.state is PromiseState.UNTELLABLE else (_round(news),)
    return replace(
        work,
        ticket=reopened,
        promises=(*replaced(ticket, facts.now), PromiseChange(ticket.number, pledge.promise)),
        mails=told,
    )


def _finish(facts: Facts, match: Match, agent: Agent, work: Work) -> Decision:
    """The receipt: one line for each thing changed, and where the ticket stays open, that it does."""
    if work.changes or work.stays_open:
        receipt = notices.receipt(
            facts, agent, work.ticket, work.changes, sent_at=work.sent_at, stays_open=work.stays_open
        )
        work = replace(work, mails=(*work.mails, receipt))
    return _decision(facts, match, agent, work)


def _decision(facts: Facts, match: Match, agent: Agent, work: Work) -> Decision:
    ticket = settled(replace(work.ticket, resting=False), facts.desk)
    events = (Event(ticket.number, f"{work.kind} of {agent.name}", match.reason, agent.address), *work.events)
    message = replace(message_of(facts, ticket, work.kind, match.reason), message_id=None, to_and_cc=(), refers_to=())
    return Decision(
        fate=Fate.COMMAND if work.kind is MessageKind.COMMAND else Fate.FILED,
        reason=match.reason,
        tickets=(ticket,),
        messages=(message,),
        promises=work.promises,
        mails=work.mails,
        drops=work.drops,
        releases=work.releases,
        events=events,
        agents=(AgentChange(agent.address, wrote_at=facts.now),),
    )


def _return(facts: Facts, agent: Agent, ticket: Ticket | None, fault: Fault, reason: str) -> Decision:
    mail = notices.returned(facts, agent, ticket, fault.what, fault.line, fault.remedy)
    events = (Event(ticket.number, "an agent's mail was returned", fault.what, agent.address),) if ticket else ()
    return Decision(Fate.RETURNED, f"{reason}; {fault.what}", (ticket,) if ticket else (), mails=(mail,), events=events)


def _confirmed(facts: Facts, agent: Agent) -> Decision | None:
    """The answer to "was this you?": the mail that waited for it is taken up."""
    asked = [each for each in facts.deliveries if each.template == "agent/confirm" and each.recipient == agent.address]
    if not asked:
        return None
    waiting = tuple(int(each.key.split(":")[1]) for each in asked)
    return Decision(Fate.COMMAND, f"{agent.name} confirmed arrival {waiting[-1]}", confirms=waiting)


def decide_outside_answer(facts: Facts, match: Match, agent: Agent) -> Decision | None:
    """An agent answered the customer directly with the desk in Cc: it joins as an answer and keeps the promise."""
    hits = (facts.ticket(hit.ticket) for hit in facts.hits)
    ticket = match.ticket or next((each for each in hits if each is not None), None)
    to_and_cc = {each.address.strip().lower() for each in (*facts.letter.to, *facts.letter.cc)}
    if ticket is None or ticket.requester not in to_and_cc:
        return None
    answered = replace(
        ticket, assignee=ticket.assignee or agent.address, resting=False, unanswered=0, last_answer_at=facts.now
    )
    kept = (
        ()
        if ticket.promise is None
        else (PromiseChange(ticket.number, replace(ticket.promise, state=PromiseState.KEPT)),)
    )
    waiting = settled(promising(moved(answered, TicketState.WAITING, facts.now), None), facts.desk)
    reason = f"{agent.name} answered the customer directly"
    return Decision(
        fate=Fate.FILED,
        reason=reason,
        tickets=(waiting,),
        messages=(message_of(facts, waiting, MessageKind.ANSWER, reason),),
        promises=kept,
        drops=(Drop(ticket.number, reason, CUSTOMER_MAILS | NUDGES),),
        events=(Event(ticket.number, "answered from outside the desk", reason, agent.address),),
    )
