"""The SMTP conversation: what is taken, what is refused, and what is said when."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from maildesk.errors import Trouble

from .conftest import NOW, Running

Start = Callable[..., Running]
MAIL = b"From: Carla <carla@example.net>\r\nTo: support@example.com\r\nSubject: Help\r\n\r\nIt is broken.\r\n"


def test_mail_for_a_desk_is_taken_with_envelope_and_bytes(receive: Start) -> None:
    running = receive(authserv_id="mx.example.com", trusted_results="topmost")
    client = running.smtp()
    assert client.envelope("Support+abc@Example.COM", "help@example.com").startswith("250")
    assert client.data(MAIL).startswith("250")
    mail = running.store.mail
    assert mail.raw == MAIL
    assert (mail.intake, mail.sender, mail.recipients) == (
        "smtp",
        "carla@example.net",
        ("Support+abc@Example.COM", "help@example.com"),
    )
    assert (mail.arrived_at, mail.authserv_id, mail.trusted_results) == (NOW, "mx.example.com", "topmost")
    assert (mail.spam, mail.left_out, mail.source_key) == (False, "", None)


def test_many_mails_go_through_one_connection(receive: Start) -> None:
    running = receive()
    client = running.smtp()
    for number in range(5):
        client.envelope()
        assert client.data(b"Subject: %d\r\n\r\n" % number).startswith("250")
    assert [mail.raw[9:10] for mail in running.store.mails] == [b"0", b"1", b"2", b"3", b"4"]


def test_the_null_sender_is_the_empty_sender(receive: Start) -> None:
    running = receive()
    client = running.smtp()
    client.envelope(sender="")
    client.data(MAIL)
    assert running.store.mail.sender == ""


@pytest.mark.parametrize(
    "address",
    ["stranger@example.com", "support@example.org", "support@sub.example.com", "supporter@example.com", "support"],
)
def test_other_addresses_are_refused_for_good(receive: Start, address: str) -> None:
    client = receive().smtp()
    client.say("MAIL FROM:<carla@example.net>")
    assert client.say(f"RCPT TO:<{address}>").startswith("550 5.1.1")
    assert client.say("DATA").startswith("503")


@pytest.mark.parametrize("address", ["postmaster", "PostMaster@example.com", "postmaster@reply.example.com"])
def test_postmaster_is_taken_with_and_without_domain(receive: Start, address: str) -> None:
    client = receive().smtp()
    client.say("MAIL FROM:<carla@example.net>")
    assert client.say(f"RCPT TO:<{address}>").startswith("250")


def test_any_address_at_the_reply_domain_is_taken(receive: Start) -> None:
    assert receive().smtp().envelope("support+k7q2m@reply.example.com").startswith("250")


@pytest.mark.parametrize("command", ["RCPT TO:<", "RCPT TO:", "RCPT TO:<@@>", "RCPT TO:<a b c>", "RCPT"])
def test_an_address_that_cannot_be_read_is_a_refusal_not_a_crash(receive: Start, command: str) -> None:
    client = receive().smtp()
    client.say("MAIL FROM:<carla@example.net>")
    assert client.say(command)[:3] in {"501", "553", "550"}
    assert client.say("NOOP").startswith("250")


def test_size_is_announced_and_a_larger_mail_is_refused_by_smtp_before_and_after(receive: Start) -> None:
    running = receive(size_limit=10_000)
    client = running.smtp(hello="")
    assert "250-SIZE 10000" in client.say("EHLO client.example.net").splitlines()
    assert client.say("MAIL FROM:<carla@example.net> SIZE=10001").startswith("552")
    client.envelope()
    assert client.data(b"Subject: x\r\n\r\n" + b"a" * 10_000 + b"\r\n").startswith("552")
    client.envelope()
    assert client.data(MAIL).startswith("250")
    assert [mail.raw for mail in running.store.mails] == [MAIL]


def test_a_mail_of_exactly_the_limit_is_taken(receive: Start) -> None:
    client = receive(size_limit=100).smtp()
    client.envelope()
    assert client.data(b"S: x\r\n\r\n" + b"a" * 90 + b"\r\n").startswith("250")


def test_lines_of_any_length_are_taken(receive: Start) -> None:
    running = receive()
    client = running.smtp()
    client.envelope()
    long = b"Subject: x\r\n\r\n" + b"word " * 60_000 + b"\r\n"
    assert client.data(long).startswith("250")
    assert running.store.mail.raw == long


def test_stuffed_dots_are_removed_and_only_those(receive: Start) -> None:
    running = receive()
    client = running.smtp()
    client.envelope()
    client.data(b"..first\r\n...\r\na.b\r\n..\r\n")
    assert running.store.mail.raw == b".first\r\n..\r\na.b\r\n.\r\n"


def test_an_empty_mail_is_a_mail(receive: Start) -> None:
    running = receive()
    client = running.smtp()
    client.envelope()
    assert client.data(b"").startswith("250")
    assert running.store.mail.raw == b""


@pytest.mark.parametrize(
    "hidden", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\r.\r\n", b"\n\n.\r\n", b"\r\n\0.\r\n"]
)
def test_no_second_mail_can_be_smuggled_inside_the_first(receive: Start, hidden: bytes) -> None:
    running = receive()
    client = running.smtp()
    client.envelope()
    inner = b"MAIL FROM:<evil@example.org>\r\nRCPT TO:<support@example.com>\r\nDATA\r\nForged.\r\n"
    assert client.data(b"Subject: x\r\n\r\none" + hidden + inner).startswith("250")
    assert b"Forged" in running.store.mail.raw
    lines = running.store.mail.raw.replace(b"\r\n", b"")
    assert b"\r" not in lines
    assert b"\n" not in lines


def test_commands_and_mail_in_one_packet_are_taken_in_turn(receive: Start) -> None:
    running = receive()
    client = running.smtp()
    one = b"MAIL FROM:<a@example.net>\r\nRCPT TO:<support@example.com>\r\nDATA\r\nSubject: %d\r\n\r\n.\r\n"
    client.send(one % 1 + one % 2 + b"QUIT\r\n")
    replies = [client.reply()[:3] for _ in range(9)]
    assert replies == ["250", "250", "354", "250", "250", "250", "354", "250", "221"]
    assert [mail.raw for mail in running.store.mails] == [b"Subject: 1\r\n\r\n", b"Subject: 2\r\n\r\n"]


def test_eight_bits_and_utf8_addresses_are_taken(receive: Start) -> None:
    running = receive()
    client = running.smtp(hello="")
    assert {"250-8BITMIME", "250-SMTPUTF8"} <= set(client.say("EHLO client.example.net").splitlines())
    client.say("MAIL FROM:<jürgen@example.net> BODY=8BITMIME SMTPUTF8", "RCPT TO:<support@example.com>")
    assert client.data("Subject: Grüße\r\n\r\n".encode() + b"\xff\x00\xfe\r\n").startswith("250")
    assert running.store.mail.sender == "jürgen@example.net"
    assert running.store.mail.raw.endswith(b"\xff\x00\xfe\r\n")


def test_trouble_of_ours_is_never_a_refusal_for_good(receive: Start) -> None:
    running = receive()

    def full(batch: object) -> None:
        raise Trouble("The disk is full.")

    running.store.before = full
    client = running.smtp()
    client.envelope()
    assert client.data(MAIL).startswith("451")
    running.store.before = lambda batch: None
    client.envelope()
    assert client.data(MAIL).startswith("250")


def test_a_bug_of_ours_is_answered_451_and_not_with_its_text(
    receive: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    running = receive()

    def bug(batch: object) -> None:
        raise ZeroDivisionError("secret detail")

    running.store.before = bug
    client = running.smtp()
    client.envelope()
    reply = client.data(MAIL)
    assert reply.startswith("451")
    assert "secret" not in reply
    assert "role bug" in capsys.readouterr().err


def test_a_client_that_hangs_up_during_data_leaves_nothing(receive: Start) -> None:
    running = receive()
    client = running.smtp()
    client.envelope()
    client.say("DATA")
    client.send(b"Subject: half\r\n\r\nand then")
    client.close()
    running.role.stop()
    assert running.store.mails == []


def test_too_many_recipients_are_put_off(receive: Start) -> None:
    client = receive(max_recipients=2).smtp()
    client.envelope("support@example.com", "help@example.com")
    assert client.say("RCPT TO:<support+1@example.com>").startswith("452 4.5.3")


def test_too_many_connections_are_put_off(receive: Start) -> None:
    running = receive(max_connections=2)
    first, second = running.smtp(), running.smtp()
    third = running.smtp(hello="")
    assert third.greeting.startswith("421 4.3.2")
    assert third.is_closed
    first.say("QUIT")
    assert first.is_closed
    assert second.say("NOOP").startswith("250")
    assert running.smtp().say("NOOP").startswith("250")


def test_who_tries_addresses_is_hung_up_on(receive: Start) -> None:
    client = receive().smtp()
    client.say("MAIL FROM:<spammer@example.org>")
    replies = [client.say(f"RCPT TO:<guess{number}@example.com>")[:3] for number in range(21)]
    assert replies == ["550"] * 20 + ["421"]
    assert client.is_closed


def test_the_limit_of_command_lines_is_each_connections_own(receive: Start) -> None:
    """aiosmtpd 1.4.6 keeps it in the class: a new connection took the room for SIZE= away from all others."""
    running = receive()
    client = running.smtp()
    running.smtp()
    sender = "a" * 480 + "@example.net"
    assert client.say(f"MAIL FROM:<{sender}> SIZE=1000 BODY=8BITMIME").startswith("250")


def test_there_is_no_login_and_none_is_offered(receive: Start) -> None:
    client = receive().smtp(hello="")
    assert "AUTH" not in client.say("EHLO client.example.net")
    assert client.say("AUTH PLAIN AGEAYg==").startswith("502")


def test_helo_is_enough(receive: Start) -> None:
    running = receive()
    client = running.smtp("HELO client.example.net")
    client.envelope()
    assert client.data(MAIL).startswith("250")


def test_the_configured_filters_header_is_a_spam_verdict(receive: Start) -> None:
    running = receive(spam_header="X-Spam-Flag: YES")
    client = running.smtp()
    for head in (b"x-spam-flag:yes\r\n", b"X-Spam-Flag: NO\r\n", b"\r\nX-Spam-Flag: YES\r\n"):
        client.envelope()
        client.data(b"Subject: x\r\n" + head + b"\r\nText\r\n")
    assert [mail.spam for mail in running.store.mails] == [True, False, False]


def test_a_silent_client_is_hung_up_on(receive: Start) -> None:
    running = receive()
    for listener in running.role.listeners:
        listener.gate.idle_timeout = 0.05
    assert running.smtp(hello="").is_closed
