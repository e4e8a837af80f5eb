"""The pipe: who wrote, for whom, and that nothing is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO

import pytest

from maildesk.intake.incoming import Incoming
from maildesk.intake.pipe import read_mail

from .conftest import NOW

HEAD = b"Return-Path: <path@example.net>\nDelivered-To: delivered@example.com\nX-Original-To: original@example.com\n"
MAIL = b"From: carla@example.net\nTo: Desk <to@example.com>, two@example.com\nCc: cc@example.com\n\nText.\n"


def _read(
    raw: bytes,
    sender: str | None = None,
    recipients: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    limit: int = 100_000,
) -> Incoming:
    given = environment or {}
    return read_mail(
        BytesIO(raw),
        sender=sender,
        recipients=recipients,
        environment=given,
        now=NOW,
        size_limit=limit,
        authserv_id="mx",
    )


def test_arguments_are_the_envelope_and_the_bytes_stay_as_they_are() -> None:
    mail = _read(HEAD + MAIL, "carla@example.net", ["support@example.com", "help@example.com"], {"SENDER": "other@x"})
    assert (mail.intake, mail.sender) == ("pipe", "carla@example.net")
    assert mail.recipients == ("support@example.com", "help@example.com")
    assert (mail.raw, mail.arrived_at, mail.authserv_id) == (HEAD + MAIL, NOW, "mx")


@pytest.mark.parametrize(
    ("raw", "environment", "recipients"),
    [
        (HEAD + MAIL, {"ORIGINAL_RECIPIENT": "env@example.com"}, ("env@example.com",)),
        (HEAD + MAIL, {}, ("delivered@example.com",)),
        (HEAD.split(b"\n", 2)[2] + MAIL, {}, ("original@example.com",)),
        (MAIL, {}, ("to@example.com", "two@example.com")),
        (b"Cc: cc@example.com\n\n", {}, ("cc@example.com",)),
        (b"Subject: nobody\n\n", {}, ()),
    ],
)
def test_without_arguments_recipients_are_found(
    raw: bytes, environment: Mapping[str, str], recipients: tuple[str, ...]
) -> None:
    assert _read(raw, environment=environment).recipients == recipients


@pytest.mark.parametrize(
    ("raw", "environment", "sender"),
    [
        (HEAD + MAIL, {"SENDER": "env@example.net"}, "env@example.net"),
        (HEAD + MAIL, {"SENDER": "MAILER-DAEMON"}, ""),
        (b"From mbox@example.net Mon Nov 23 10:00:00 2026\n" + HEAD + MAIL, {}, "mbox@example.net"),
        (HEAD + MAIL, {}, "path@example.net"),
        (b"Return-Path: <>\n" + MAIL, {}, ""),
        (MAIL, {}, None),
    ],
)
def test_without_an_argument_the_sender_is_found_or_unknown(
    raw: bytes, environment: Mapping[str, str], sender: str | None
) -> None:
    assert _read(raw, environment=environment).sender == sender


@pytest.mark.parametrize("null", ["", "<>", "MAILER-DAEMON", "mailer-daemon"])
def test_the_null_sender_has_many_spellings(null: str) -> None:
    assert _read(MAIL, null).sender == ""


def test_an_mbox_line_is_envelope_and_not_mail() -> None:
    assert _read(b"From carla@example.net Mon Nov 23 10:00:00 2026\r\n" + MAIL).raw == MAIL


def test_a_mail_over_the_limit_is_cut_and_the_rest_named() -> None:
    raw = MAIL + b"x" * 200_000 + b'\nContent-Disposition: attachment; filename="late.pdf"\n'
    mail = _read(raw)
    assert mail.raw == raw[:100_000]
    assert mail.left_out.endswith("the rest was left out. Missing: late.pdf.")


@pytest.mark.parametrize("raw", [b"", b"\0\xff\xfe" * 100, b"From \n", b":\n\n", b"Return-Path: <<>\n\n"])
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    assert _read(raw).intake == "pipe"
