"""Commands about a ticket that say nothing of whose move it is: its tags, its language.

Each takes the work so far and gives it back with the change, its line of the receipt and its event; or a ``Fault``,
which stops the whole mail: nothing of it is done, and the agent gets it back. A command that would change nothing says
nothing. Pure, as all decisions.

What it does not do: states, promises, assignee and participants (``agent_moves``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from maildesk.desk.actions import Event, PersonChange, Wish
from maildesk.desk.commands.commands import Command
from maildesk.desk.known.facts import Facts
from maildesk.desk.orders.agent_plans import Fault, Plan
from maildesk.desk.orders.merge_orders import merges
from maildesk.desk.orders.moving import to_desk
from maildesk.desk.orders.new_requester import requester
from maildesk.desk.orders.person_orders import person
from maildesk.desk.orders.spam import contradicts, spam, taken_back
from maildesk.desk.tickets.work import Work
from maildesk.desk.words import Agent, Ticket

MOST_TAGS = 20


def with_orders(facts: Facts, agent: Agent, plan: Plan, work: Work) -> Work | Fault:
    """The work with all such commands of the mail, in their order."""
    fault = contradicts(plan) or _of_two_people(plan)
    if fault is not None:
        return fault
    work = taken_back(plan, agent, work)
    for command in plan.orders:
        done = ORDERS[command.name](facts, agent, command, work)
        if isinstance(done, Fault):
            return done
        work = done
    return work


def _of_two_people(plan: Plan) -> Fault | None:
    """The notes that were read are this customer's at this desk; no other's may be written with them."""
    names = {each.name for each in plan.orders}
    other = next((each for each in ("requester", "move") if each in names), "")
    if "person" not in names or not other:
        return None
    return Fault(f"#person is about the customer, and #{other} changes whose it is.", "#person", "Send two mails.")


def _changed(work: Work, ticket: Ticket, change: str, what: str, reason: str, agent: Agent) -> Work:
    event = Event(ticket.number, what, reason, agent.address)
    return replace(work, ticket=ticket, changes=(*work.changes, change), events=(*work.events, event))


def _tag(_facts: Facts, agent: Agent, command: Command, work: Work) -> Work | Fault:
    fresh = tuple(each for each in command.tags if each not in work.ticket.tags)
    tags = (*work.ticket.tags, *fresh)
    if not fresh:
        return work
    if len(tags) > MOST_TAGS:
        remedy = "Take one off with #untag first."
        return Fault(f"A ticket has at most {MOST_TAGS} tags.", f"#tag {', '.join(command.tags)}", remedy)
    said = ", ".join(fresh)
    return _changed(work, replace(work.ticket, tags=tags), f"tag:{said}", f"tagged {said}", "#tag", agent)


def _untag(_facts: Facts, agent: Agent, command: Command, work: Work) -> Work | Fault:
    missing = next((each for each in command.tags if each not in work.ticket.tags), None)
    if missing is not None:
        here = f"Its tags are: {', '.join(work.ticket.tags)}." if work.ticket.tags else "It has no tags."
        return Fault(f'The ticket has no tag "{missing}".', f"#untag {missing}", here)
    said = ", ".join(command.tags)
    left = tuple(each for each in work.ticket.tags if each not in command.tags)
    return _changed(work, replace(work.ticket, tags=left), f"untag:{said}", f"untagged {said}", "#untag", agent)


def _language(facts: Facts, agent: Agent, command: Command, work: Work) -> Work | Fault:
    """The ticket's from now on, and the customer's: what their next mail is written in does not change it."""
    ticket, wanted = work.ticket, command.language
    known = facts.desk.languages or facts.help.languages
    known = tuple(dict.fromkeys((*known, facts.desk.language))) if known else ()
    spoken = next((each for each in (wanted, wanted.partition("-")[0]) if each in known), "") if known else wanted
    if not spoken:
        remedy = f"It writes in: {', '.join(known)}."
        return Fault(f"The desk has no texts in {wanted}.", f"#language {wanted}", remedy)
    person = PersonChange(ticket.desk, ticket.requester, -1, language=spoken, chosen_language=spoken)
    work = replace(work, people=(*work.people, person))
    what, before = f"language {spoken}", ticket.language
    return _changed(work, replace(ticket, language=spoken), f"language:{spoken}", what, f"was {before}", agent)


def _person(facts: Facts, agent: Agent, command: Command, work: Work) -> Work | Fault:
    """#person language de is #language de; all else is of the person alone."""
    return (_language if command.language else person)(facts, agent, command, work)


def _remind(facts: Facts, agent: Agent, command: Command, work: Work) -> Work | Fault:
    """For this agent alone; without a time (#remind off) none any more."""
    at = command.when
    if at is not None and at <= facts.now:
        return Fault("The time of #remind has passed.", "#remind", "Name a later one, such as #remind tomorrow 10:00.")
    change = f"remind:{at.isoformat()}" if at else "remind-off"
    wish = Wish(agent.address, work.ticket.number, at)
    return replace(work, wishes=(*work.wishes, wish), changes=(*work.changes, change))


Order = Callable[[Facts, Agent, Command, Work], Work | Fault]

ORDERS: Mapping[str, Order] = {
    "tag": _tag,
    "untag": _untag,
    "language": _language,
    "requester": requester,
    "move": to_desk,
    "spam": spam,
    "remind": _remind,
    "person": _person,
    "merge": merges,
}
