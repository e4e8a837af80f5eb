"""The answer to "did this solve it?": one word, a thumb, or a number from 1 to 5, from the proven requester.

Only where it was asked and nobody wrote since (``Ticket.asked_at``): else "yes" answers some other question. Yes, 4 and
5 close the ticket with thanks; 3 is noted, and silence closes it; no, 1 and 2 make it our move at once. One rating a
ticket, the last word counts, and the agents are shown it.
"""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk.actions import ArticlesSolved, Decision, Drop, Rating
from maildesk.desk.customers import customer_words, praise
from maildesk.desk.customers.customer_orders import is_proven
from maildesk.desk.customers.customer_words import Rating as Said
from maildesk.desk.judging.answering import why_not_answer
from maildesk.desk.judging.matching import Match
from maildesk.desk.known.facts import Facts
from maildesk.desk.mailing import notices
from maildesk.desk.mailing.mails import to_customer
from maildesk.desk.tickets.filing import NUDGES, filed, heard_from
from maildesk.desk.tickets.tickets import moved, settled
from maildesk.desk.words import Audience, Fate, MessageKind, Ticket, TicketState

GOOD = 4
BAD = 2


def said_in(facts: Facts, ticket: Ticket) -> Said | None:
    """The rating that this mail is; None for any other mail."""
    over = ticket.state in (TicketState.SOLVED, TicketState.CLOSED)
    if ticket.asked_at is None or not over or not is_proven(facts, ticket):
        return None
    if any(not each.inline for each in facts.letter.attachments):
        return None
    return customer_words.rating(facts.letter.new_text)


def is_bad(said: Said) -> bool:
    """Whether it makes it our move again."""
    return said.solved is False or (said.score is not None and said.score <= BAD)


def is_good(said: Said) -> bool:
    """Whether the customer has what they wanted."""
    return said.solved is True or (said.score is not None and said.score >= GOOD)


def rated(facts: Facts, match: Match, ticket: Ticket, said: Said) -> Decision:
    """A rating that is not bad: closed with thanks, or noted."""
    earned = praise.here(facts, ticket) if is_good(said) else ()
    heard, thanks = heard_from(facts, ticket), notices.new_message(facts, ticket, MessageKind.RATING, earned)
    if is_good(said):
        heard = moved(heard, TicketState.CLOSED, facts.now)
        mail = to_customer(heard, "thanks", f"thanks:{ticket.number}:{ticket.turn}", {})
        thanks = thanks if why_not_answer(facts) else (mail, *thanks)
    heard = settled(heard, facts.desk)
    made = filed(Fate.FILED, f"{match.reason}; a rating", facts, heard, MessageKind.RATING, None, thanks, ())
    made = replace(made, drops=(Drop(ticket.number, "the customer rated it", NUDGES),))
    return with_rating(made, facts, ticket, said)


def with_rating(decision: Decision, facts: Facts, ticket: Ticket, said: Said) -> Decision:
    """The decision with the rating stored, and shown to the agents."""
    solved = not is_bad(said)
    answered = praise.earner(facts, ticket)
    agent = answered.address if answered else ticket.assignee or ""
    row = Rating(ticket.number, ticket.desk, agent, facts.now, solved, said.score)
    shown = {"rated": True, "score": said.score, "rated_solved": solved}
    mails = tuple(
        replace(each, values={**each.values, **shown}) if each.audience is Audience.AGENT else each
        for each in decision.mails
    )
    helped = (ArticlesSolved(ticket.number, facts.now),) if is_good(said) else ()
    earned = praise.praising(facts, ticket, "rating") if is_good(said) else ()
    return replace(decision, mails=mails, ratings=(row,), articles_solved=helped, praises=earned)
