"""Waiting arrivals share a commit; one that spoils it spoils it for itself alone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from maildesk.daemon.group_commit import GroupCommit
from maildesk.errors import Trouble
from maildesk.intake.incoming import Incoming

from .conftest import NOW, Store


def _mail(name: str, size: int = 1) -> Incoming:
    return Incoming("smtp", name, ("support@example.com",), b"x" * size, NOW)


async def _all(group: GroupCommit, mails: Sequence[Incoming]) -> list[BaseException | None]:
    return await asyncio.gather(*map(group.accept, mails), return_exceptions=True)


def _run(store: Store, mails: Sequence[Incoming]) -> list[BaseException | None]:
    async def run() -> list[BaseException | None]:
        group = GroupCommit(store)
        try:
            return await _all(group, mails)
        finally:
            await group.close()

    return asyncio.run(run())


def test_who_comes_during_a_commit_shares_the_next() -> None:
    store, begun, go_on = Store(), threading.Event(), threading.Event()

    def hold_the_first(batch: Sequence[Incoming]) -> None:
        if not begun.is_set():
            begun.set()
            assert go_on.wait(60)

    store.before = hold_the_first

    async def run() -> None:
        group = GroupCommit(store)
        first = asyncio.ensure_future(group.accept(_mail("first")))
        await asyncio.to_thread(begun.wait, 60)
        others = [asyncio.ensure_future(group.accept(_mail(str(number)))) for number in range(5)]
        await asyncio.sleep(0)
        assert not any(task.done() for task in (first, *others))  # nobody is told before the commit
        go_on.set()
        await asyncio.gather(first, *others)
        await group.close()

    asyncio.run(run())
    assert [len(commit) for commit in store.commits] == [1, 5]


def test_a_mail_that_spoils_the_commit_spoils_it_for_itself_alone() -> None:
    store = Store()

    def poison(batch: Sequence[Incoming]) -> None:
        if any(mail.sender == "poison" for mail in batch):
            raise ValueError("cannot be stored")

    store.before = poison
    outcomes = _run(store, [_mail("a"), _mail("poison"), _mail("b"), _mail("c")])
    assert [type(outcome) for outcome in outcomes] == [type(None), ValueError, type(None), type(None)]
    assert sorted(str(mail.sender) for mail in store.mails) == ["a", "b", "c"]


def test_a_database_in_trouble_is_not_asked_for_every_mail() -> None:
    store, asked = Store(), []

    def locked(batch: Sequence[Incoming]) -> None:
        asked.append(len(batch))
        raise Trouble("locked")

    store.before = locked
    outcomes = _run(store, [_mail(str(number)) for number in range(20)])
    assert all(isinstance(outcome, Trouble) for outcome in outcomes)
    assert len(asked) <= 4


def test_commits_are_bounded_in_octets() -> None:
    store = Store()
    assert _run(store, [_mail(str(number), 30_000_000) for number in range(5)]) == [None] * 5
    assert max(sum(len(mail.raw) for mail in commit) for commit in store.commits) <= 64_000_000


@pytest.mark.parametrize("outcome", [None, Trouble("full")])
def test_a_client_that_hung_up_disturbs_nobody(outcome: Trouble | None) -> None:
    store, begun, go_on = Store(), threading.Event(), threading.Event()

    def wait(batch: Sequence[Incoming]) -> None:
        begun.set()
        assert go_on.wait(60)
        if outcome is not None:
            raise outcome

    store.before = wait

    async def run() -> None:
        group = GroupCommit(store)
        gone = asyncio.ensure_future(group.accept(_mail("gone")))
        await asyncio.to_thread(begun.wait, 60)
        gone.cancel()
        go_on.set()
        await asyncio.wait([gone])
        await group.close()

    asyncio.run(run())
    assert len(store.commits) == (outcome is None)
