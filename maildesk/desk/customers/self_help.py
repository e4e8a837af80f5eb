"""Help articles: which of them a first reply offers, and "that solved it" in one word.

Only the first reply to a new ticket offers articles, at most as many as the desk says, and none where the ticket is
urgent: somebody in need is not sent to read. Which ones it offers follows from the mail, but what stands in the reply
is the admin's text alone, so strangers see no word of their own (guarantee 7).

YES, "solved" and their like, from the proven requester, as the only words of the first mail after that reply, close
the ticket with thanks. "No" and all else is an ordinary mail: a person answers, as promised.
"""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk.actions import ArticlesSolved, ArticleUse, Decision, Drop, Event, Mail, Value
from maildesk.desk.customers import customer_words
from maildesk.desk.customers.customer_orders import is_proven
from maildesk.desk.judging.answering import why_not_answer
from maildesk.desk.judging.matching import Match
from maildesk.desk.known.facts import Facts, HelpArticle
from maildesk.desk.mailing import notices
from maildesk.desk.mailing.mails import to_customer
from maildesk.desk.tickets.filing import CUSTOMER_MAILS, NUDGES, filed, heard_from, replaced
from maildesk.desk.tickets.tickets import moved, promising, settled
from maildesk.desk.words import Audience, Fate, MessageKind, Priority, Ticket, TicketState

OFFERED = "offered"


def offers(facts: Facts, ticket: Ticket) -> tuple[HelpArticle, ...]:
    """The articles for the first reply to this new ticket."""
    if ticket.priority is Priority.URGENT or ticket.unanswerable:
        return ()
    return tuple(each for each in facts.help.fitting if each.steps)[: facts.desk.articles]


def offering(articles: tuple[HelpArticle, ...]) -> dict[str, Value]:
    """What the template of the first reply is told of them."""
    return {"offers": tuple({"title": each.title, "steps": each.steps} for each in articles)} if articles else {}


def uses(facts: Facts, ticket: Ticket, articles: tuple[HelpArticle, ...]) -> tuple[ArticleUse, ...]:
    """That the first reply offers them, to be counted."""
    return tuple(
        ArticleUse(ticket.number, ticket.desk, ticket.language, each.name, facts.now, OFFERED) for each in articles
    )


def solved_by_article(facts: Facts, match: Match, ticket: Ticket) -> Decision | None:
    """The decision for "that solved it" after a first reply with articles; None for any other mail."""
    offered = ticket.state is TicketState.OPEN and ticket.asked_at is not None
    if not offered or not is_proven(facts, ticket) or any(not each.inline for each in facts.letter.attachments):
        return None
    said = customer_words.rating(facts.letter.new_text)
    if said is None or said.solved is not True:
        return None
    heard = replace(promising(heard_from(facts, ticket), None), asked_at=None)
    heard = settled(moved(heard, TicketState.CLOSED, facts.now), facts.desk)
    thanks = to_customer(heard, "thanks", f"thanks:{ticket.number}:{ticket.turn}", {})
    told = tuple(map(_self_helped, notices.new_message(facts, heard, MessageKind.RATING)))
    mails = (*(() if why_not_answer(facts) else (thanks,)), *told)
    events = (Event(ticket.number, "open → closed", "an article of the first reply solved it", facts.author.address),)
    reason = f"{match.reason}; an article solved it"
    made = filed(Fate.FILED, reason, facts, heard, MessageKind.RATING, None, mails, events)
    return replace(
        made,
        drops=(Drop(ticket.number, "the customer solved it", NUDGES | CUSTOMER_MAILS),),
        promises=replaced(ticket, facts.now),
        articles_solved=(ArticlesSolved(ticket.number, facts.now),),
    )


def _self_helped(mail: Mail) -> Mail:
    return replace(mail, values={**mail.values, "kind": "self-help"}) if mail.audience is Audience.AGENT else mail
