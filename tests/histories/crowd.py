"""Everybody around a desk: who does what next, and the mails that it makes.

Nobody here is clever: customers ask, thank, insist and fall silent; agents answer, promise, pause, close, recall,
mistype and forget; somebody else has the mail; machines answer by themselves.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from random import Random

from maildesk.daemon.stage import VirtualClock
from tests.histories import people
from tests.histories.people import Customer, Got, Post
from tests.histories.places import NAMES, Place


class Crowd:
    """``got`` holds every mail that anybody has, in order, with its octets."""

    def __init__(self, number: int, chance: Random, place: Place, clock: VirtualClock) -> None:
        self._chance = chance
        self._place = place
        self._clock = clock
        self._mails = itertools.count(1)
        self.got: list[tuple[Got, bytes]] = []
        self.customers = _customers(number, chance)
        self.zeal = {each: chance.choice((0.1, 0.4, 1.0)) for each in place.agents}

    def asks(self) -> Iterator[Post]:
        """A new matter."""
        who, number, to = self._chance.choice(self.customers), next(self._mails), self._chance.choice(self._place.desks)
        text = self._chance.choice(people.ASKS)
        raw = people.written(who, text, number, self._clock.now, to, subject=f"Question {number}")
        yield Post(who.address, to, raw, "a question", "customer")

    def customer_writes(self) -> Iterator[Post]:
        """On a mail that they have: more, thanks, a word for the desk, a rating."""
        yield from self._on_theirs(self._chance.choice(self.customers), self._chance.choice(people.CUSTOMER_SAYS))

    def flood(self) -> Iterator[Post]:
        """Ten mails in five minutes."""
        who = self._chance.choice(self.customers)
        for _ in range(10):
            yield from self._on_theirs(who, "It is me again, please answer.")

    def other_address(self) -> Iterator[Post]:
        """A customer answers from home, or somebody else has the mail."""
        mine = self._answerable(self.customers[0].address)
        if mine:
            who = Customer("maria@home.example", "Maria", proven=self._chance.random() < 0.5)
            yield self._answer_of(who, self._chance.choice(people.CUSTOMER_SAYS), self._chance.choice(mine)[0])

    def agent_writes(self) -> Iterator[Post]:
        """An agent who feels like it answers one of the newest notifications."""
        agent = self._chance.choice(self._place.agents)
        mine = [each for each in self._answerable(agent) if each[0].template != "agent/receipt"]
        if mine and self._chance.random() < self.zeal[agent]:
            back = self._chance.choice((0, 0, 0, 1, 2, 5)) % len(mine)
            yield self._agents(*mine[-1 - back], people.agent_text(self._chance))

    def tidies_up(self, tickets: Sequence[int]) -> Iterator[Post]:
        """A day on which everything that is open is answered."""
        for number in tickets:
            mine = [each for each in self.got if each[0].ticket == number and each[0].recipient in self.zeal]
            if mine:
                yield self._agents(*mine[-1], self._chance.choice(("It is done.\n\n#close", "It is done.", "#close")))

    def is_away(self) -> Iterator[Post]:
        """Somebody's mail server says that they are away."""
        mine = [each for each in self.got if each[0].reply_to]
        if mine:
            answered = self._chance.choice(mine[-6:])[0]
            number = next(self._mails)
            raw = people.out_of_office(self._chance, answered.recipient, number, self._clock.now, answered)
            yield Post("", answered.reply_to, raw, "away", "robot")

    def bounces(self) -> Iterator[Post]:
        """A mail that the relay took comes back."""
        if self.got:
            got = self._chance.choice(self.got[-6:])[0]
            raw = people.bounce(got, next(self._mails), self._clock.now)
            yield Post("", got.sender, raw, f"bounce of {got.recipient}", "bounce")

    def twice(self) -> Iterable[Post]:
        """One mail by two ways."""
        who, number, to = self.customers[0], next(self._mails), self._place.desks[0]
        raw = people.written(who, "Twice", number, self._clock.now, to, subject=f"Twice {number}")
        return [Post(who.address, to, raw, "twice", "customer")] * 2

    def _answerable(self, address: str) -> list[tuple[Got, bytes]]:
        return [each for each in self.got if each[0].recipient == address and each[0].reply_to and each[0].ticket]

    def _on_theirs(self, who: Customer, text: str) -> Iterator[Post]:
        mine = self._answerable(who.address)
        if mine:
            yield self._answer_of(who, text, mine[-1 - self._chance.choice((0, 0, 0, 1, 3)) % len(mine)][0])

    def _answer_of(self, who: Customer, text: str, answered: Got) -> Post:
        raw = people.written(who, text, next(self._mails), self._clock.now, answered.reply_to, answered)
        return Post(who.address, answered.reply_to, raw, text, "customer")

    def _agents(self, answered: Got, their_mail: bytes, text: str) -> Post:
        agent = answered.recipient
        quote = people.text_of(their_mail) if self._chance.random() < 0.3 else ""
        name = NAMES[self._place.agents.index(agent)]
        raw = people.agents_mail(agent, name, text, next(self._mails), self._clock.now, answered, quote)
        return Post(agent, answered.reply_to, raw, text, "agent")


def _customers(number: int, chance: Random) -> list[Customer]:
    """Most prove who they are; one does not, one is a program."""
    found = [Customer("maria@customer.example", "Maria Muster", offset=chance.choice((0, 0, -5, 2, 9)))]
    if chance.random() < 0.6:
        found.append(Customer("paul@other.example", "Paul"))
    if chance.random() < 0.4:
        found.append(Customer("eve@stranger.example", "Eve", proven=False, marker=f"zq{number}x"))
    if chance.random() < 0.3:
        found.append(Customer("alerts@machine.example", "Monitor", robot=True))
    return found
