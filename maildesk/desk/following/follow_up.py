"""What happens when nobody moves: one due step of one ticket, decided anew from the ticket as it is now.

A step that is no longer due (somebody moved since its timer was read) changes nothing but the timer. Mail that nobody's
action caused leaves in desk hours only; a notice before a lapse goes out of hours all the same where waiting for the
opening would let the promise lapse unannounced, and where the mail that was to tell a promise missed its moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from maildesk.desk.actions import Decision
from maildesk.desk.following.customer_steps import (
    announce_closing,
    ask_if_helped,
    ask_if_solved,
    close,
    keep_informed,
    pause_news,
    renew,
)
from maildesk.desk.following.handing_on import handed_on, told_of_it
from maildesk.desk.following.spacing import informing
from maildesk.desk.following.team_steps import call_next, remind_all, remind_assignee, resume
from maildesk.desk.following.waiting import before_a_lapse, waits_until
from maildesk.desk.known.follow_up_facts import FollowUpFacts
from maildesk.desk.tickets.steps import due_step
from maildesk.desk.tickets.tickets import settled
from maildesk.desk.words import Fate, Step, Ticket, Timer


def decide_step(facts: FollowUpFacts) -> Decision:
    """The step that is due now, or only a new timer."""
    ticket = facts.ticket
    timer = due_step(ticket, facts.desk, facts.now)
    if timer is None:
        return _only_timer(facts, settled(ticket, facts.desk), "not due any more")
    later = waits_until(facts, timer)
    if later is not None:
        waiting = before_a_lapse(facts, Timer(later, timer.step))
        return _only_timer(facts, replace(ticket, timer=waiting), "waits for desk hours")
    facts, handed = handed_on(facts, timer.step)
    decision = told_of_it(facts, handed, _STEPS[timer.step](facts, timer))
    return informing(decision, facts.desk, facts.now)


def _only_timer(facts: FollowUpFacts, ticket: Ticket, reason: str) -> Decision:
    return Decision(Fate.FILED, reason, (ticket,))


_STEPS: Mapping[Step, Callable[[FollowUpFacts, Timer], Decision]] = {
    Step.REMIND_ASSIGNEE: remind_assignee,
    Step.REMIND_ALL: remind_all,
    Step.RENEW_PROMISE: renew,
    Step.KEEP_INFORMED: keep_informed,
    Step.ASK_IF_HELPED: ask_if_helped,
    Step.ANNOUNCE_CLOSING: announce_closing,
    Step.CLOSE: close,
    Step.PAUSE_NEWS: pause_news,
    Step.RESUME: resume,
    Step.ASK_IF_SOLVED: ask_if_solved,
    Step.CALL_NEXT: call_next,
}
