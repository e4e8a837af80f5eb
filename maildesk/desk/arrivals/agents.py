"""An agent with powers wrote: a public reply, a note, commands, or all at once.

Whatever is wrong stops the whole mail and comes back with the mistake named: nothing is half done. A public reply goes
to the requester and the ticket's participants, after the recall window; where a colleague's answer went out after the
mail that this one answers, it is held and the agent asked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from maildesk.desk.actions import ArticleUse, Decision, Drop, Event
from maildesk.desk.answers import sending_canned
from maildesk.desk.answers.sending_articles import listed
from maildesk.desk.arrivals.opening_for import decide_new
from maildesk.desk.arrivals.splitting import decide_split
from maildesk.desk.commands.commands import Mistake
from maildesk.desk.customers.customer_words import rating
from maildesk.desk.judging import on_call
from maildesk.desk.judging.matching import Match
from maildesk.desk.known.facts import Facts
from maildesk.desk.mailing import mails, notices
from maildesk.desk.orders import holding, merge_orders, new_requester
from maildesk.desk.orders.agent_moves import move, with_people
from maildesk.desk.orders.agent_orders import decide_own_orders, own_change
from maildesk.desk.orders.agent_plans import Fault, Plan, is_answer, make_plan
from maildesk.desk.orders.asked_answers import answered
from maildesk.desk.orders.away import nobody_left
from maildesk.desk.orders.moving import at_its_desk
from maildesk.desk.orders.showing import to_colleagues
from maildesk.desk.orders.taking import second_to_take, taken_by
from maildesk.desk.orders.ticket_orders import with_orders
from maildesk.desk.orders.undoing import with_undo
from maildesk.desk.orders.unsent_answers import customer_wrote_after, kept_inside, on_unsent, withdrawn
from maildesk.desk.tickets import raising
from maildesk.desk.tickets.filing import CUSTOMER_MAILS, NUDGES, message_of
from maildesk.desk.tickets.tickets import settled
from maildesk.desk.tickets.work import Work
from maildesk.desk.words import Agent, Fate, MessageKind, Priority, PromiseState, Ticket

SAFE_BEFORE_PROMISE = timedelta(minutes=1)
"""An answer leaves the recall window at least this long before the promise that it keeps."""


def decide_agent(facts: Facts, match: Match, agent: Agent) -> Decision:
    """What an agent's mail means."""
    confirmed = _confirmed(facts, agent)
    if confirmed is not None:
        return confirmed
    ticket, own = match.ticket, decide_own_orders(facts, agent, match.reason)
    opened = own if isinstance(own, Decision) else _opened(facts, match, agent)
    if opened is not None:
        return opened
    if ticket is None:
        remedy = "Answer a notification of the ticket that you mean."
        fault = Fault("This mail belongs to no ticket, so nothing was done.", remedy=remedy)
        fault = Fault(own.what, own.line, own.suggestion) if isinstance(own, Mistake) else fault
        return _return(facts, agent, None, fault, match.reason)
    plan = make_plan(facts, agent, ticket)
    if not isinstance(plan, Fault):
        plan = second_to_take(facts, agent, ticket, plan) or plan
    if isinstance(plan, Fault):
        return _return(facts, agent, ticket, plan, match.reason)
    shown = answered(facts, agent, plan.own)
    if isinstance(shown, Mistake):
        return _return(facts, agent, ticket, Fault(shown.what, shown.line, shown.suggestion), match.reason)
    if plan.asks_for_articles:
        return _list_articles(facts, match, agent, ticket)
    if plan.asks_for_canned:
        return _list_canned(facts, match, agent, ticket)
    if plan.recall or plan.send or (plan.note and not plan.text):
        return _on_unsent(facts, match, agent, ticket, plan)
    ordered = with_orders(facts, agent, plan, with_people(facts, agent, plan, Work(ticket)))
    if isinstance(ordered, Fault):
        return _return(facts, agent, ticket, ordered, match.reason)
    work = _with_own(facts, agent, plan, ordered)
    facts = at_its_desk(facts, work.ticket)
    question = holding.asked_about(facts, agent, ticket, plan) if is_answer(plan) else None
    if question is not None:
        work = to_colleagues(facts, ticket, agent, plan, _told(facts, ticket, work), held=True)
        return _decision(facts, match, agent, holding.hold(facts, agent, work, plan, question))
    done = _told(facts, ticket, raising.by_agent(facts, ticket, _act(facts, agent, plan, work)))
    done = to_colleagues(facts, ticket, agent, plan, done)
    return _finish(facts, match, agent, with_undo(facts, ticket, plan, done))


def _opened(facts: Facts, match: Match, agent: Agent) -> Decision | None:
    """A ticket that the agent opens: #new, #split."""
    return decide_new(facts, match, agent) or decide_split(facts, match, agent)


def _list_articles(facts: Facts, match: Match, agent: Agent, ticket: Ticket) -> Decision:
    """#article and nothing else: what would fit. The ticket stays as it is."""
    found = listed(facts.help)
    line = notices.receipt(facts, agent, ticket, (f"articles:{found}" if found else "no-articles",))
    reason = f"{match.reason}; asked which articles fit"
    return Decision(Fate.COMMAND, reason, (ticket,), mails=(line,), agents=(own_change(facts, agent, ())[0],))


def _list_canned(facts: Facts, match: Match, agent: Agent, ticket: Ticket) -> Decision:
    """#canned and nothing else: all that there are. The ticket stays as it is."""
    lines = tuple(f"canned-list:{each}" for each in sending_canned.listed(facts.help)) or ("no-canned",)
    receipt = notices.receipt(facts, agent, ticket, lines)
    reason = f"{match.reason}; asked which canned answers there are"
    return Decision(Fate.COMMAND, reason, (ticket,), mails=(receipt,), agents=(own_change(facts, agent, ())[0],))


def _act(facts: Facts, agent: Agent, plan: Plan, work: Work) -> Work:
    if is_answer(plan):
        return _answer(facts, agent, plan, work)
    if plan.note:
        work = kept_inside(facts, agent, replace(work, kind=MessageKind.NOTE))
    return move(facts, plan, work, answered=False)


def _answer(facts: Facts, agent: Agent, plan: Plan, work: Work) -> Work:
    """A public reply: it waits for the recall window, and the move is the customer's."""
    ticket = work.ticket
    send_at = _leaves_at(facts, ticket)
    crossed = customer_wrote_after(facts, ticket)
    answered = replace(
        ticket,
        assignee=ticket.assignee or (None if plan.passes_on else agent.address),
        resting=False,
        unanswered=0,
        last_answer_at=facts.now,
        stopped=False,
        asked_at=None,
    )
    shown = replace(answered, participants=()) if plan.only else answered
    key = f"answer:{facts.arrival.id}"
    mail = mails.answer(shown, agent, plan.answer, key, send_at=send_at, answers=facts.arrival.id)
    stays_open = crossed and not (
        plan.pause_until or plan.promise or plan.passes_on
    )  # #close was meant for what the agent had read
    # Where it stays open the mail that tells the standing promise stays true, and is still owed to the customer.
    drop = Drop(ticket.number, f"{agent.name} answered", NUDGES if stays_open else CUSTOMER_MAILS | NUDGES)
    work = replace(
        work, ticket=answered, kind=MessageKind.ANSWER, sent_at=send_at or facts.now, drops=(*work.drops, drop)
    )
    old, holder = withdrawn(facts, agent, ticket), taken_by(facts, agent, ticket)
    first = [f"taken:{holder.name}"] if holder is not None and plan.assignee is None else []
    done = (*work.changes, *(["withdraw"] if old else []), *first)
    work = replace(work, drops=(*work.drops, *old), changes=done)
    work = _with_articles(facts, agent, plan, work)
    if stays_open:
        return replace(work, mails=(*work.mails, replace(mail, keeps_promise=False)), stays_open=True)
    work = move(facts, plan, work, answered=True)
    named = plan.promise or plan.pause_until or plan.passes_on
    if named:
        mail = replace(mails.telling(mail, work.promises[-1].promise), keeps_promise=False)
    until = work.ticket.paused_until if plan.pause_until else None
    values = {**mail.values, "until": until, "reason": plan.pause_reason}
    return replace(work, mails=(*work.mails, replace(mail, values=values)))


def _with_articles(facts: Facts, agent: Agent, plan: Plan, work: Work) -> Work:
    """The articles in the answer, counted and named in the receipt."""
    of = work.ticket
    sent = tuple(
        ArticleUse(of.number, of.desk, of.language, each.name, facts.now, "sent", agent.address)
        for each in plan.articles
    )
    changes = (*work.changes, *(f"article:{each.title}" for each in plan.articles))
    changes += tuple(
        f"canned-other:{each.title} ({each.other})" if each.other else f"canned:{each.title}" for each in plan.canned
    )
    events = tuple(Event(of.number, "canned answer", each.name, agent.address) for each in plan.canned)
    return replace(work, articles=(*work.articles, *sent), changes=changes, events=(*work.events, *events))


def _leaves_at(facts: Facts, ticket: Ticket) -> datetime | None:
    """After the recall window, but in time to keep the promise; urgent answers at once."""
    if ticket.priority is Priority.URGENT or not facts.desk.recall_window:
        return None
    leaves = facts.now + facts.desk.recall_window
    if ticket.promise is not None and ticket.promise.state in (PromiseState.TOLD, PromiseState.UNTOLD):
        leaves = min(leaves, ticket.promise.at - SAFE_BEFORE_PROMISE)
    return leaves if leaves > facts.now else None


def _on_unsent(facts: Facts, match: Match, agent: Agent, ticket: Ticket, plan: Plan) -> Decision:
    if plan.passes_on:
        fault = Fault("#move cannot stand beside #recall, #send or an empty #note.", "#move", "Send two mails.")
        return _return(facts, agent, ticket, fault, match.reason)
    work = on_unsent(facts, agent, ticket, plan)
    if not isinstance(work, Fault):
        work = with_orders(facts, agent, plan, with_people(facts, agent, plan, work))
    if isinstance(work, Fault):
        return _return(facts, agent, ticket, work, match.reason)
    work = to_colleagues(facts, ticket, agent, plan, _with_own(facts, agent, plan, _told(facts, ticket, work)))
    return _finish(facts, match, agent, with_undo(facts, work.ticket if plan.recall else ticket, plan, work))


def _told(facts: Facts, before: Ticket, work: Work) -> Work:
    """The work with the mail that tells a promise to whoever has it only now: another customer, a merged ticket's."""
    return merge_orders.told(facts, before, new_requester.told(facts, before, work))


def _with_own(facts: Facts, agent: Agent, plan: Plan, work: Work) -> Work:
    """What the mail says of the agent: #away, #back, and that they are here, because they write."""
    change, done = own_change(facts, agent, plan.own)
    alone = nobody_left(facts, change) if change.away_since else ()
    shown = answered(facts, agent, plan.own)
    mails = (*work.mails, *alone, *(() if isinstance(shown, Mistake) else shown))
    return replace(work, agents=(change,), changes=(*work.changes, *done), mails=mails)


def _finish(facts: Facts, match: Match, agent: Agent, work: Work) -> Decision:
    """The receipt: one line for each thing changed, and where the ticket stays open, that it does."""
    if work.changes or work.stays_open:
        receipt = notices.receipt(
            facts, agent, work.ticket, work.changes, sent_at=work.sent_at, stays_open=work.stays_open
        )
        work = replace(work, mails=(*work.mails, receipt))
    return _decision(facts, match, agent, work)


def _decision(facts: Facts, match: Match, agent: Agent, work: Work) -> Decision:
    moved_on = on_call.moved_by(work.ticket, agent, answered=work.kind is MessageKind.ANSWER)
    ticket = settled(replace(moved_on, resting=False), facts.desk)
    events = (Event(ticket.number, f"{work.kind} of {agent.name}", match.reason, agent.address), *work.events)
    message = replace(message_of(facts, ticket, work.kind, match.reason), message_id=None, to_and_cc=(), refers_to=())
    return Decision(
        fate=Fate.COMMAND if work.kind is MessageKind.COMMAND else Fate.FILED,
        reason=match.reason,
        tickets=(ticket, *work.absorbed),
        messages=(message,),
        promises=work.promises,
        mails=work.mails,
        drops=work.drops,
        releases=work.releases,
        events=events,
        agents=work.agents,
        articles=work.articles,
        people=work.people,
        wishes=work.wishes,
        mergings=work.mergings,
        joinings=work.joinings,
        pairs=work.pairs,
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
    if not _says_yes(facts.letter.new_text):
        fault = Fault("Only YES, or an empty reply, says that it was you.", remedy="If it was not you, do nothing.")
        return _return(facts, agent, None, fault, "an answer to the question whether they wrote")
    waiting = tuple(int(each.key.split(":")[1]) for each in asked)
    return Decision(Fate.COMMAND, f"{agent.name} confirmed arrival {waiting[-1]}", confirms=waiting)


def _says_yes(text: str) -> bool:
    """Whether this confirms: "No, that was not me" must never be taken for a yes."""
    said = rating(text)
    return not text.strip() or (said is not None and said.solved is True)
