"""Who of the team hears what. Notifications leave at once, at any hour; follow-up reminders come from follow_up.py.

A new ticket goes to every agent of the desk who is not away; later mail to the assignee, to all where there is none.
If everybody is away, everybody is told: better an agent's holiday disturbed than a customer left hanging.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from maildesk.desk.actions import Mail, Value
from maildesk.desk.answers.leaving import Leaving
from maildesk.desk.judging import on_call
from maildesk.desk.judging.matching import bare_subject
from maildesk.desk.known.facts import AgentFacts, AnswerFacts, Facts, HelpArticle
from maildesk.desk.mailing import asking, passing_on
from maildesk.desk.mailing.background import background_values, without_commands
from maildesk.desk.mailing.mails import showing, to_agent
from maildesk.desk.mailing.signed import signed
from maildesk.desk.words import Agent, Desk, MessageKind, Participant, Site, Ticket, Trust

NOBODY_KNOWN = AgentFacts()


def team(facts: Facts, ticket: Ticket) -> tuple[Agent, ...]:
    """All agents who are told of this ticket, save the author of the mail at hand."""
    desk = facts.site.desk(ticket.desk) or facts.desk
    present = tuple(agent for agent in facts.site.team(desk) if not facts.is_away(agent.address))
    return _without(present or leads_first(facts.site.team(desk)), facts)


def leads_first(agents: tuple[Agent, ...]) -> tuple[Agent, ...]:
    """Where everybody is away, everybody is told, and the leads before the others."""
    return tuple(sorted(agents, key=lambda agent: not agent.lead))


def listeners(facts: Facts, ticket: Ticket) -> tuple[Agent, ...]:
    """Who is on duty, where it rings; the assignee, where there is one who is here; else the team."""
    desk = facts.site.desk(ticket.desk) or facts.desk
    called = on_call.audience(facts.site, desk, ticket, facts.now, facts.is_away)
    if called is not None:
        return _without(called, facts)
    assignee = facts.site.agent(ticket.assignee) if ticket.assignee else None
    if assignee is not None and not facts.is_away(assignee.address):
        return _without((assignee,), facts)
    return team(facts, ticket)


def _without(agents: tuple[Agent, ...], facts: Facts) -> tuple[Agent, ...]:
    writer = facts.site.agent(facts.author.address)
    return tuple(agent for agent in agents if agent != writer)


def known(facts: Facts, agent: Agent) -> AgentFacts:
    """What lasts about an agent; nothing where they never wrote."""
    return facts.agents.get(agent.address, NOBODY_KNOWN)


def new_ticket(
    facts: Facts, ticket: Ticket, related: tuple[int, ...] = (), offered: tuple[HelpArticle, ...] = ()
) -> tuple[Mail, ...]:
    """The question, to its agent, else to every agent who is here; and once to the other desks that it was sent to."""
    values = panel_values(facts, ticket, MessageKind.QUESTION) | {"related": tuple(f"#{number}" for number in related)}
    if not ticket.unanswerable:
        values |= {"asked_for": tuple(each.name for each in asking.missing(facts.desk.needs, facts.letter))}
    values |= {"offered": tuple(each.name for each in offered), "fitting": fitting(facts, offered)}
    template = _template(facts, ticket, "new-ticket")
    shown = values | (duty_values(facts.desk, ticket, facts.now) if template == "on-call" else {})
    mails = [_show(facts, facts.desk, agent, template, shown, ticket) for agent in listeners(facts, ticket)]
    return (*mails, *_other_desks(facts, ticket, values))


def fitting(facts: Facts, beside: tuple[HelpArticle, ...] = ()) -> tuple[str, ...]:
    """The names of articles that an agent may want to send."""
    return tuple(each.name for each in facts.help.fitting if each not in beside)


def _other_desks(facts: Facts, ticket: Ticket, values: dict[str, Value]) -> tuple[Mail, ...]:
    told = {agent.address for agent in facts.site.team(facts.desk)}
    mails: list[Mail] = []
    # What this customer, or another, wrote to this desk is not for the agents of another.
    values = {**values, "earlier": (), "their_tickets": (), "similar": (), "person_notes": ()}
    for desk in facts.other_desks:
        also = {**values, "handled_by": facts.desk.name}
        mails += [
            _show(facts, desk, agent, "new-ticket", also, ticket)
            for agent in facts.site.team(desk)
            if agent.address not in told
        ]
        told |= {agent.address for agent in facts.site.team(desk)}
    return tuple(mails)


def new_message(
    facts: Facts, ticket: Ticket, kind: MessageKind, also: tuple[Agent, ...] = ()
) -> tuple[Mail, ...]:
    """A mail on a known ticket, to whoever looks after it, and to those whom it is about."""
    values = panel_values(facts, ticket, kind)
    if kind is MessageKind.QUESTION:
        values["fitting"] = fitting(facts)
    template = _template(facts, ticket, "new-message")
    if template == "on-call":
        values |= duty_values(facts.desk, ticket, facts.now)
    told = dict.fromkeys((*listeners(facts, ticket), *_without(also, facts)))
    return tuple(_show(facts, facts.desk, agent, template, values, ticket) for agent in told)


def _template(facts: Facts, ticket: Ticket, otherwise: str) -> str:
    """Whoever is called at this very moment reads why they are."""
    return "on-call" if on_call.is_calling(ticket) and ticket.called_at == facts.now else otherwise


def duty_values(desk: Desk, ticket: Ticket, now: datetime) -> dict[str, Value]:
    """Until when the first of the rota is on duty, and when the next person is called."""
    ends = on_call.duty_ends(desk, now) if ticket.called == 1 else None
    return {"duty_until": ends, "call_next_at": on_call.next_call_at(desk, ticket)}


def _show(facts: Facts, desk: Desk, agent: Agent, template: str, values: dict[str, Value], ticket: Ticket) -> Mail:
    mail = to_agent(desk, agent, known(facts, agent), template, f"notify:{facts.arrival.id}", values, ticket=ticket)
    shown = showing(mail, facts.letter, facts.author)
    files, left = passing_on.fitting(shown.attachments, facts.site.attachments_limit)
    about: dict[str, Value] = {"dangerous": passing_on.dangerous(shown.attachments)}
    if left:
        about["not_attached"] = tuple({"name": each.filename or each.content_type, "size": each.size} for each in left)
        about["command"] = f"maildesk arrivals save {facts.arrival.id}"
    return replace(shown, attachments=files, values={**shown.values, **about}, answers=facts.arrival.id)


def panel_values(facts: Facts, ticket: Ticket, kind: MessageKind) -> dict[str, Value]:
    """What the panel says: who waits since when, what was promised, who else gets the answer, and what is odd."""
    return {
        **background_values(facts, ticket),
        **standing(facts.site, ticket),
        "kind": str(kind),
        "stranger": facts.verdict.trust is not Trust.AUTHENTICATED and kind is not MessageKind.REPORT,
        "trust_reason": facts.verdict.reason,
        "unanswerable": ticket.unanswerable,
        "participants": tuple(map(_shown, ticket.participants)),
        "copied": tuple(each for each in facts.only_listed if each not in ticket.people),
        "subject_changed": _changed(facts, ticket),
        "through": facts.through,
        "problems": facts.letter.problems,
        "left_out": (facts.arrival.left_out,) if facts.arrival.left_out else (),
        "related": (),
        "their_signature": signed(facts.letter.signature) if facts.is_same_person(ticket) else "",
        **_customer(facts, ticket),
        **_forwarded(facts),
    }


def _shown(person: Participant) -> str:
    return f"{person.name} <{person.address}>" if person.name else person.address


def _forwarded(facts: Facts) -> dict[str, Value]:
    """Who of the team forwarded the mail, and the words that they wrote above it."""
    agent = facts.site.agent(facts.forwarded.agent) if facts.forwarded is not None else None
    if agent is None or facts.forwarded is None:
        return {}
    return {"forwarded_by": agent.name, "forwarded_with": " ".join(facts.forwarded.words.split())}


def _customer(facts: Facts, ticket: Ticket) -> dict[str, Value]:
    """What the panel says of the ticket's customer, where the mail is theirs or an agent's."""
    theirs = facts.is_same_person(ticket)
    known = facts.person if theirs else facts.asked.customer
    others = tuple(each for each in known.addresses if each != ticket.requester)
    notes = known.notes if theirs else facts.asked.notes
    return {"person_notes": notes, "vip": known.vip, "addresses": others, "proven": known.proven}


def of_ticket(site: Site, ticket: Ticket) -> dict[str, Value]:
    """What the panel says where a ticket is shown, and no mail of its customer's has just come."""
    return {
        **standing(site, ticket),
        "subject": ticket.subject,
        "from_name": ticket.requester_name,
        "participants": tuple(map(_shown, ticket.participants)),
        "unanswerable": ticket.unanswerable,
    }


def standing(site: Site, ticket: Ticket) -> dict[str, Value]:
    """The standing promise and the assignee's name, for mails to agents."""
    assignee = site.agent(ticket.assignee) if ticket.assignee else None
    return {
        "promise": ticket.promise.at if ticket.promise else None,
        "assignee": assignee.name if assignee else "",
        "linked_to": ticket.linked_to,
    }


def _changed(facts: Facts, ticket: Ticket) -> str:
    """The mail's subject where it is another than the ticket's."""
    subject = bare_subject(facts.letter.subject)
    return facts.letter.subject if subject and subject != bare_subject(ticket.subject) else ""


def receipt(
    facts: Facts,
    agent: Agent,
    ticket: Ticket | None,
    changes: tuple[str, ...],
    *,
    sent_at: datetime | None = None,
    stays_open: bool = False,
) -> Mail:
    """One line each on what an agent's mail did."""
    values: dict[str, Value] = {
        **(standing(facts.site, ticket) if ticket else {}),
        "done": changes,
        "sent_at": sent_at,
        "stays_open": stays_open,
        "subject": facts.letter.subject,
    }
    return to_agent(
        facts.desk, agent, known(facts, agent), "receipt", f"receipt:{facts.arrival.id}", values, ticket=ticket
    )


def returned(facts: Facts, agent: Agent, ticket: Ticket | None, mistake: str, line: str = "", remedy: str = "") -> Mail:
    """An agent's mail given back with the mistake named; nothing of it was done."""
    values: dict[str, Value] = {"mistake": mistake, "line": line, "remedy": remedy, "subject": facts.letter.subject}
    mail = to_agent(
        facts.desk, agent, known(facts, agent), "returned", f"returned:{facts.arrival.id}", values, ticket=ticket
    )
    return replace(mail, body=facts.letter.new_text, attachments=facts.letter.attachments)


def held(
    facts: Facts,
    agent: Agent,
    ticket: Ticket,
    before: AnswerFacts | None,
    by: str,
    found: tuple[str, ...],
    answer: Leaving,
) -> Mail:
    """An answer that waits: a colleague's went out after the mail that it answers, or something was found in it."""
    values: dict[str, Value] = {
        "colleague": by,
        "at": before.at if before else None,
        "ago": before.at if before else None,
        "their_text": without_commands(before.text) if before else "",
        "found": found,
        "subject": facts.letter.subject,
    }
    mail = to_agent(facts.desk, agent, known(facts, agent), "held", f"held:{facts.arrival.id}", values, ticket=ticket)
    return replace(mail, body=answer.whole, body_html=answer.html, around=(answer.above, answer.below))


def confirm(facts: Facts, agent: Agent) -> Mail:
    """Somebody wrote as this agent without proof: the registered address is asked first."""
    values: dict[str, Value] = {
        "subject": facts.letter.subject,
        "reason": facts.verdict.reason,
        "from_address": facts.author.address,
    }
    mail = to_agent(facts.desk, agent, known(facts, agent), "confirm", f"confirm:{facts.arrival.id}", values)
    return replace(mail, body=facts.letter.new_text)
