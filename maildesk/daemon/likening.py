"""Solved tickets that are like a new mail, looked up beside its facts: one memory of words for each desk and language.

The memory is filled from the database in small steps, the newest tickets first, so that no mail waits for it: at most
``STEP`` tickets at a time, and no look for new ones within ``EVERY``. It is a hint for people: a node that started a
minute ago knows less, and nothing hangs on it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from maildesk.desk.judging.matching import find_ticket
from maildesk.desk.known.background_facts import OtherTicket
from maildesk.desk.known.facts import Facts
from maildesk.desk.mailing.background import MOST_OTHERS
from maildesk.desk.tickets.filing import language_of
from maildesk.replies.likeness import Likeness
from maildesk.store.solved import asked_in, solved_numbers

EVERY = timedelta(minutes=1)
STEP = 100


@dataclass(slots=True)
class _Memory:
    """What is known of one desk."""

    looked_at: datetime | None = None
    missing: list[int] = field(default_factory=list)
    by_language: dict[str, Likeness] = field(default_factory=dict)
    subjects: dict[int, OtherTicket] = field(default_factory=dict)

    def refresh(self, connection: Connection, desk: str, now: datetime) -> None:
        """Learns which tickets are solved now, and reads the next few that are not known."""
        if self.looked_at is None or not timedelta(0) <= now - self.looked_at < EVERY:
            self.looked_at = now
            solved = solved_numbers(connection, desk)
            for gone in self.subjects.keys() - solved.keys():
                self._forget(gone)
            self.missing = [each for each in solved if each not in self.subjects]
        step, self.missing = self.missing[:STEP], self.missing[STEP:]
        for each in asked_in(connection, step):
            spoken = each.language.partition("-")[0]
            self.by_language.setdefault(spoken, Likeness(spoken)).add(each.number, each.subject, each.text)
            self.subjects[each.number] = OtherTicket(each.number, each.subject, each.state)

    def _forget(self, number: int) -> None:
        del self.subjects[number]
        for each in self.by_language.values():
            each.drop(number)


class Likening:
    """Constructed once, for one thread."""

    def __init__(self) -> None:
        self._desks: dict[str, _Memory] = {}

    def __call__(self, connection: Connection, facts: Facts) -> Facts:
        """The facts with the solved tickets that are like this mail, where it is a person's and opens a ticket."""
        if facts.letter.automatic or facts.arrival.spam or find_ticket(facts).ticket is not None:
            return facts
        if facts.site.agent(facts.author.address) is not None:
            return facts
        memory = self._desks.setdefault(facts.desk.address, _Memory())
        memory.refresh(connection, facts.desk.address, facts.now)
        known = memory.by_language.get(language_of(facts).partition("-")[0])
        if known is None:
            return facts
        theirs = {each.number for each in facts.background.theirs}
        found = known.search(facts.letter.subject, facts.letter.new_text, MOST_OTHERS + len(theirs))
        similar = tuple(memory.subjects[each] for each in found if each not in theirs)[:MOST_OTHERS]
        return replace(facts, background=replace(facts.background, similar=similar))
