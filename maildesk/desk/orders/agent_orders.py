"""Commands about the agent who writes, and not about a ticket: #away, #back, #digest, #list, and what they ask to see.

They work in a reply to any notification, beside other commands, and in a mail of nothing else to any signed address of
the agent's, also one that belongs to no ticket. Each is confirmed in one line.
"""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk.actions import AgentChange, Decision
from maildesk.desk.answers.own_words import words_of
from maildesk.desk.commands.commands import Command, Commands, Mistake, parse_commands
from maildesk.desk.known.facts import Facts
from maildesk.desk.mailing import notices
from maildesk.desk.orders import away
from maildesk.desk.orders.asked_answers import ASKING, answered
from maildesk.desk.words import Agent, Fate

ABOUT_THEMSELVES = frozenset({"away", "back", "digest", "list"}) | ASKING
OFF = "off"


def own_change(facts: Facts, agent: Agent, commands: tuple[Command, ...]) -> tuple[AgentChange, tuple[str, ...]]:
    """What these commands make of the agent, and the lines of the receipt."""
    change, done = _presence(facts, agent, commands)
    for command in commands:
        if command.name == "digest":
            change, said = _lists(facts, agent, command, change)
            done = (*done, *said)
        if command.name == "list":  # the follow-up role sends it, from the tickets as this mail leaves them
            change = replace(change, list_asked_at=facts.now, next_mail_at=facts.now)
    return change, done


def _lists(facts: Facts, agent: Agent, command: Command, change: AgentChange) -> tuple[AgentChange, tuple[str, ...]]:
    """When reminders and the list come: at times of their own, never, or as they do for who says nothing ("on")."""
    before = notices.known(facts, agent).digest_times
    times = " ".join(f"{each:%H:%M}" for each in command.times)
    chosen = times or ("" if command.verb else OFF)
    said = f"digest:{times.replace(' ', ', ')}" if times else "digest-on" if command.verb else "digest-off"
    undo = (f"undo:#digest {before or 'on'}",) if before != chosen else ()
    return replace(change, digest_times=chosen, next_mail_at=facts.now), (said, *undo)


def _presence(facts: Facts, agent: Agent, commands: tuple[Command, ...]) -> tuple[AgentChange, tuple[str, ...]]:
    """Away or back, as they say; without a word of it they are here, because they write."""
    for command in commands:
        if command.name == "away":
            until = command.when or facts.now + away.UNTIL_THEY_WRITE
            change = replace(away.leaves(facts, agent, until, "#away"), wrote_at=facts.now)
            return change, (f"away:{until.isoformat()}" if command.when else "away-until-written",)
        if command.name == "back":
            return away.returns(facts, agent), ("back",)
    return away.returns(facts, agent), ()


def decide_own_orders(facts: Facts, agent: Agent, reason: str) -> Decision | Mistake | None:
    """The meaning of a mail that holds nothing but such commands, whatever it answers; None where it is another mail.

    A ``Mistake`` where its commands cannot be read.
    """
    found = parse_commands(words_of(facts).text, facts.now, facts.desk.service)
    if isinstance(found, Mistake):
        return found
    if not _is_only_about_them(found):
        return None
    shown = answered(facts, agent, found.items)
    if isinstance(shown, Mistake):
        given_back = notices.returned(facts, agent, None, shown.what, shown.line, shown.suggestion)
        return Decision(Fate.RETURNED, f"{reason}; {shown.what}", mails=(given_back,))
    change, done = own_change(facts, agent, found.items)
    mails = (notices.receipt(facts, agent, None, done),) if done else ()  # a list that was asked for is answer enough
    mails = (*mails, *away.nobody_left(facts, change)) if change.away_since else mails
    about = f"{reason}; a mail about the agent alone"
    return Decision(Fate.COMMAND, about, mails=(*shown, *mails), agents=(change,))


def _is_only_about_them(found: Commands) -> bool:
    only = bool(found.items) and {each.name for each in found.items} <= ABOUT_THEMSELVES
    return only and not found.text_without.strip()
