"""What an agent reads beside a mail: what was said before, the customer's other tickets, solved ones that are like it.

All of it is for the agents of the ticket's own desk; nobody else may see what this customer, or another, wrote to it.
Notes stay out of what was said before: it stands in a mail that is answered, and quotes travel.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from maildesk.desk.actions import Value
from maildesk.desk.known.background_facts import OtherTicket, Said
from maildesk.desk.known.facts import Facts
from maildesk.desk.words import Ticket

MOST_EARLIER = 5
LONGEST_EARLIER = 1_200
"""Characters of one earlier mail that are shown: enough to know it again; ``#show`` brings it whole."""
MOST_LINES = 15
MOST_OTHERS = 3
CUT = "[…]"


def background_values(facts: Facts, ticket: Ticket, shown: str = "") -> dict[str, Value]:
    """The facts for the panel and below it. ``shown``: the text that stands in the mail already."""
    return {
        "earlier": earlier(each for each in facts.background.said if each.text.strip() != shown.strip()),
        "their_tickets": _rows(facts.background.theirs, ticket),
        "similar": _rows(facts.background.similar, ticket),
    }


def earlier(said: Iterable[Said]) -> tuple[Mapping[str, Value], ...]:
    """What was said before, as mails to agents show it: shortened, and without commands."""
    rows = (_said(each) for each in said)
    return tuple(each for each in rows if each["text"])[:MOST_EARLIER]


def _rows(found: tuple[OtherTicket, ...], ticket: Ticket) -> tuple[Mapping[str, Value], ...]:
    rows: list[Mapping[str, Value]] = [
        {"number": each.number, "subject": each.subject, "state": each.state}
        for each in found
        if each.number not in (ticket.number, ticket.linked_to)
    ]
    return tuple(rows[:MOST_OTHERS])


def _said(said: Said) -> Mapping[str, Value]:
    return {"who": said.who, "at": said.at, "text": shortened(without_commands(said.text))}


_COMMAND = re.compile(r"\s*[#＃﹟]\s?\w[^\n]*")


def without_commands(text: str) -> str:
    """An agent's words as the customer got them: without the lines for the desk on top and below."""
    lines = text.strip().splitlines()
    while lines and (not lines[0].strip() or _COMMAND.fullmatch(lines[0])):
        del lines[0]
    while lines and (not lines[-1].strip() or _COMMAND.fullmatch(lines[-1])):
        del lines[-1]
    return "\n".join(lines)


def shortened(text: str) -> str:
    """The beginning of a mail, cut between words, with a sign where something is missing."""
    lines = text.strip().splitlines()
    kept = "\n".join(lines[:MOST_LINES])
    if len(kept) > LONGEST_EARLIER:
        kept = kept[:LONGEST_EARLIER].rpartition(" ")[0] or kept[:LONGEST_EARLIER]
    return kept if kept == "\n".join(lines) else f"{kept.rstrip()}\n{CUT}"
