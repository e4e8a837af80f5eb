"""Arrivals read as letters, with what the desk knows beforehand: our own ids, and texts of ours that may come back."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from maildesk.desk.words import Arrival
from maildesk.mail.letter import Letter
from maildesk.mail.limits import Known, Limits
from maildesk.mail.safely import read
from maildesk.store.database import Database
from maildesk.store.known_mail import is_ours


class Reader:
    """Constructed once; ``read`` is called for every arrival, outside of any transaction.

    ``languages`` is asked with the first mail: to know them all templates are loaded, and a desk listens before that.
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
        """What we understand of an arrival. Raises Trouble."""
        return read(
            arrival.raw, self._limits, self._known, null_sender=None if arrival.sender is None else arrival.sender == ""
        )

    def _is_ours(self, message_id: str) -> bool:
        domain = message_id.rpartition("@")[2].lower()
        return domain in self._domains and is_ours(self._database, message_id)
