"""What only some commands of an agent's mail need to know, read when such a command stands in it.

The mail is parsed here as the decision will parse it; a mail with a mistake needs nothing, because nothing is done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy import Connection

from maildesk.desk.commands import Command, Mistake, parse_commands
from maildesk.desk.facts import NOTHING_ASKED, Asked, Facts
from maildesk.desk.matching import find_ticket
from maildesk.desk.moving import desks_named
from maildesk.desk.own_words import own_words
from maildesk.store.loads import load_of

_SIGNS = "#＃﹟"


def asked_of(connection: Connection, facts: Facts) -> Asked:
    """The facts for the commands of this mail; ``NOTHING_ASKED`` for a customer's, and for most of an agent's."""
    if facts.site.agent(facts.author.address) is None:
        return NOTHING_ASKED
    if not any(sign in facts.letter.text or sign in facts.letter.new_text for sign in _SIGNS):
        return NOTHING_ASKED
    found = parse_commands(own_words(facts.letter, facts.customers_texts), facts.now, facts.desk.service)
    asked = NOTHING_ASKED
    for command in () if isinstance(found, Mistake) else found.items:
        if command.name in _READERS:
            asked = _READERS[command.name](connection, facts, command, asked)
    return asked


def _move(connection: Connection, facts: Facts, command: Command, asked: Asked) -> Asked:
    """What bears on who gets the ticket at the other desk."""
    desks = desks_named(facts.site, command.words)
    ticket = find_ticket(facts).ticket
    if len(desks) != 1 or ticket is None:
        return asked
    return replace(asked, load=load_of(connection, facts.site, desks[0], ticket.requester))


Reader = Callable[[Connection, Facts, Command, Asked], Asked]
_READERS: Mapping[str, Reader] = {"move": _move}
