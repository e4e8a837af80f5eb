"""Mail out to a real Postfix: TLS, login, refusals, a lost line, a relay that goes and comes back, order."""

from __future__ import annotations

import re
import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from maildesk.daemon.deliver import Deliver, Way
from maildesk.desk.outcomes import Outcome
from maildesk.desk.words import Brakes
from maildesk.errors import Trouble
from maildesk.outbox.relay import Relay, RelayOptions
from maildesk.store.compression import pack
from maildesk.store.database import Database
from tests.servers.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.servers.postfix import Postfix, running_postfix
from tests.servers.private import listens, program, until
from tests.store.conftest import Hands
from tests.store.rows import delivery, delivery_row, ticket

LIFTED = Brakes(0, 0, 0, 0, 0, 0, 0, 0)
MINUTE = timedelta(minutes=1)
ANNA = "anna@agents.test"


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture(scope="module")
def postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    with running_postfix(mailboxes=dovecot.lmtp, logins=dovecot.auth) as server:
        yield server


class Outbox:
    """A database with mails, and the role that sends them."""

    def __init__(self, folder: Path, options: RelayOptions) -> None:
        self.hands = Hands()
        self.database = Database(f"sqlite:///{folder / 'desk.db'}", clock=self.hands)
        self.database.migrate()
        with self.database.write() as connection:
            ticket(connection, 1)
        self.outcomes: list[Outcome] = []
        way = Way(Relay(options), "postfix", 2, timedelta(days=4))
        self.role = Deliver(self.database, way, LIFTED, self._note, lambda role: None, jitter=lambda: 0.0)

    def _note(self, connection: Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
        self.outcomes += outcomes

    def queue(self, key: str, recipient: str = ANNA, **changes: Any) -> int:
        head = f"Message-ID: <{key}@desk.test>\r\nFrom: support@desk.test\r\nTo: {recipient}\r\nSubject: {key}"
        raw = pack(f"{head}\r\n\r\nText\r\n".encode())
        with self.database.write() as connection:
            return delivery(connection, key, recipient=recipient, raw=raw, **changes)

    def settle(self) -> datetime:
        while (again := self.role.step(self.hands.now)) <= self.hands.now:
            pass
        return again

    def row(self, number: int) -> Any:
        return delivery_row(self.database, number)


@contextmanager
def _outbox(folder: Path, **options: Any) -> Iterator[Outbox]:
    outbox = Outbox(folder, RelayOptions(**options))
    try:
        yield outbox
    finally:
        outbox.role.stop()
        outbox.database.close()


@pytest.fixture
def outbox(tmp_path: Path, postfix: Postfix) -> Iterator[Outbox]:
    with _outbox(tmp_path, url=postfix.url) as found:
        yield found


def _arrived(dovecot: Dovecot, message_id: str, count: int = 1, user: str = ANNA) -> None:
    """Waits until the mailbox holds the mail this often."""

    def is_there() -> bool:
        return [mail["Message-ID"] for mail in dovecot.mails(user)].count(f"<{message_id}>") == count

    until(is_there, f"{count} × {message_id}")


def test_a_mail_reaches_the_mailbox_and_its_queue_id_is_kept(outbox: Outbox, dovecot: Dovecot) -> None:
    number = outbox.queue("plain")
    outbox.settle()
    _arrived(dovecot, "plain@desk.test")
    assert re.fullmatch(r"250 2\.0\.0 Ok: queued as \w+", outbox.row(number).relay_response)


def test_starttls_and_login_carry_a_mail(tmp_path: Path, postfix: Postfix, dovecot: Dovecot) -> None:
    password = tmp_path / "password"
    password.write_text(f"{PASSWORD}\n")
    options = {"starttls": "require", "ca_file": postfix.certificate.path, "user": "desk", "password_file": password}
    with _outbox(tmp_path, url=f"smtp://localhost:{postfix.port}", **options) as outbox:
        outbox.queue("secured")
        outbox.settle()
        _arrived(dovecot, "secured@desk.test")
    assert "sasl_method=PLAIN, sasl_username=desk" in postfix.log()
    (mail,) = (mail for mail in dovecot.mails(ANNA) if mail["Subject"] == "secured")
    assert any("ESMTPSA" in received for received in mail.get_all("Received", []))


def test_a_wrong_password_fails_no_mail_and_is_the_relays_trouble(tmp_path: Path, postfix: Postfix) -> None:
    password = tmp_path / "password"
    password.write_text("wrong\n")
    with _outbox(tmp_path, url=postfix.url, user="desk", password_file=password) as outbox:
        number = outbox.queue("kept")
        outbox.settle()
        assert (outbox.row(number).state, outbox.row(number).attempts) == ("waiting", 0)
        assert outbox.outcomes[0].ours
        assert outbox.outcomes[0].response.startswith("535 5.7.8")


def test_a_certificate_that_cannot_be_verified_gets_no_mail(tmp_path: Path, postfix: Postfix) -> None:
    relay = Relay(RelayOptions(f"smtp://localhost:{postfix.port}", starttls="require"))
    with pytest.raises(Trouble, match="self-signed certificate"):
        relay.probe()


def test_a_permanent_refusal_keeps_postfixs_words(outbox: Outbox) -> None:
    number = outbox.queue("refused", "nobody@refused.test", ticket=1)
    outbox.settle()
    assert outbox.row(number).state == "failed"
    assert [(each.kind.value, each.status, each.ours) for each in outbox.outcomes] == [("refused", "5.1.1", False)]
    assert "No such user" in outbox.row(number).relay_response


def test_a_mail_too_big_is_refused_before_it_is_sent(outbox: Outbox, postfix: Postfix) -> None:
    folder = str(postfix.folder / "etc")
    subprocess.run([program("postconf", "postfix"), "-c", folder, "message_size_limit=20000"], check=True)
    _switch(postfix, "reload")
    number = outbox.queue("big")
    with outbox.database.write() as connection:
        big = pack(b"Subject: big\r\n\r\n" + b"x\r\n" * 10_000)
        connection.exec_driver_sql("UPDATE deliveries SET raw = ?", (big,))
    outbox.settle()
    assert (outbox.row(number).state, outbox.outcomes[0].status) == ("failed", "5.3.4")


def test_a_relay_that_puts_off_is_tried_again_on_schedule(outbox: Outbox) -> None:
    number = outbox.queue("later", "grey@deferred.test")
    outbox.settle()
    row = outbox.row(number)
    assert (row.state, row.attempts, row.next_attempt_at) == ("waiting", 1, outbox.hands.now + 7.5 * MINUTE)
    assert row.relay_response.startswith("450 4.2.1")


def test_a_line_lost_after_the_content_may_double_a_mail_but_with_the_same_message_id(
    tmp_path: Path, postfix: Postfix, dovecot: Dovecot
) -> None:
    with _cutting(postfix.port) as port, _outbox(tmp_path, url=f"smtp://127.0.0.1:{port}", starttls="never") as outbox:
        number = outbox.queue("double")
        outbox.settle()
        assert (outbox.row(number).state, outbox.outcomes[0].status) == ("waiting", "4.4.2")
        _arrived(dovecot, "double@desk.test")
        outbox.hands.forward(8 * MINUTE)
        outbox.settle()
        assert outbox.row(number).state == "sent"
    _arrived(dovecot, "double@desk.test", count=2)


def test_a_relay_that_goes_and_comes_back_gets_every_mail_once_and_in_order(
    outbox: Outbox, postfix: Postfix, dovecot: Dovecot
) -> None:
    before = outbox.queue("o00", ticket=1)
    outbox.settle()  # a line is kept from here on
    _switch(postfix, "stop")
    until(lambda: not listens(postfix.port), "Postfix to end")
    numbers = [before, *(outbox.queue(f"o{n:02}", ticket=1) for n in range(1, 10))]
    for _ in range(3):
        outbox.hands.now = outbox.settle()
    assert [outbox.row(number).state for number in numbers] == ["sent"] + ["waiting"] * 9
    assert sum(outbox.row(number).attempts for number in numbers) == 1
    _switch(postfix, "start")
    until(lambda: listens(postfix.port), "Postfix to listen")
    outbox.settle()
    assert [outbox.row(number).state for number in numbers] == ["sent"] * 10
    _arrived(dovecot, "o09@desk.test")
    assert re.findall(r"message-id=<(o\d\d)@", postfix.log()) == [f"o{n:02}" for n in range(10)]


def _switch(postfix: Postfix, verb: str) -> None:
    command = [program("postfix", "postfix"), "-c", str(postfix.folder / "etc"), verb]
    subprocess.run(command, check=True, capture_output=True)


@contextmanager
def _cutting(port: int) -> Iterator[int]:
    """A line to ``port`` that breaks when the first mail was taken, before the client hears so; then it holds."""
    listening = socket.create_server(("127.0.0.1", 0))
    cuts = [True]
    threads: list[threading.Thread] = []

    def serve() -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", port))
            for source, target in ((client, server), (server, client)):
                threads.append(threading.Thread(target=pump, args=(source, target)))
                threads[-1].start()

    def pump(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):  # the other direction ended first
            while data := source.recv(65536):
                if cuts and b"queued as" in data:
                    cuts.pop()
                    break
                target.sendall(data)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    threads.append(threading.Thread(target=serve))
    threads[0].start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for thread in threads:
            thread.join()
