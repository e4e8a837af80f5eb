"""Mails that share a transaction: nobody stands twice in one, and everybody's mails keep their order."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from maildesk.daemon.process import one_of_each_sender
from maildesk.desk.words import Arrival


def arrivals(senders: list[str | None]) -> list[Arrival]:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    return [Arrival(number, "smtp", sender, (), b"", now) for number, sender in enumerate(senders)]


@given(st.lists(st.sampled_from(["a@x", "b@x", "", None])))
def test_every_mail_is_in_one_group_and_no_sender_twice(senders: list[str | None]) -> None:
    groups = one_of_each_sender(arrivals(senders))
    assert sorted(each.id for group in groups for each in group) == list(range(len(senders)))
    for group in groups:
        named = [each.sender for each in group if each.sender]
        assert len(named) == len(set(named))


@given(st.lists(st.sampled_from(["a@x", "b@x"])))
def test_a_senders_mails_keep_their_order(senders: list[str | None]) -> None:
    order = [each for group in one_of_each_sender(arrivals(senders)) for each in group]
    for sender in set(senders):
        ids = [each.id for each in order if each.sender == sender]
        assert ids == sorted(ids)


def test_senders_without_a_name_do_not_wait_for_each_other() -> None:
    assert len(one_of_each_sender(arrivals(["", "", None]))) == 1
