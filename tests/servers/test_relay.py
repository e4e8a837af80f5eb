"""Mail out by SMTP, against relays on real sockets that say what real relays say on bad days."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from maildesk.errors import Trouble
from maildesk.outbox.answers import Answer, Verdict
from maildesk.outbox.opening import Access, Unusable
from maildesk.outbox.relay import Relay, RelayOptions
from maildesk.outbox.session import Session
from maildesk.outbox.transport import Parcel
from tests.servers.certificates import Certificate, self_signed
from tests.servers.scripted_relay import Script, ScriptedRelay

RAW = b"Subject: Hello\r\nMessage-ID: <m@desk.test>\r\n\r\nLine\r\n.dot\r\n..two\r\n"
SENDER, RECIPIENT = "support+b@desk.test", "anna@example.test"


@pytest.fixture
def scripted() -> Iterator[Callable[..., ScriptedRelay]]:
    opened: list[ScriptedRelay] = []

    def make(answer: Script = lambda verb, argument: None, **options: object) -> ScriptedRelay:
        opened.append(ScriptedRelay(answer, **options))  # type: ignore[arg-type]  # the options of each test
        return opened[-1]

    yield make
    for relay in opened:
        relay.close()


@pytest.fixture
def lines() -> Iterator[Callable[..., Relay]]:
    opened: list[Relay] = []

    def make(server: ScriptedRelay, scheme: str = "smtp", host: str = "127.0.0.1", **options: object) -> Relay:
        opened.append(Relay(RelayOptions(f"{scheme}://{host}:{server.port}", **options)))  # type: ignore[arg-type]  # same
        return opened[-1]

    yield make
    for relay in opened:
        relay.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_signed(tmp_path_factory.mktemp("certificate"), "localhost")


def _send(relay: Relay, recipient: str = RECIPIENT, raw: bytes = RAW, sender: str = SENDER) -> Answer:
    return relay.send(Parcel(sender, recipient, "m@desk.test", raw), lambda: True)


def _says(verb: str, answer: str, *, times: int = 1_000_000) -> Script:
    left = [times]

    def script(said: str, argument: str) -> str | None:
        if said != verb or not left[0]:
            return None
        left[0] -= 1
        return answer

    return script


Scripted = Callable[..., ScriptedRelay]
Lines = Callable[..., Relay]


def test_the_content_arrives_byte_for_byte_dots_and_all(scripted: Scripted, lines: Lines) -> None:
    server = scripted()
    answer = _send(lines(server))
    assert answer.verdict is Verdict.TAKEN
    assert answer.response == "250 2.0.0 Ok: queued as 4F2C91A0"
    assert [(mail.sender, mail.recipients, mail.raw) for mail in server.mails] == [(SENDER, [RECIPIENT], RAW)]


def test_bare_line_ends_are_made_whole_so_that_no_mail_smuggles_another(scripted: Scripted, lines: Lines) -> None:
    server = scripted()
    _send(lines(server), raw=b"Subject: x\n\na\n.\nMAIL FROM:<evil@z>\rb\r\n.\r\nc")
    assert server.mails[0].raw == b"Subject: x\r\n\r\na\r\n.\r\nMAIL FROM:<evil@z>\r\nb\r\n.\r\nc\r\n"
    assert len(server.mails) == 1


def test_one_line_is_kept_for_many_mails(scripted: Scripted, lines: Lines) -> None:
    server = scripted()
    relay = lines(server)
    assert [_send(relay).verdict for _ in range(5)] == [Verdict.TAKEN] * 5
    assert server.connections == 1


def test_a_kept_line_that_the_relay_closed_is_replaced_within_the_same_attempt(
    scripted: Scripted, lines: Lines
) -> None:
    server = scripted()
    relay = lines(server)
    _send(relay)
    server.hang_up()
    assert _send(relay).verdict is Verdict.TAKEN
    assert server.connections == 2


def test_a_kept_line_that_says_421_is_replaced_within_the_same_attempt(scripted: Scripted, lines: Lines) -> None:
    goodbye = [False]
    server = scripted(lambda verb, _: "421 4.4.2 idle for too long" if verb == "MAIL" and goodbye[0] else None)
    relay = lines(server)
    _send(relay)
    goodbye[0] = True
    server.answer = _says("MAIL", "421 4.4.2 idle for too long", times=1)
    assert _send(relay).verdict is Verdict.TAKEN


def test_an_address_with_a_line_end_never_reaches_the_relay(scripted: Scripted, lines: Lines) -> None:
    server = scripted()
    for hostile in ('"a>\r\nRCPT TO:<evil@z>"@b', "a@b>\r\nRSET", "a\0@b"):
        assert _send(lines(server), recipient=hostile).verdict is Verdict.REFUSED
        assert _send(lines(server), sender=hostile).verdict is Verdict.REFUSED
    assert not server.commands


def test_the_null_sender_is_an_empty_path(scripted: Scripted, lines: Lines) -> None:
    server = scripted()
    _send(lines(server), sender="")
    assert "MAIL FROM:<> SIZE=" in server.commands[1]


def test_a_recipient_refused_for_good_leaves_the_line_usable(scripted: Scripted, lines: Lines) -> None:
    server = scripted(_says("RCPT", "550 5.1.1 <anna@example.test>: User unknown", times=1))
    relay = lines(server)
    refused = _send(relay)
    assert (refused.verdict, refused.status) == (Verdict.REFUSED, "5.1.1")
    assert refused.response == "550 5.1.1 <anna@example.test>: User unknown"
    assert _send(relay).verdict is Verdict.TAKEN
    assert server.connections == 1


def test_greylisting_waits(scripted: Scripted, lines: Lines) -> None:
    server = scripted(_says("RCPT", "450 4.2.0 Greylisted, come back in 5 minutes", times=1))
    relay = lines(server)
    assert _send(relay).verdict is Verdict.DEFERRED
    assert _send(relay).verdict is Verdict.TAKEN


def test_a_line_lost_after_the_content_is_tried_again_with_the_same_bytes(scripted: Scripted, lines: Lines) -> None:
    server = scripted(_says(".", "", times=1))
    relay = lines(server)
    first = _send(relay)
    assert (first.verdict, first.lost) == (Verdict.DEFERRED, True)
    assert _send(relay).verdict is Verdict.TAKEN
    assert [mail.raw for mail in server.mails] == [RAW]


def test_a_content_refused_after_its_end_has_failed(scripted: Scripted, lines: Lines) -> None:
    server = scripted(_says(".", "550 5.6.0 malformed"))
    assert _send(lines(server)).verdict is Verdict.REFUSED


@pytest.mark.parametrize(
    ("verb", "answer"),
    [
        ("CONNECT", "554 5.7.1 your address is blocked"),
        ("CONNECT", "421 too busy"),
        ("CONNECT", ""),
        ("EHLO", "550 go away"),
        ("EHLO", ""),
        ("MAIL", "530 5.7.0 Authentication required"),
        ("MAIL", ""),
        ("CONNECT", "nonsense"),
    ],
)
def test_a_relay_that_takes_nothing_at_all_is_down_and_no_mail_has_failed(
    verb: str, answer: str, scripted: Scripted, lines: Lines
) -> None:
    assert _send(lines(scripted(_says(verb, answer)))).verdict is Verdict.DOWN


def test_a_relay_that_is_not_there_is_down(scripted: Scripted, lines: Lines) -> None:
    server = scripted()
    relay = lines(server)
    server.close()
    answer = _send(relay)
    assert answer.verdict is Verdict.DOWN
    assert f"relay 127.0.0.1:{server.port} cannot be used" in answer.response


def test_an_answer_that_is_not_smtp_ends_the_line(scripted: Scripted, lines: Lines) -> None:
    server = scripted(_says("RCPT", "what?", times=1))
    relay = lines(server)
    assert _send(relay).verdict is Verdict.DEFERRED
    assert _send(relay).verdict is Verdict.TAKEN
    assert server.connections == 2


def test_smtputf8_is_used_only_where_needed(scripted: Scripted, lines: Lines) -> None:
    server = scripted(extensions=("SMTPUTF8", "8BITMIME"))
    relay = lines(server)
    _send(relay)
    _send(relay, recipient="дмитрий@пример.test")
    mail_commands = [command for command in server.commands if command.startswith("MAIL")]
    assert ["SMTPUTF8" in command for command in mail_commands] == [False, True]
    assert server.mails[1].recipients == ["дмитрий@xn--e1afmkfd.test"]


def test_an_address_that_needs_smtputf8_fails_at_a_relay_without_it(scripted: Scripted, lines: Lines) -> None:
    relay = lines(scripted())
    assert _send(relay, recipient="дмитрий@example.test").status == "5.6.7"
    assert _send(relay).verdict is Verdict.TAKEN


def test_eight_bits_are_announced(scripted: Scripted, lines: Lines) -> None:
    server = scripted()
    _send(lines(server), raw="Subject: x\r\n\r\nü\r\n".encode())
    assert "BODY=8BITMIME" in server.commands[1]


def test_a_mail_that_states_a_passed_time_is_not_handed_over_and_the_line_stays(
    scripted: Scripted, lines: Lines
) -> None:
    server = scripted()
    relay = lines(server)
    assert relay.send(Parcel(SENDER, RECIPIENT, "m", RAW), lambda: False).verdict is Verdict.STALE
    assert _send(relay).verdict is Verdict.TAKEN
    assert (len(server.mails), server.connections) == (1, 1)


@pytest.mark.parametrize("verb", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "."])
def test_an_attempt_that_hangs_can_be_cut_off_at_any_command(verb: str, scripted: Scripted, lines: Lines) -> None:
    hanging, release = threading.Event(), threading.Event()

    def script(said: str, argument: str) -> str | None:
        if said == verb:
            hanging.set()
            release.wait(30)
            return ""
        return None

    relay, found = lines(scripted(script)), list[Answer]()
    sender = threading.Thread(target=lambda: found.append(_send(relay)))
    sender.start()
    assert hanging.wait(30)
    relay.cut_off(float("inf"))
    sender.join(30)
    release.set()
    assert found[0].verdict in (Verdict.DEFERRED, Verdict.DOWN)


def test_an_attempt_cut_off_while_it_connects_does_not_wait_for_the_greeting(scripted: Scripted) -> None:
    released, waits = threading.Event(), list[bool]()

    def silent(said: str, argument: str) -> str | None:
        waits.append(released.wait(30))
        return ""

    server = scripted(silent)
    session = Session(Access("127.0.0.1", server.port))
    session.cut_off()
    with pytest.raises(Unusable):
        session.open()
    released.set()
    server.close()
    assert waits in ([], [True])


# TLS and login


def test_a_relay_beyond_loopback_without_starttls_gets_nothing(scripted: Scripted, lines: Lines) -> None:
    server = scripted()
    answer = _send(lines(server, starttls="require"))
    assert answer.verdict is Verdict.DOWN
    assert "no STARTTLS" in answer.response
    assert [command.split()[0] for command in server.commands] == ["EHLO"]


def test_starttls_with_a_verified_certificate_carries_login_and_mail(
    scripted: Scripted, lines: Lines, certificate: Certificate, tmp_path: Path
) -> None:
    password = tmp_path / "password"
    password.write_text("secret\n")
    server = scripted(extensions=("STARTTLS", "AUTH PLAIN"), tls=certificate.server_context())
    relay = lines(
        server, host="localhost", starttls="require", ca_file=certificate.path, user="anna", password_file=password
    )
    assert _send(relay).verdict is Verdict.TAKEN
    said = [command.split()[0] for command in server.commands]
    assert said == ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"]


def test_smtps_speaks_tls_from_the_first_byte(scripted: Scripted, lines: Lines, certificate: Certificate) -> None:
    server = scripted(tls=certificate.server_context(), implicit_tls=True)
    assert _send(lines(server, "smtps", "localhost", ca_file=certificate.path)).verdict is Verdict.TAKEN


def test_a_certificate_of_nobody_we_know_is_the_relay_being_down(
    scripted: Scripted, lines: Lines, certificate: Certificate
) -> None:
    server = scripted(extensions=("STARTTLS",), tls=certificate.server_context())
    answer = _send(lines(server, host="localhost", starttls="require"))
    assert answer.verdict is Verdict.DOWN
    assert "self-signed certificate" in answer.response
    assert not server.mails


def test_a_wrong_password_fails_no_mail(scripted: Scripted, lines: Lines, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("wrong\n")
    answer = _send(lines(scripted(extensions=("AUTH PLAIN",)), user="anna", password_file=password))
    assert (answer.verdict, answer.status) == (Verdict.DOWN, "5.7.8")


def test_a_changed_password_file_needs_no_restart(scripted: Scripted, lines: Lines, tmp_path: Path) -> None:
    password = tmp_path / "password"
    relay = lines(scripted(extensions=("AUTH PLAIN",)), user="anna", password_file=password)
    assert "password file" in _send(relay).response
    password.write_text("wrong\n")
    assert _send(relay).verdict is Verdict.DOWN
    password.write_text("secret\n")
    assert _send(relay).verdict is Verdict.TAKEN


def test_check_says_why_a_relay_cannot_be_used(scripted: Scripted, lines: Lines) -> None:
    with pytest.raises(Trouble, match=r"cannot be used: 554 5\.7\.1 blocked"):
        lines(scripted(_says("CONNECT", "554 5.7.1 blocked"))).probe()


@pytest.mark.parametrize("url", ["localhost:25", "http://x", "smtp://", "smtp://a:b@relay.test", "smtp://h/path"])
def test_a_relay_that_cannot_be_meant_is_refused_with_a_sentence_and_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match="relay") as error:
        Relay(RelayOptions(url))
    assert ":b@" not in str(error.value)
