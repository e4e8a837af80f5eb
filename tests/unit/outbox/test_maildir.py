"""Mail into a Maildir, for a first look without a mail server."""

import mailbox
from pathlib import Path

from maildesk.outbox.answers import Verdict
from maildesk.outbox.maildir import Maildir, unique_name
from maildesk.outbox.transport import Parcel

RAW = b"Subject: Hello\r\nTo: Anna <anna@example.com>\r\n\r\nText\r\n"
PARCEL = Parcel("support+b@example.com", "anna@example.com", "m@example.com", RAW)


def test_a_mail_lands_whole_in_new_with_its_envelope_in_front(tmp_path: Path) -> None:
    answer = Maildir(tmp_path / "out").send(PARCEL, lambda: True)
    (mail,) = mailbox.Maildir(tmp_path / "out", create=False)
    assert answer.verdict is Verdict.TAKEN
    assert mail["Return-Path"] == "<support+b@example.com>"
    assert mail["X-Envelope-To"] == mail["Delivered-To"] == "anna@example.com"
    assert mail["Subject"] == "Hello"
    assert mail.get_payload() == "Text\n"
    assert not list((tmp_path / "out/tmp").iterdir())


def test_names_never_repeat() -> None:
    assert len({unique_name() for _ in range(1000)}) == 1000


def test_a_folder_that_cannot_be_written_is_trouble_with_every_mail_and_loses_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    answer = Maildir(tmp_path / "file" / "out").send(PARCEL, lambda: True)
    assert answer.verdict is Verdict.DOWN
    assert "Cannot write to the Maildir" in answer.response


def test_a_mail_whose_time_has_passed_is_not_written(tmp_path: Path) -> None:
    assert Maildir(tmp_path / "out").send(PARCEL, lambda: False).verdict is Verdict.STALE
    assert not (tmp_path / "out").exists()


def test_an_address_with_a_line_end_never_becomes_a_header(tmp_path: Path) -> None:
    parcel = Parcel("", "a\r\nX: y@example.com", "m", RAW)
    assert Maildir(tmp_path / "out").send(parcel, lambda: True).verdict is Verdict.REFUSED
