"""LMTP: one reply for each recipient, and no mail refused for its size."""

from __future__ import annotations

import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from maildesk.errors import Trouble

from .conftest import Running

Start = Callable[..., Running]


def test_each_recipient_gets_a_reply_of_its_own(receive: Start) -> None:
    running = receive()
    client = running.lmtp()
    client.say("MAIL FROM:<carla@example.net>", "RCPT TO:<support@example.com>")
    assert client.say("RCPT TO:<stranger@example.com>").startswith("550 5.1.1")
    client.say("RCPT TO:<help@example.com>")
    assert client.data(b"Subject: x\r\n\r\n").startswith("250")
    assert client.reply().startswith("250")
    assert running.store.mail.recipients == ("support@example.com", "help@example.com")
    assert running.store.mail.intake == "lmtp"
    assert client.say("NOOP").startswith("250")


def test_trouble_is_told_to_each_recipient(receive: Start) -> None:
    running = receive()

    def full(batch: object) -> None:
        raise Trouble("The disk is full.")

    running.store.before = full
    client = running.lmtp()
    client.envelope("support@example.com", "help@example.com")
    assert client.data(b"Subject: x\r\n\r\n").startswith("451")
    assert client.reply().startswith("451")
    assert client.say("NOOP").startswith("250")


def test_only_lhlo_opens_the_conversation(receive: Start) -> None:
    running = receive()
    client = running.lmtp(hello="")
    assert client.say("EHLO x").startswith("500")
    assert client.say("HELO x").startswith("500")
    answer = client.say("LHLO x").splitlines()
    assert {"250-PIPELINING", "250 ENHANCEDSTATUSCODES"} <= set(answer)
    assert not [line for line in answer if "SIZE" in line]


def test_a_mail_over_the_limit_is_taken_cut_and_the_rest_named(receive: Start) -> None:
    running = receive(size_limit=1_000)
    client = running.lmtp()
    assert client.say("MAIL FROM:<carla@example.net> SIZE=300000").startswith("250")
    client.say("RCPT TO:<support@example.com>")
    text = b"Subject: x\r\n\r\nThe text.\r\n"
    part = b'--b\r\nContent-Disposition: attachment; filename="%s"\r\n\r\n%s\r\n'
    content = text + part % (b"torn.pdf", b"a" * 200_000) + part % (b"gone.zip", b"b" * 100_000)
    assert client.data(content).startswith("250")
    mail = running.store.mail
    assert mail.raw == content[:1_000]
    assert mail.left_out == (
        "This mail has 300 KB, more than the 1 KB that the desk takes; the rest was left out. "
        "Incomplete: torn.pdf. Missing: gone.zip."
    )


def test_the_socket_is_for_user_and_group_alone(receive: Start, tmp_path: Path) -> None:
    receive()
    assert stat.S_IMODE((tmp_path / "lmtp").stat().st_mode) == 0o660


def test_the_socket_of_a_killed_process_is_replaced(receive: Start, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "lmtp"))
    assert receive().lmtp().say("NOOP").startswith("250")


def test_a_socket_that_somebody_answers_on_is_left_alone(receive: Start) -> None:
    first = receive()
    with pytest.raises(Trouble, match="another program answers on it"):
        receive(listen=())
    assert first.lmtp().say("NOOP").startswith("250")


def test_a_file_in_the_sockets_place_is_left_alone(receive: Start, tmp_path: Path) -> None:
    (tmp_path / "lmtp").write_text("precious")
    with pytest.raises(Trouble, match="a file is there"):
        receive()
    assert (tmp_path / "lmtp").read_text() == "precious"


def test_a_folder_that_is_missing_is_one_clear_sentence(receive: Start, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="Its folder must exist"):
        receive(lmtp=str(tmp_path / "nowhere" / "lmtp"))
