"""Arrivals read as letters, with what the desk knows beforehand: our own ids, and texts of ours that may come back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

from maildesk.desk.words import Arrival
from maildesk.mail.letter import Letter
from maildesk.mail.limits import Known, Limits
from maildesk.mail.safely import read
from maildesk.store.database import Database
from maildesk.store.known_mail import is_ours, texts_of_threads

MOST_IDS = 10
SHORTEST_QUOTE = 3
"""Lines below which an unmarked quote is not looked for; ``mail.recognise`` asks for as many in one piece."""


class Reader:
    """Constructed once; ``read`` is called for every arrival, outside of any transaction.

    ``languages`` is asked with the first mail: an admin's own templates are loaded for it, and a desk listens before.
    ``domains`` are those of our Message-IDs; an id of any other domain cannot be ours, and nothing is asked.
    """

    def __init__(
        self,
        database: Database,
        limits: Limits,
        languages: Callable[[], tuple[str, ...]],
        domains: frozenset[str],
    ) -> None:
        self._database = database
        self._limits = limits
        self._languages = languages
        self._domains = domains

    @cached_property
    def _known(self) -> Known:
        return Known(own_ids=self._is_ours, languages=self._languages())

    def read(self, arrival: Arrival) -> Letter:
        """What we understand of an arrival. Raises Trouble.

        A reply in which no quote was found may hold one that its client did not mark: it is read again with what was
        said in its thread.
        """
        letter = self._read(arrival, self._known)
        said = self._said_before(letter)
        return self._read(arrival, replace(self._known, texts=said)) if said else letter

    def _read(self, arrival: Arrival, known: Known) -> Letter:
        null_sender = None if arrival.sender is None else arrival.sender == ""
        return read(arrival.raw, self._limits, known, null_sender=null_sender)

    def _said_before(self, letter: Letter) -> tuple[str, ...]:
        ids = (*letter.in_reply_to, *letter.references[-MOST_IDS:])
        own = "\n".join(filter(None, (letter.new_text, letter.signature)))
        if not ids or len(own) < len(letter.text.strip()) or letter.text.count("\n") < SHORTEST_QUOTE:
            return ()
        return texts_of_threads(self._database, ids)

    def _is_ours(self, message_id: str) -> bool:
        domain = message_id.rpartition("@")[2].lower()
        return domain in self._domains and is_ours(self._database, message_id)
