"""Waiting arrivals share one durable commit.

A disk can sync some hundred times a second, and a mail may be called taken only after a sync; so whoever comes while a
commit is under way waits for the next one, and all who wait go into it together. Alone, a mail waits for nobody.

Guarantees: ``accept`` returns only after the transaction that holds the mail is on disk. A mail that spoils the shared
commit spoils it for itself alone: the others are committed one by one. When the database is in trouble, everybody gets
``Trouble`` after at most ``TROUBLES`` further tries: with a locked database each takes seconds, and clients wait.

Used from one event loop; the commit runs in one thread of its own.
"""

from __future__ import annotations

import asyncio
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from maildesk import log
from maildesk.errors import Trouble
from maildesk.intake.incoming import Incoming

Commit = Callable[[Sequence[Incoming]], object]
"""Makes all of these durable, or raises and has made none so."""

MOST_MAILS = 250
MOST_OCTETS = 64_000_000  # one transaction must fit into memory and into a few seconds of writing
TROUBLES = 2  # in a row, when committing one by one: then it is the database, not a mail


class GroupCommit:
    """The one door through which mail from the network becomes durable."""

    def __init__(self, commit: Commit) -> None:
        self._commit = commit
        self._waiting: deque[tuple[Incoming, asyncio.Future[None]]] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="commit")
        self._task: asyncio.Task[None] | None = None

    async def accept(self, incoming: Incoming) -> None:
        """Returns when the mail is durable. Raises Trouble when it could not be made so: it was not taken."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._waiting.append((incoming, done))
        if self._task is None:
            self._task = loop.create_task(self._work())
        await done

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                batch = self._next_batch()
                fates = await loop.run_in_executor(self._thread, self._write, [mail for mail, _ in batch])
                for (_, done), fate in zip(batch, fates, strict=True):
                    _tell(done, fate)
        finally:
            self._task = None

    def _next_batch(self) -> list[tuple[Incoming, asyncio.Future[None]]]:
        batch, octets = [self._waiting.popleft()], 0
        while self._waiting and len(batch) < MOST_MAILS:
            octets += len(batch[-1][0].raw)
            if octets + len(self._waiting[0][0].raw) > MOST_OCTETS:
                break
            batch.append(self._waiting.popleft())
        return batch

    def _write(self, batch: list[Incoming]) -> list[Exception | None]:
        """What became of each: None where it is durable. Runs in the thread."""
        failure = self._try(batch)
        if failure is None or len(batch) == 1:
            return [failure] * len(batch)
        return self._one_by_one(batch)

    def _one_by_one(self, batch: list[Incoming]) -> list[Exception | None]:
        fates: list[Exception | None] = []
        for mail in batch:
            recent = fates[-TROUBLES:]
            hopeless = len(recent) == TROUBLES and all(isinstance(fate, Trouble) for fate in recent)
            fates.append(recent[-1] if hopeless else self._try([mail]))
        return fates

    def _try(self, batch: list[Incoming]) -> Exception | None:
        try:
            self._commit(batch)
        except Trouble as trouble:
            log.arrival_deferred(batch[0].intake, str(trouble))
            return trouble
        except Exception as error:  # a bug must cost one mail one delay, and not the others anything
            log.role_bug("receive", error, traceback.format_exc(), 0.0)
            return error
        return None

    async def close(self) -> None:
        """Waits for the commit under way."""
        if self._task is not None:
            await self._task
        self._thread.shutdown()


def _tell(done: asyncio.Future[None], fate: Exception | None) -> None:
    if done.done():  # its client hung up; the mail is taken or not all the same
        return
    if fate is None:
        done.set_result(None)
    else:
        done.set_exception(fate)
