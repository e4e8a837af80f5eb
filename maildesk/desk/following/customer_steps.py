"""Steps that speak to the customer: before a promise passes, in a long silence, after an answer, on hold."""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk.actions import Decision, Drop, Mail, PromiseChange, Value
from maildesk.desk.following.step_decision import may_write, step_decision, step_key
from maildesk.desk.following.team_steps import leads, mails_to
from maildesk.desk.known.follow_up_facts import FollowUpFacts
from maildesk.desk.mailing.mails import telling, to_customer, updating
from maildesk.desk.tickets import pledges
from maildesk.desk.tickets.filing import CUSTOMER_MAILS
from maildesk.desk.tickets.steps import closing_time
from maildesk.desk.tickets.tickets import ended, moved, nudged, promising
from maildesk.desk.words import PromiseState, Ticket, TicketState, Timer


def renew(facts: FollowUpFacts, timer: Timer) -> Decision:
    """Tell the customer before the promise lapses, with a new one, and alert the lead."""
    ticket, now = facts.ticket, facts.now
    old = ticket.promise
    pledge = pledges.again(facts.desk, ticket, now, facts.history)
    if facts.unreachable and pledge.promise.state is not PromiseState.UNTELLABLE:
        pledge = pledges.untold(pledge, f"they cannot be reached: {facts.unreachable}")
    changes: list[PromiseChange] = []
    state = ended(old, now)
    if old is not None and state is not None:
        changes.append(PromiseChange(ticket.number, replace(old, state=state)))
    renewed = promising(ticket, pledge.promise)
    changes.append(PromiseChange(ticket.number, pledge.promise))
    silent = pledge.promise.state is PromiseState.UNTELLABLE
    values: dict[str, Value] = {"promise": pledge.promise.at, "unanswerable": pledge.promise.reason if silent else ""}
    mails = mails_to(facts, leads(facts), "late", f"late:{ticket.number}:{pledge.promise.number}", values)
    if not silent:
        renewed, update = _honest_update(facts, renewed, pledge)
        mails = (update, *mails)
    made = step_decision(facts, renewed, timer.step, "the promise cannot be kept: a new one before it passes", mails)
    drop = Drop(ticket.number, "a newer promise took its place", CUSTOMER_MAILS)
    return replace(made, promises=tuple(changes), drops=(*made.drops, drop))


def _honest_update(facts: FollowUpFacts, ticket: Ticket, pledge: pledges.Pledge) -> tuple[Ticket, Mail]:
    """Still working on it; but the acknowledgement again, and again, where no mail of this turn has ever left."""
    old = facts.ticket.promise
    untold = old is not None and old.state is PromiseState.UNTOLD and ticket.updates == 0 and ticket.turn == 1
    template = "received" if untold else "still-working"
    values = {"promised": old.at if old is not None else None}
    mail = to_customer(ticket, template, f"renew:{ticket.number}:{pledge.promise.number}", values)
    mail = telling(mail, pledge.promise, opens_at=None, late=False)
    return (ticket, mail) if untold else updating(ticket, mail)


def keep_informed(facts: FollowUpFacts, timer: Timer) -> Decision:
    """The promise is far away and stands: the customer hears that we have not forgotten them."""
    ticket = replace(facts.ticket, informed_at=facts.now)
    mails: tuple[Mail, ...] = ()
    standing = ticket.promise
    if may_write(facts) and standing is not None:
        mail = to_customer(ticket, "progress", f"informed:{ticket.number}:{int(facts.now.timestamp())}", {})
        ticket, mail = updating(ticket, telling(mail, standing))
        mails = (mail,)
    return step_decision(facts, ticket, timer.step, "a long silence: still working, the promise stands", mails)


def ask_if_helped(facts: FollowUpFacts, timer: Timer) -> Decision:
    """Our answer has had no reply: did it help? It names the day on which the ticket closes."""
    ticket = nudged(facts.ticket, 1, facts.now)
    mails: tuple[Mail, ...] = ()
    if may_write(facts):
        values = {"close_on": closing_time(ticket, facts.desk)}
        mails = (to_customer(ticket, "reminder", step_key(facts, timer.step), values),)
    return step_decision(facts, ticket, timer.step, "no answer yet", mails)


def announce_closing(facts: FollowUpFacts, timer: Timer) -> Decision:
    """Still no reply: the ticket closes on the day that was named."""
    ticket = nudged(facts.ticket, 2, facts.now)
    mails: tuple[Mail, ...] = ()
    if may_write(facts):
        values = {"close_on": closing_time(ticket, facts.desk)}
        mails = (to_customer(ticket, "closing-soon", step_key(facts, timer.step), values),)
    return step_decision(facts, ticket, timer.step, "still no answer", mails)


def close(facts: FollowUpFacts, timer: Timer) -> Decision:
    """Closed after silence. A solved ticket closes without a word: its customer was told that it is solved."""
    ticket = facts.ticket
    tell = ticket.state is TicketState.WAITING and may_write(facts)
    mails = (to_customer(ticket, "closed", step_key(facts, timer.step), {}),) if tell else ()
    closed = moved(ticket, TicketState.CLOSED, facts.now)
    return step_decision(facts, closed, timer.step, "silence ran out", mails)


def pause_news(facts: FollowUpFacts, timer: Timer) -> Decision:
    """On hold for long: the customer hears that they are not forgotten, and until when."""
    ticket = nudged(facts.ticket, facts.ticket.nudged + 1, facts.now)
    mails: tuple[Mail, ...] = ()
    if may_write(facts):
        mail = to_customer(ticket, "on-hold-news", step_key(facts, timer.step), {"next_news": ticket.paused_until})
        ticket, mail = updating(ticket, telling(mail, ticket.promise) if ticket.promise else mail)
        mails = (mail,)
    return step_decision(facts, ticket, timer.step, "still on hold", mails)


def ask_if_solved(facts: FollowUpFacts, timer: Timer) -> Decision:
    """A solved ticket: did it help? Asked once."""
    ticket, mails = nudged(facts.ticket, 1, facts.now), tuple[Mail, ...]()
    if may_write(facts):
        ticket = replace(ticket, asked_at=facts.now)
        mails = (to_customer(ticket, "solved", step_key(facts, timer.step), {}),)
    return step_decision(facts, ticket, timer.step, "solved: did it help?", mails)
