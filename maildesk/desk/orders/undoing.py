"""How each command is taken back: one table, and the line of the receipt that says it.

A receipt says what a mail changed, and below it, in one line, what to write to have it as it was before: "To undo:
#take; #priority normal". The line is made of the ticket as it was and as it is now, so that it names what really
changed, and every part of it is a command that can be sent as it stands (a test reads them). While an answer rests,
``#recall`` comes first: it takes back what the answer did as well.

What it does not do: commands that say in their own words how they are undone (``OWN_WORDS``), and those that cannot be:
what a customer was told stays told. Each of these says why in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from maildesk.desk.known.facts import Facts
from maildesk.desk.orders.agent_plans import Plan
from maildesk.desk.orders.spam import MARKED
from maildesk.desk.service_time.hours import zone_of
from maildesk.desk.tickets.steps import is_binding
from maildesk.desk.tickets.work import Work
from maildesk.desk.words import Ticket, TicketState

Way = Callable[[Facts, Ticket, Work], str]
OWN_WORDS = "its own line says it"
NOTHING = "it changes nothing"
ANSWER = "#recall, while the answer rests"


def _state(facts: Facts, before: Ticket, work: Work) -> str:
    """Back to the state before, or the pause. Not to waiting: by then the customer counts on an answer."""
    stands, is_now = ((each.state, each.paused_until, each.pause_reason) for each in (before, work.ticket))
    if stands == is_now:
        return ""
    if before.state is TicketState.OPEN:
        return "#take"
    if before.state in (TicketState.SOLVED, TicketState.CLOSED):
        return "#close"
    if before.state is TicketState.PAUSED and before.paused_until and before.paused_until > facts.now:
        return f"#pause until {_at(facts, before.paused_until)} because {before.pause_reason}"
    return ""


def _marked(_facts: Facts, before: Ticket, work: Work) -> str:
    """#take opens the ticket, and takes the mark from the sender."""
    return "#take" if work.ticket.unanswerable == MARKED != before.unanswerable else ""


def _promise(facts: Facts, before: Ticket, work: Work) -> str:
    told = before.promise
    if told is None or told == work.ticket.promise or told.at <= facts.now or not is_binding(told):
        return ""
    return f"#promise {_at(facts, told.at)}"


def _at(facts: Facts, moment: datetime) -> str:
    """On the desk's clock, as ``when`` reads it in every language."""
    return f"{moment.astimezone(zone_of(facts.desk.service.zone)):%Y-%m-%d %H:%M}"


def _assignee(facts: Facts, before: Ticket, work: Work) -> str:
    agent = facts.site.agent(before.assignee) if before.assignee else None
    if before.assignee is None and work.ticket.assignee is not None:
        return "#unassign"
    return f"#assign {agent.address}" if agent is not None and before.assignee != work.ticket.assignee else ""


def _priority(_facts: Facts, before: Ticket, work: Work) -> str:
    return f"#priority {before.priority}" if before.priority is not work.ticket.priority else ""


def _language(_facts: Facts, before: Ticket, work: Work) -> str:
    return f"#language {before.language}" if before.language != work.ticket.language else ""


def _joined(_facts: Facts, before: Ticket, work: Work) -> str:
    new = [each.address for each in work.ticket.participants if each.address not in before.people]
    return f"#uncc {', '.join(new)}" if new else ""


def _left(_facts: Facts, before: Ticket, work: Work) -> str:
    gone = [each.address for each in before.participants if each.address not in work.ticket.people]
    return f"#cc {', '.join(gone)}" if gone else ""


def _requester(facts: Facts, before: Ticket, work: Work) -> str:
    changed = before.requester != work.ticket.requester and not facts.site.is_inside(before.requester)
    return f"#requester {before.requester}" if changed else ""


def _desk(_facts: Facts, before: Ticket, work: Work) -> str:
    return f"#move {before.desk}" if before.desk != work.ticket.desk else ""


def _reminder(facts: Facts, _before: Ticket, work: Work) -> str:
    """The time that was set before; where none was, none."""
    stood = facts.asked.remind_at
    if stood is not None and stood > facts.now:
        return "" if stood == work.wishes[-1].at else f"#remind {_at(facts, stood)}"
    return "#remind off" if work.wishes[-1].at is not None else ""


UNDO: Mapping[str, Way | str] = {
    "move": _desk,
    "requester": _requester,
    "close": _state,
    "wait": _state,
    "pause": _state,
    "take": _state,
    "spam": _marked,
    "promise": _promise,
    "assign": _assignee,
    "mine": _assignee,
    "unassign": _assignee,
    "priority": _priority,
    "language": _language,
    "cc": _joined,
    "uncc": _left,
    "tag": OWN_WORDS,
    "untag": OWN_WORDS,
    "remind": _reminder,
    "person": OWN_WORDS,
    "away": OWN_WORDS,
    "back": OWN_WORDS,
    "digest": OWN_WORDS,
    "new": OWN_WORDS,
    "article": ANSWER,
    "canned": ANSWER,
    "only": ANSWER,
    "note": "nobody outside saw it",
    "send": "the answer has left",
    "recall": "the agent has the text and can send it again",
    "merge": "the customer is told of one ticket from now on",
    "split": "the customer is told both numbers",
    "list": NOTHING,
    "search": NOTHING,
    "show": NOTHING,
    "history": NOTHING,
    "help": NOTHING,
}
"""Every command: what takes it back, or why nothing does, or needs to."""


def with_undo(facts: Facts, before: Ticket, plan: Plan, work: Work) -> Work:
    """The work with the line that says how it is taken back, where it changed anything that can be."""
    rests = work.sent_at is not None and work.sent_at > facts.now
    ways = dict.fromkeys(way for name in named(plan) if not isinstance(way := UNDO[name], str))
    parts = [way(facts, before, work) for way in ways if not (rests and way in (_state, _promise))]
    apart = [part for part in parts if rests and part.startswith("#move ")]  # it cannot stand beside #recall
    parts.sort(key=lambda part: part.startswith("#pause "))  # its reason is whatever stands behind it
    said = "; ".join(filter(None, ["#recall" if rests else "", *(part for part in parts if part not in apart)]))
    undo = [f"undo:{each}" for each in (said, *apart) if each]
    return replace(work, changes=(*work.changes, *undo)) if undo and work.changes else work


def named(plan: Plan) -> tuple[str, ...]:
    """The commands of a plan that may change its ticket, in the order of the table."""
    there = {
        "close": plan.close,
        "wait": plan.wait,
        "pause": plan.pause_until is not None,
        "take": plan.take,
        "promise": plan.promise is not None,
        "assign": plan.assignee is not None or plan.gives_back,
        "priority": plan.priority is not None,
        "cc": bool(plan.cc),
        "uncc": bool(plan.uncc),
        **dict.fromkeys((each.name for each in plan.orders), True),
    }
    return tuple(name for name in UNDO if there.get(name))
