"""Memory stays bounded, whatever is sent (aiosmtpd's own size limit is none: 33 MB of CRLFs took 1.2 GB)."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator

import pytest

from maildesk.intake.gate import LARGEST_MAILS_AT_ONCE

from .conftest import Running

Start = Callable[..., Running]
LIMIT = 1_000_000


@pytest.fixture
def peak() -> Iterator[Callable[[], int]]:
    """The most octets that were held at a time since the start of the test."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


@pytest.mark.parametrize("unit", [b"a" * 50, b"\r\n" * 25, b"\n" * 50, b"\r" * 50, b".\n" * 25])
@pytest.mark.parametrize("protocol", ["smtp", "lmtp"])
def test_a_mail_without_end_costs_a_few_times_the_limit(
    receive: Start, peak: Callable[[], int], unit: bytes, protocol: str
) -> None:
    running = receive(size_limit=LIMIT)
    client = running.smtp() if protocol == "smtp" else running.lmtp()
    client.envelope()
    assert client.say("DATA").startswith("354")
    for _ in range(200):
        client.send(unit * 1000)  # 10 MB in all
    client.send(b"\r\n.\r\n")
    assert client.reply()[:3] == ("552" if protocol == "smtp" else "250")
    assert peak() < 6 * LIMIT


def test_a_command_without_end_costs_nothing(receive: Start, peak: Callable[[], int]) -> None:
    client = receive().smtp()
    for _ in range(100):
        client.send(b"a" * 100_000)
    client.send(b"\r\n")
    assert client.reply().startswith("500")
    assert client.say("NOOP").startswith("250")
    assert peak() < 3 * LIMIT  # of ten that were sent


def test_many_large_mails_at_once_are_put_off_not_refused(receive: Start) -> None:
    running = receive(size_limit=LIMIT)
    clients = [running.smtp() for _ in range(LARGEST_MAILS_AT_ONCE + 2)]
    large = b"a" * 900_000 + b"\r\n"
    for client in clients:
        client.envelope()
        client.say("DATA")
        client.send(large)
    replies = []
    for client in clients:
        client.send(b".\r\n")
        replies.append(client.reply()[:3])
    assert set(replies) <= {"250", "452"}
    assert replies.count("250") >= LARGEST_MAILS_AT_ONCE
    again = clients[-1]
    again.envelope()
    assert again.data(large).startswith("250")  # what was held was given back
