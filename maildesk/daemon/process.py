"""The role ``process``: waiting arrivals become letters, decisions, and one transaction each or all together.

Claim → read and decide → reserve numbers, compose → apply. Facts are read and mails composed outside the write
transaction; versions are checked inside it. A group is applied in one transaction; where that meets a conflict or
fails, each arrival is decided and applied alone, so that none takes another with it.

A failure in the handling of one arrival is our bug: it is logged, counts as an attempt and is tried again; the third
time the arrival is set aside, admins are told, and its sender, if readable, gets a ticket "we could not read it".
``Trouble`` counts nothing: the arrivals are given back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from maildesk import log
from maildesk.daemon.composing import Compose
from maildesk.daemon.helping import LooksUp, no_help
from maildesk.daemon.likening import Likening
from maildesk.desk.actions import Decision
from maildesk.desk.arrivals.unreadable import could_not_read, desk_of
from maildesk.desk.deciding import decide
from maildesk.desk.judging.assigning import counting
from maildesk.desk.known.facts import Facts
from maildesk.desk.senders.addresses import Keys
from maildesk.desk.words import Arrival, Fate, Site, Ticket
from maildesk.errors import Trouble
from maildesk.mail.letter import Letter
from maildesk.mail.sender import readable_sender
from maildesk.store import answer_times, arrivals
from maildesk.store.agent_states import known_agents
from maildesk.store.apply import Decided, Source, apply, apply_all
from maildesk.store.database import Database
from maildesk.store.facts import Ground, Question, gather
from maildesk.store.writing_tickets import Conflict

BATCH = 40
"""Arrivals taken at once: enough to share the commits under load, few enough that the first is not kept waiting."""

RETRY_AFTER = timedelta(minutes=1)
IDLE = timedelta(seconds=5)
DECIDE_AGAIN = 5
"""How often a decision is taken anew after conflicts before the arrival is put back for later."""

Read = Callable[[Arrival], Letter]


class Process:
    """One unit of work a step: a batch of arrivals that are due."""

    name = "process"

    def __init__(
        self,
        database: Database,
        site: Site,
        keys: Keys,
        read: Read,
        compose: Compose,
        new_id: Callable[[], str],
        ring: Callable[[str], None],
        looks_up: LooksUp = no_help,
    ) -> None:
        self._database = database
        self._site = site
        self._keys = keys
        self._read = read
        self._compose = compose
        self._new_id = new_id
        self._ring = ring
        self._looks_up = looks_up
        self._histories = answer_times.Histories()
        self._like = Likening()

    def step(self, now: datetime) -> datetime:
        """Handles what is due. Returns when to come back; at once where there may be more. Raises Trouble."""
        claims = arrivals.claim(self._database, BATCH)
        for number in claims.abandoned:
            log.arrival_set_aside(number, "it could not even be set aside together with a ticket")
        for arrival in claims.failed:
            self._set_aside(arrival, now)
        if claims.due:
            self._handle(claims.due, now)
        if claims.due or claims.failed or claims.abandoned:
            self._ring("deliver")
            self._ring("follow-up")  # an agent may have asked for their list
            return now
        due = arrivals.next_due(self._database)
        return min(due, now + IDLE) if due is not None else now + IDLE

    def _handle(self, due: Sequence[Arrival], now: datetime) -> None:
        try:
            for group in one_of_each_sender(due):
                if len(group) == 1 or not self._together(group, now):
                    for arrival in group:
                        self._alone(arrival, now)
        except Trouble:
            with self._database.write(durable=False) as connection:
                arrivals.give_back(connection, [arrival.id for arrival in due], now)
            raise

    def _together(self, due: Sequence[Arrival], now: datetime) -> bool:
        """All in one transaction. False, and nothing written, where any of them meets a conflict or fails."""
        try:
            letters = [self._read(arrival) for arrival in due]
            self._commit(self._decide(list(zip(due, letters, strict=True)), now), now)
        except Trouble:
            raise
        except Exception as error:  # a bug in one of them: each is handled alone, and it is found there
            log.group_split(len(due), error)
            return False
        return True

    def _alone(self, arrival: Arrival, now: datetime) -> None:
        try:
            letter = self._read(arrival)
            for _ in range(DECIDE_AGAIN):
                try:
                    self._commit(self._decide([(arrival, letter)], now), now)
                    return
                except Conflict:
                    continue
            self._put_back(arrival, "its ticket kept moving while it was decided", now)
        except Trouble:
            raise
        except Exception as error:  # a bug in one mail must not stop the mail behind it: counted, put back
            log.arrival_failed(arrival.id, arrival.attempts, error)
            self._put_back(arrival, f"{type(error).__name__}: {error}", now)

    def _put_back(self, arrival: Arrival, reason: str, now: datetime) -> None:
        with self._database.write() as connection:
            arrivals.put_back(connection, arrival.id, reason, now + RETRY_AFTER)

    def _decide(self, mails: Sequence[tuple[Arrival, Letter]], now: datetime) -> list[Decided]:
        with self._database.read() as connection:
            questions = [Question(*mail, 0, self._new_id()) for mail in mails]
            ground = Ground(self._site, self._keys, now, known_agents(connection))
            facts = [self._helped(connection, each) for each in gather(connection, questions, ground)]
        decided = [decide(each) for each in facts]
        opening = [
            each.arrival.id for each, decision in zip(facts, decided, strict=True) if decision.fate is Fate.NEW_TICKET
        ]
        if opening:
            with self._database.write(durable=False) as connection:
                numbers = arrivals.reserve_numbers(connection, opening)
            facts = [replace(each, new_number=numbers.get(each.arrival.id, 0)) for each in facts]
            decided = _decide_opening(facts, decided)
        return [self._composed(each, decision) for each, decision in zip(facts, decided, strict=True)]

    def _helped(self, connection: Connection, facts: Facts) -> Facts:
        """With what is not of this mail's past: how long people wait at its desk, and what may help."""
        history = self._histories.of(connection, facts.desk, facts.now)
        return self._like(connection, replace(facts, history=history, help=self._looks_up(facts)))

    def _composed(self, facts: Facts, decision: Decision) -> Decided:
        composed = tuple(self._compose(mail, facts.now) for mail in decision.mails)
        return Decided(decision, composed, Source(facts.arrival, facts.letter, facts.desk.address))

    def _commit(self, works: Sequence[Decided], now: datetime) -> None:
        with self._database.write() as connection:
            apply_all(connection, now, works)
            answered = [each for work in works for each in work.decision.answered]
            answer_times.note(connection, self._site, answered)
        for work in works:
            if work.source.arrival is not None and work.source.letter is not None:
                log.arrival_decided(work.source.arrival.id, work.source.letter, work.decision)

    def _set_aside(self, arrival: Arrival, now: datetime) -> None:
        """The third attempt failed: kept with its reason, and nobody hangs if we can tell who wrote."""
        with self._database.write(durable=False) as connection:
            number = arrivals.reserve_numbers(connection, [arrival.id])[arrival.id]
            history = self._histories.of(connection, desk_of(arrival, self._site), now)
        sender = readable_sender(arrival.raw)
        decision = could_not_read(arrival, sender, self._site, number, self._new_id(), now, history)
        composed = tuple(self._compose(mail, now) for mail in decision.mails)
        with self._database.write() as connection:
            apply(connection, now, decision, composed, Source())
            opened = next((ticket.number for ticket in decision.tickets), None)
            arrivals.finish(connection, arrival.id, Fate.FAILED, decision.reason, ticket=opened)
        log.arrival_set_aside(arrival.id, decision.reason)


def _decide_opening(facts: Sequence[Facts], before: Sequence[Decision]) -> list[Decision]:
    """Those that open a ticket, decided with its number; each knows whom the ones before it gave theirs to."""
    decided: list[Decision] = []
    given: list[Ticket] = []
    for each, found in zip(facts, before, strict=True):
        decision = decide(counting(each, given)) if each.new_number else found
        given += decision.tickets if each.new_number else ()
        decided.append(decision)
    return decided


def one_of_each_sender(due: Sequence[Arrival]) -> list[list[Arrival]]:
    """Groups in which nobody stands twice, each sender's mails in order: what one means, the next must know."""
    groups: list[list[Arrival]] = []
    times: dict[str, int] = {}
    for arrival in due:
        place = times.get(arrival.sender, 0) if arrival.sender else 0
        if arrival.sender:
            times[arrival.sender] = place + 1
        if place == len(groups):
            groups.append([])
        groups[place].append(arrival)
    return groups
