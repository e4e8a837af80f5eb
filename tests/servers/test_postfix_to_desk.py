"""A real Postfix delivers to the desk: by SMTP, by LMTP, by pipe; and keeps the mail whenever we cannot take it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from maildesk.config import SmtpSettings
from maildesk.daemon.arriving import commit
from maildesk.daemon.receive import Receive
from maildesk.desk.words import Arrival
from maildesk.errors import Trouble
from maildesk.intake.incoming import Incoming
from maildesk.intake.recipients import Recipients
from maildesk.store import arrivals
from maildesk.store.database import Database
from maildesk.store.tables import arrivals as rows
from tests.servers.postfix import Postfix
from tests.servers.private import free_port, missing, until

OURS = Recipients(
    frozenset({"support@desk.test"}), (("support+", "@desk.test"),), frozenset({"reply.test"}), frozenset({"desk.test"})
)
HEAD = (
    "From: Carla <carla@customers.test>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\nMessage-ID: <1@customers.test>\r\n"
)
RAW = f"{HEAD}Subject: Grüße\r\n\r\n.Punkt\r\n".encode() + b"x" * 900 + b"\r\n"
StartPostfix = Callable[..., Postfix]


@pytest.fixture
def database(public: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{public / 'desk.db'}")
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def desk(database: Database, public: Path) -> Iterator[Callable[..., Receive]]:
    """``desk(port=…, **settings)`` listens there and on the LMTP socket ``public/lmtp``."""
    running: list[Receive] = []

    def start(port: int = 0, **settings: Any) -> Receive:
        defaults = {name: field.get_default() for name, field in SmtpSettings.model_fields.items()}
        given = {"listen": (f"127.0.0.1:{port}",), "lmtp": str(public / "lmtp"), **settings}

        def durable(batch: Sequence[Incoming]) -> None:
            commit(database, batch)

        smtp = SmtpSettings.model_construct(**{**defaults, **given})
        running.append(Receive(smtp, OURS, durable, lambda: datetime.now(UTC)))
        running[-1].start()
        if smtp.lmtp:
            (public / "lmtp").chmod(0o666)  # Postfix's user is not in our group here
        return running[-1]

    yield start
    for each in running:
        each.stop()


def taken(database: Database) -> list[Arrival]:
    with database.read() as connection:
        return [arrivals._arrival(row) for row in connection.execute(select(rows).order_by(rows.c.id))]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture(params=["smtp", "lmtp"])
def route(request: pytest.FixtureRequest, port: int, public: Path) -> str:
    return f"smtp:[127.0.0.1]:{port}" if request.param == "smtp" else f"lmtp:unix:{public / 'lmtp'}"


def test_mail_arrives_with_its_envelope_and_is_off_postfixs_hands(
    postfix: StartPostfix, desk: Callable[..., Receive], database: Database, route: str, port: int
) -> None:
    desk(port)
    relay = postfix({"desk.test": route})
    relay.send(["support+token@desk.test", "support@desk.test"], RAW, sender="carla@customers.test")
    until(lambda: len(taken(database)) == 1 and not relay.queue(), "the mail to arrive")
    (mail,) = taken(database)
    assert mail.intake == route[:4]
    assert (mail.sender, sorted(mail.recipients)) == (
        "carla@customers.test",
        ["support+token@desk.test", "support@desk.test"],
    )
    assert mail.raw.endswith(RAW)


def test_an_unknown_address_comes_back_to_its_writer_and_the_others_are_taken(
    postfix: StartPostfix, desk: Callable[..., Receive], database: Database, dovecot: Any, route: str, port: int
) -> None:
    desk(port)
    writer = f"writer{port}@customers.test"
    postfix({"desk.test": route}).send(["suport@desk.test", "support@desk.test"], RAW, sender=writer)
    until(lambda: dovecot.mails(writer), "the bounce")
    assert "550 5.1.1 No such address here" in str(dovecot.mails(writer)[0])
    assert [mail.recipients for mail in taken(database)] == [("support@desk.test",)]


def test_mail_waits_in_postfix_while_the_desk_cannot_take_it(
    postfix: StartPostfix,
    desk: Callable[..., Receive],
    database: Database,
    route: str,
    port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*arguments: object) -> None:
        raise Trouble("The disk is full.")

    relay = postfix({"desk.test": route})
    with monkeypatch.context() as world:
        world.setattr(sys.modules[__name__], "commit", full)
        role = desk(port)
        relay.send("support@desk.test", RAW)
        until(lambda: "451 4.3.0" in relay.log(), "Postfix to be put off")
    assert taken(database) == []
    relay.flush()
    until(lambda: len(taken(database)) == 1 and not relay.queue(), "the mail to arrive after all")
    assert role.addresses["smtp"]


def test_mail_waits_in_postfix_while_the_desk_is_away(
    postfix: StartPostfix, desk: Callable[..., Receive], database: Database, port: int
) -> None:
    relay = postfix({"desk.test": f"smtp:[127.0.0.1]:{port}"})
    relay.send("support@desk.test", RAW)
    until(lambda: "Connection refused" in relay.log(), "Postfix to find nobody")
    desk(port)
    relay.flush()
    until(lambda: len(taken(database)) == 1, "the mail to arrive")


def test_a_mail_too_large_is_returned_by_smtp_and_cut_by_lmtp(
    postfix: StartPostfix, desk: Callable[..., Receive], database: Database, dovecot: Any, route: str, port: int
) -> None:
    desk(port, size_limit=1000)
    writer = f"large{port}{route[:4]}@customers.test"
    postfix({"desk.test": route}).send("support@desk.test", RAW, sender=writer)
    until(lambda: dovecot.mails(writer) or taken(database), "an answer")
    if route.startswith("smtp"):
        assert "size limit" in str(dovecot.mails(writer)[0])  # by SIZE, before a single octet is sent
        assert taken(database) == []
    else:
        (mail,) = taken(database)
        assert 990 < len(mail.raw) <= 1000  # a stuffed dot is gone
        assert mail.left_out.startswith("This mail has 1 KB, more than the 1 KB that the desk takes")


def test_mail_comes_over_tls_where_the_desk_has_a_certificate(
    postfix: StartPostfix, desk: Callable[..., Receive], database: Database, public: Path, port: int
) -> None:
    from tests.servers.certificates import self_signed

    made = self_signed(public, "localhost")
    desk(port, certificate=made.path, private_key=made.key)
    relay = postfix({"desk.test": f"smtp:[127.0.0.1]:{port}"})
    relay.send("support@desk.test", RAW)
    until(lambda: len(taken(database)) == 1, "the mail to arrive")
    assert "TLS connection established to 127.0.0.1" in relay.log()


CONFIG = """
database = "sqlite:///{folder}/desk.db"
secret_file = "{folder}/secret"
[[desk]]
name = "Example Support"
address = "support@desk.test"
time_zone = "Europe/Berlin"
hours = ["Mon-Fri 09:00-17:00"]
"""


@pytest.fixture
def command(public: Path, database: Database) -> list[str]:
    """``maildesk deliver`` as a user without rights, as Postfix runs it."""
    (public / "maildesk.toml").write_text(CONFIG.format(folder=public))
    database.close()
    for path in (public, *public.iterdir()):
        shutil.chown(path, "nobody")
    environment = ["/usr/bin/env", f"PYTHONPATH={':'.join(filter(None, sys.path))}"]
    for python in (sys.executable, "/usr/bin/python3"):
        probe = [*environment, python, "-c", "import maildesk.cli.deliver, sqlalchemy"]
        if subprocess.run(probe, user="nobody", cwd="/", capture_output=True).returncode == 0:
            return [*environment, python, "-m", "maildesk", "--config", str(public / "maildesk.toml"), "deliver"]
    missing("there is no Python that the user nobody may run")
    raise AssertionError


def test_mail_comes_through_a_pipe(postfix: StartPostfix, database: Database, command: list[str]) -> None:
    arguments = ["--from", "${sender}", "${original_recipient}"]
    relay = postfix({"desk.test": "desk:"}, pipe=[*command, *arguments], pipe_user="nobody")
    relay.send("support+token@desk.test", RAW, sender="")
    until(lambda: len(taken(database)) == 1 and not relay.queue(), "the mail to arrive")
    (mail,) = taken(database)
    assert (mail.intake, mail.sender, mail.recipients) == ("pipe", "", ("support+token@desk.test",))
    assert mail.raw.endswith(RAW.replace(b"\r\n", b"\n"))


@pytest.mark.parametrize("fault", ["config", "database"])
def test_a_pipe_that_cannot_take_mail_never_returns_it(
    postfix: StartPostfix, database: Database, public: Path, command: list[str], fault: str
) -> None:
    moved = public / ("maildesk.toml" if fault == "config" else "desk.db")
    moved.rename(public / "away")
    relay = postfix({"desk.test": "desk:"}, pipe=[*command, "--from", "${sender}", "${original_recipient}"])
    relay.send("support@desk.test", RAW)
    until(lambda: "status=deferred" in relay.log(), "Postfix to be put off")
    assert "status=bounced" not in relay.log()
    (public / "away").rename(moved)
    relay.flush()
    until(lambda: len(taken(database)) == 1 and not relay.queue(), "the mail to arrive after all")


def test_sockets_of_systemd_are_used_and_need_no_privilege(database: Database, public: Path) -> None:
    """As a socket unit starts us: the listening socket is descriptor 3."""
    (public / "maildesk.toml").write_text(CONFIG.format(folder=public) + '[smtp]\nlisten = "127.0.0.1:1"\n')
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        start = (
            f"import os; os.dup2({listener.fileno()}, 3);"
            "os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1');"
            "import sys, threading; from maildesk import config; from maildesk.daemon import receive;"
            "from maildesk.store.database import Database; from datetime import datetime, UTC;"
            f"settings = config.load({str(public / 'maildesk.toml')!r});"
            "role = receive.build(settings, Database(settings.database_url), print, lambda: datetime.now(UTC));"
            "role.start(); sys.stdin.read(); role.stop()"
        )
        environment = {**os.environ, "PYTHONPATH": ":".join(filter(None, sys.path))}
        child = subprocess.Popen(
            [sys.executable, "-c", start], stdin=subprocess.PIPE, pass_fds=[listener.fileno()], env=environment
        )
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        assert client.recv(100).startswith(b"220 ")
    child.communicate(timeout=30)
    assert child.returncode == 0
