"""Reading where it can be killed."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from maildesk.mail import safely
from maildesk.mail.letter import Automatic
from maildesk.mail.limits import DEFAULT_LIMITS, Known, Limits
from maildesk.mail.parsing import parse
from tests.unit.mail.samples import SAMPLES, mail

IN_WORKER = Limits(in_process=0, seconds=60)


@pytest.fixture(autouse=True)
def _no_worker_stays() -> Iterator[None]:
    yield
    safely.close()


@pytest.mark.parametrize("name", ["plain", "alternative", "dsn", "empty"])
def test_the_worker_reads_what_parse_reads(name: str) -> None:
    assert safely.read(SAMPLES[name], IN_WORKER) == parse(SAMPLES[name], IN_WORKER)


def test_what_takes_too_long_is_killed_and_shown_as_it_came() -> None:
    letter = safely.read(mail("word " * 100_000), Limits(in_process=0, seconds=0.001))
    assert letter.subject == "Printer"
    assert letter.sender.address == "eva@customer.example"
    assert letter.text.startswith("word word")
    assert "took more than" in letter.problems[0]


def test_after_a_kill_the_next_mail_is_read() -> None:
    safely.read(SAMPLES["plain"], Limits(in_process=0, seconds=0.0001))
    assert safely.read(SAMPLES["plain"], IN_WORKER).problems == ()


def test_our_own_ids_are_asked_in_this_process() -> None:
    asked: list[str] = []

    def ours(message_id: str) -> bool:
        asked.append(message_id)
        return True

    assert safely.read(SAMPLES["plain"], IN_WORKER, Known(own_ids=ours)).automatic == Automatic.OWN
    assert asked == ["one@customer.example"]


def test_ordinary_mail_stays_in_process_and_a_large_text_does_not() -> None:
    assert safely.is_ordinary(SAMPLES["alternative"], DEFAULT_LIMITS)
    assert not safely.is_ordinary(mail("<div>" * 200_000), DEFAULT_LIMITS)


def test_a_large_attachment_alone_makes_no_mail_doubtful() -> None:
    photo = base64.encodebytes(bytes(range(256)) * 8_000).decode()
    assert safely.is_ordinary(mail(f"--b\n\nhi\n--b\nContent-Type: image/png\n\n{photo}\n--b--"), DEFAULT_LIMITS)
