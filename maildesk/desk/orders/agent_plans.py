"""What an agent's mail asks for: its commands made one plan, checked against ticket and team before anything is done.

A command that cannot be done here is a ``Fault`` that stops the whole mail, like one that cannot be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maildesk.desk.answers.guarding import inside_of_answer, inside_of_line, says_a_note
from maildesk.desk.answers.leaving import NOTHING, Leaving, leaving, within
from maildesk.desk.answers.own_words import words_of
from maildesk.desk.answers.sending_articles import listed, named, near
from maildesk.desk.answers.sending_canned import chosen, put_together
from maildesk.desk.commands.commands import Command, Commands, Mistake, parse_commands
from maildesk.desk.known.facts import AnswerFacts, CannedAnswer, Facts, HelpArticle
from maildesk.desk.orders.agent_orders import ABOUT_THEMSELVES
from maildesk.desk.orders.checking import checked
from maildesk.desk.words import Agent, Priority, Ticket, TicketState
from maildesk.mail.own_html import letters

TICKET_ORDERS = frozenset({"tag", "untag", "language", "requester", "move", "spam", "remind", "person", "merge"})
"""Commands about a ticket that say nothing of whose move it is (``ticket_orders``)."""

KNOWN_HERE = frozenset(
    {
        "note",
        "close",
        "wait",
        "pause",
        "assign",
        "mine",
        "unassign",
        "priority",
        "cc",
        "uncc",
        "only",
        "promise",
        "send",
        "recall",
        "take",
        "away",
        "back",
        "digest",
        "list",
        "help",
        "show",
        "history",
        "search",
        "new",
        "split",
        "article",
        "canned",
        *TICKET_ORDERS,
    }
)
"""The commands that do something in this version."""

CHANGES_NOTHING = frozenset({"note", "only", "send", "recall"})


@dataclass(frozen=True, slots=True)
class Plan:
    """All that the commands of one mail say, and the text that is left."""

    text: str
    answer: Leaving = NOTHING  # what of it leaves
    note: bool = False
    close: bool = False
    wait: bool = False
    wait_until: datetime | None = None  # #wait until WHEN: then the customer is asked, not sooner
    only: bool = False
    send: bool = False
    recall: bool = False
    take: bool = False
    pause_until: datetime | None = None
    pause_reason: str = ""
    promise: datetime | None = None
    assignee: Agent | None = None
    gives_back: bool = False
    priority: Priority | None = None
    cc: tuple[str, ...] = ()
    uncc: tuple[str, ...] = ()
    own: tuple[Command, ...] = ()  # about the agent, not the ticket
    orders: tuple[Command, ...] = ()  # about the ticket, not whose move it is
    articles: tuple[HelpArticle, ...] = ()
    asks_for_articles: bool = False  # a mail of nothing but #article
    canned: tuple[CannedAnswer, ...] = ()
    asks_for_canned: bool = False  # a mail of nothing but #canned

    @property
    def keeps_open(self) -> bool:
        """Whether the ticket stays our move although an answer leaves."""
        return self.promise is not None

    @property
    def passes_on(self) -> bool:
        """Whether another desk is to answer."""
        return any(each.name == "move" for each in self.orders) and not (self.close or self.wait)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why nothing of this mail is done."""

    what: str
    line: str = ""
    remedy: str = ""


def make_plan(facts: Facts, agent: Agent, ticket: Ticket) -> Plan | Fault:
    """The plan of an agent's mail on this ticket."""
    found = checked(facts, ticket, parse_commands(words_of(facts).text, facts.now, facts.desk.service))
    if isinstance(found, Mistake):
        return Fault(found.what, found.line, found.suggestion)
    if not found.items and not found.text_without.strip() and not leaving(facts.letter, "", agent, "").files:
        remedy = "Write above the quoted text, and send it again."
        return Fault("Your mail has no text of its own, so nothing was sent.", "", remedy)
    unknown = next((each for each in found.items if each.name not in KNOWN_HERE), None)
    if unknown is not None:
        return Fault(
            f"This version cannot do #{unknown.name} yet.",
            f"#{unknown.name}",
            "Take the line out and send your mail again.",
        )
    return _plan(facts, agent, ticket, found)


def _plan(facts: Facts, agent: Agent, ticket: Ticket, found: Commands) -> Plan | Fault:
    assignee = assignee_of(facts, agent, found)
    if isinstance(assignee, Fault):
        return assignee
    if assignee is None and not found.find("assign") and found.find("take") and _is_to_be_had(ticket):
        assignee = agent
    priority, pause, promise = (found.find(name) for name in ("priority", "pause", "promise"))
    listed = _copied(facts, ticket)
    if not listed and any(each.name == "cc" and each.everyone for each in found.items):
        return Fault(
            "The customer's mail names nobody who is not on this ticket already.", "#cc all", "Name an address."
        )
    articles = _articles(facts, found)
    if isinstance(articles, Fault):
        return articles
    canned = chosen(found, facts.help)
    if isinstance(canned, Mistake):
        return Fault(canned.what, canned.line, canned.suggestion)
    own = put_together(found, canned, facts.help)
    text = "\n\n".join(filter(None, (own, *(each.text for each in articles))))
    plan = Plan(
        text=text,
        answer=NOTHING if found.find("note") else _answer(facts, agent, found, text),
        articles=articles,
        asks_for_articles=any(each.name == "article" and not each.words for each in found.items),
        canned=canned,
        asks_for_canned=any(each.name == "canned" and not each.words for each in found.items),
        note=found.find("note") is not None or found.find("new") is not None,
        close=found.find("close") is not None,
        wait=found.find("wait") is not None,
        wait_until=next((each.when for each in found.items if each.name == "wait"), None),
        only=found.find("only") is not None,
        send=found.find("send") is not None,
        recall=found.find("recall") is not None,
        take=found.find("take") is not None,
        pause_until=pause.when if pause else None,
        pause_reason=pause.words if pause else "",
        promise=promise.when if promise else None,
        assignee=assignee,
        gives_back=found.find("unassign") is not None and assignee is None,
        priority=priority.priority if priority else None,
        cc=_addresses(facts, ticket, found, "cc"),
        uncc=_addresses(facts, ticket, found, "uncc"),
        own=tuple(each for each in found.items if each.name in ABOUT_THEMSELVES),
        orders=tuple(each for each in found.items if each.name in TICKET_ORDERS),
    )
    return _impossible(facts, agent, ticket, plan) or plan


def _answer(facts: Facts, agent: Agent, found: Commands, whole: str) -> Leaving:
    """What would leave: the agent's own words, and the texts that they named around them."""
    domain = facts.desk.address.rpartition("@")[2]
    own = leaving(facts.letter, found.text_without.strip(), agent, domain, facts.inside.files)
    typed = Leaving(found.text_without.strip(), own.html, own.files)
    around = within(typed, whole)
    return Leaving(own.text, around.html, around.files, around.above, around.below)


def _articles(facts: Facts, found: Commands) -> tuple[HelpArticle, ...] | Fault:
    """The articles that the agent names; without a name nothing else may stand in the mail."""
    asked = [each for each in found.items if each.name == "article"]
    if asked and found.find("note") is not None:
        return Fault("An article goes to the customer, and a note does not.", "#article", "Send two mails.")
    chosen: list[HelpArticle] = []
    for command in asked:
        meant = named(command.words, facts.help.known)
        if len(meant) == 1:
            chosen += meant
        elif command.words:
            names = ", ".join(each.name for each in meant[:5]) or ", ".join(near(command.words, facts.help))
            what = "More than one article is called" if meant else "There is no article in this language called"
            remedy = f"These are near: {names}." if names else "There are no articles in this language."
            return Fault(f'{what} "{command.words}".', f"#article {command.words}", remedy)
        elif found.text_without.strip() or len(found.items) > 1:
            fits = listed(facts.help) or "none"
            return Fault('"#article" needs the name of an article.', "#article", f"These may fit: {fits}.")
    return tuple(dict.fromkeys(chosen))


def is_answer(plan: Plan) -> bool:
    """Whether something of this mail goes to the customer."""
    return not plan.note and bool(plan.text or plan.answer.files)


def answers_in(facts: Facts, agent: Agent, ticket: Ticket, *states: str) -> tuple[AnswerFacts, ...]:
    """This agent's answers on this ticket whose mail is in one of these states."""
    mine = (each for each in facts.answers if each.ticket == ticket.number and facts.site.agent(each.agent) == agent)
    return tuple(each for each in mine if each.state in states)


def _impossible(facts: Facts, agent: Agent, ticket: Ticket, plan: Plan) -> Fault | None:
    """What would leave a customer without the word we gave."""
    answers = bool(plan.text) and not plan.note
    waits = ticket.promise is not None and ticket.state in (TicketState.OPEN, TicketState.PAUSED)
    if plan.wait and waits and not answers:
        return Fault(
            "The customer waits for an answer that we promised.",
            "#wait",
            "Write an answer above #wait, or use #promise with a new time.",
        )
    if plan.note and not plan.text and not answers_in(facts, agent, ticket, "held"):
        return Fault("The note is empty.", "#note", "Write its text below the line with #note.")
    held = _inside(facts, ticket, plan)
    if held:
        return Fault(held, "", "Take it out and send your mail again, or make it a #note.")
    inside = next((each for each in plan.cc if facts.site.is_inside(each)), None)
    if inside is not None:
        return Fault(
            f"{inside} belongs to the desk and gets no copies of what customers get.",
            f"#cc {inside}",
            "Name somebody else.",
        )
    return None


def _inside(facts: Facts, ticket: Ticket, plan: Plan) -> str:
    """What of the inside a customer would see: in the answer with its files, in the reason of a pause."""
    said = inside_of_line(plan.pause_reason, facts.site)
    if says_a_note(letters(plan.pause_reason), facts.inside.notes, letters("\n".join(facts.customers_texts))):
        said = "The reason of the pause says words of a note. The customer would read them."
    return said if plan.note else said or inside_of_answer(plan.answer, ticket.subject, facts.site)


def assignee_of(facts: Facts, agent: Agent, found: Commands) -> Agent | Fault | None:
    """Who is to have the ticket, by #mine or #assign."""
    if found.find("mine"):
        return agent
    command = found.find("assign")
    return None if command is None else _find_agent(facts, command)


def _is_to_be_had(ticket: Ticket) -> bool:
    """Whether #take means whose it is: a ticket that waits or is over is opened for who has it, if anybody does."""
    return ticket.state is TicketState.OPEN or ticket.assignee is None


def _find_agent(facts: Facts, command: Command) -> Agent | Fault:
    """An agent by address, by name, or by one part of the name that no colleague shares."""
    team, wanted = facts.site.team(facts.desk), command.words.casefold().strip()
    by_address = facts.site.agent(wanted)
    if by_address is not None and by_address in team:
        return by_address
    fitting = [each for each in team if each.name.casefold() == wanted] or [
        each for each in team if wanted in each.name.casefold().split()
    ]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(each.name for each in (fitting or team))
    what = (
        f'More than one agent is called "{command.words}".'
        if fitting
        else f'There is no agent "{command.words}" at this desk.'
    )
    return Fault(what, f"#assign {command.words}", f"These are: {names}.")


def _copied(facts: Facts, ticket: Ticket) -> tuple[str, ...]:
    """Those who were only listed: in the customer's mail, and in this one."""
    return tuple(each for each in (*facts.copied, *facts.only_listed) if each not in ticket.people)


def _addresses(facts: Facts, ticket: Ticket, found: Commands, name: str) -> tuple[str, ...]:
    """The addresses of all #cc or #uncc lines; "all" are those in the newest mails that were only listed."""
    named: list[str] = []
    for command in found.items:
        if command.name == name:
            named += command.addresses
            if command.everyone:
                named += [each.address for each in ticket.participants] if name == "uncc" else _copied(facts, ticket)
    return tuple(dict.fromkeys(named))
