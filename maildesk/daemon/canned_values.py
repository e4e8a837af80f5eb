"""The canned answers that an agent may name, each filled with the values of the ticket and of the mail at hand.

Decisions read no files and word no values, so all of them are filled beforehand, only where a mail says ``#canned``.
What the mail's own commands say counts: the time of ``#promise``, until when ``#pause`` lets it rest, the language of
``#language``. Each answer is taken in the ticket's language; where that has none of the name, in the desk's, else in
English.

What can go wrong: an answer that fails while it is filled is left out, and its file is named by ``templates check``.
"""

from __future__ import annotations

from collections.abc import Iterator

from maildesk.desk.actions import Value
from maildesk.desk.answers.own_words import words_of
from maildesk.desk.commands.commands import Commands, parse_commands
from maildesk.desk.judging.matching import find_ticket
from maildesk.desk.known.facts import CannedAnswer, Facts
from maildesk.desk.mailing.mails import ticket_values
from maildesk.desk.words import Agent, Desk, Ticket
from maildesk.replies.canned import filled
from maildesk.replies.plain_language import Words
from maildesk.replies.sandbox import TemplateFault
from maildesk.replies.templates import DEFAULT_LANGUAGE, Templates
from maildesk.replies.wording import Reader, zone_named


def canned_answers(facts: Facts, templates: Templates) -> tuple[CannedAnswer, ...]:
    """All of them, for the agent who wrote this mail; () where it belongs to no ticket, or its commands are wrong."""
    ticket, agent = find_ticket(facts).ticket, facts.site.agent(facts.author.address)
    said = parse_commands(words_of(facts).text, facts.now, facts.desk.service)
    if ticket is None or agent is None or not isinstance(said, Commands):
        return ()
    return tuple(_filled(facts, templates, said, ticket, agent))


def _filled(facts: Facts, templates: Templates, said: Commands, ticket: Ticket, agent: Agent) -> Iterator[CannedAnswer]:
    desk = facts.site.desk(ticket.desk) or facts.desk
    chosen = said.find("language")
    language = chosen.language if chosen else ticket.language
    wanted = [language, language.partition("-")[0], desk.language, DEFAULT_LANGUAGE]
    values = _values(facts, said, ticket, agent)
    for spoken, each in templates.canned.first((templates.spoken(one, desk.formal) for one in wanted), desk.address):
        reader = _reader(facts, _words(templates, spoken, desk), desk, ticket)
        try:
            text, lacking = filled(each.canned, values, reader)
        except TemplateFault:
            continue
        plain = spoken.partition("/")[0]
        other = plain if plain.partition("-")[0] != language.partition("-")[0] else ""
        yield CannedAnswer(each.name, each.title, text, lacking, other)


def _values(facts: Facts, said: Commands, ticket: Ticket, agent: Agent) -> dict[str, Value]:
    """What the mail itself will tell: no time that a mail before it told, no name of another customer."""
    promise, pause = said.find("promise"), said.find("pause")
    until = pause.when if pause else None
    if until is not None and not facts.desk.service.is_open(until):
        until = facts.desk.service.next_opening(until)
    values: dict[str, Value] = {**ticket_values(ticket), "agent_name": agent.signs or agent.name}
    values |= {"promise": promise.when if promise else None, "until": until, "reason": pause.words if pause else ""}
    return values | ({"customer_name": ""} if said.find("requester") else {})


def _words(templates: Templates, spoken: str, desk: Desk) -> Words:
    """A language may have canned answers and no words of its own."""
    try:
        return templates.words(spoken, desk.address)
    except LookupError:
        return templates.words(DEFAULT_LANGUAGE, desk.address)


def _reader(facts: Facts, words: Words, desk: Desk, ticket: Ticket) -> Reader:
    constants = {"desk_name": desk.name, "desk_address": desk.address, "formal": desk.formal}
    return Reader(
        words, facts.now, zone_named(desk.time_zone), ticket.customer_offset, customer=True, constants=constants
    )
