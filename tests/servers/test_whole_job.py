"""The whole job over real servers: customer, desk and agents meet in Postfix and Dovecot, agents use real clients.

The desk is the real process with all its roles, told by config where to listen; nothing of it is reached into.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from pathlib import Path

import pytest

from tests.servers.clients import CLIENTS
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.postfix import Postfix
from tests.servers.private import PATIENCE, free_port, until

DESK = "support@desk.test"

CONFIG = """
database = "sqlite:///{folder}/maildesk.db"
secret_file = "{folder}/secret"
templates = "{folder}/templates"
admins = ["admin@team.test"]
[[desk]]
name = "Example Support"
address = "support@desk.test"
language = "en"
time_zone = "Europe/Berlin"
hours = ["Mon-Sun 00:00-24:00"]
recall_window = "0s"
authserv_id = "mx.relay.test"
[[agent]]
name = "Anna Schmidt"
address = "{anna}"
lead = true
[smtp]
{smtp}
[outgoing]
relay = "{relay}"
{imap}
"""


@dataclass
class Place:
    """A desk between servers. ``tag`` keeps the people of one test apart from those of others."""

    folder: Path
    tag: str
    dovecot: Dovecot
    relay: Postfix

    @property
    def anna(self) -> str:
        return f"anna-{self.tag}@team.test"

    @property
    def carla(self) -> str:
        return f"carla-{self.tag}@customers.test"

    def welcomed(self) -> None:
        """Anna reads her welcome mail and deletes it."""
        until(lambda: self.mails(self.anna), "the welcome mail")
        with self.dovecot.mailbox(self.anna) as line:
            line.store("1:*", "+FLAGS", "\\Deleted")
            line.expunge()

    def mails(self, user: str) -> list[EmailMessage]:
        """What a person has in the mailbox, oldest first."""
        return [_modern(each) for each in self.dovecot.mails(user)]

    def wait(self, user: str, count: int) -> EmailMessage:
        """The newest mail, once that many are there."""
        until(lambda: len(self.mails(user)) >= count, f"mail {count} for {user}")
        return self.mails(user)[-1]

    def write(self, subject: str, text: str, **headers: str) -> None:
        """Carla writes to the desk; her provider's verdict stands at the top."""
        mail = EmailMessage()
        mail["Authentication-Results"] = "mx.relay.test; dmarc=pass header.from=customers.test"
        mail["From"], mail["To"], mail["Subject"] = f"Carla Kunde <{self.carla}>", headers.pop("to", DESK), subject
        mail["Message-ID"] = f"<{self.tag}-{abs(hash(text))}@customers.test>"
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        recipient = str(mail["To"]).split("<")[-1].rstrip(">")
        self.relay.send(recipient, mail.as_bytes(), self.carla)


def _modern(mail: Message) -> EmailMessage:
    return BytesParser(policy=policy.default).parsebytes(mail.as_bytes())


def body(mail: EmailMessage) -> str:
    """The text part."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@contextmanager
def running(folder: Path, extra: Mapping[str, str] | None = None) -> Iterator[None]:
    """The desk's process, with ``extra`` in its environment, until the end of the block."""
    environment = {**os.environ, "MAILDESK_CONFIG": str(folder / "maildesk.toml"), **(extra or {})}
    with (folder / "log").open("wb") as log:
        desk = subprocess.Popen([sys.executable, "-m", "maildesk", "run"], stderr=log, env=environment)
        try:
            until(lambda: desk.poll() is not None or b'"started"' in (folder / "log").read_bytes(), "the desk to start")
            assert desk.poll() is None, (folder / "log").read_text()
            yield
        except BaseException:
            print((folder / "log").read_text())  # pytest shows it with the failure
            raise
        finally:
            desk.send_signal(signal.SIGTERM)
            assert desk.wait(PATIENCE) == 0, (folder / "log").read_text()


Opened = Callable[[str, str], Place]


@pytest.fixture
def opened(public: Path, postfix: Callable[..., Postfix], dovecot: Dovecot) -> Opened:
    """Sets a desk up that gets its mail by ``smtp``, ``lmtp`` or ``imap``."""

    def open_desk(intake: str, tag: str) -> Place:
        port = free_port()
        listen = {
            "smtp": f'listen = "127.0.0.1:{port}"',
            "lmtp": f'listen = []\nlmtp = "{public}/lmtp.sock"',
            "imap": "listen = []",
        }
        routes = {
            "smtp": {"desk.test": f"smtp:[127.0.0.1]:{port}"},
            "lmtp": {"desk.test": f"lmtp:unix:{public}/lmtp.sock"},
        }
        relay = postfix(routes.get(intake, {}))
        place = Place(public, f"{tag}{port}", dovecot, relay)
        (public / "templates").mkdir()
        (public / "password").write_text(PASSWORD)
        (public / "password").chmod(0o600)
        imap = (
            f'[[imap]]\nhost = "127.0.0.1"\nport = {dovecot.imap}\ntls = "none"\nuser = "{DESK}"\n'
            f'password_file = "{public}/password"\ndesk = "{DESK}"\n'
        )
        config = CONFIG.format(
            folder=public, anna=place.anna, smtp=listen[intake], relay=relay.url, imap=imap if intake == "imap" else ""
        )
        (public / "maildesk.toml").write_text(config)
        return place

    return open_desk


@pytest.mark.parametrize(("intake", "client"), [("smtp", "s-nail"), ("lmtp", "neomutt"), ("imap", "swaks")])
def test_question_acknowledgement_answer_and_the_next_mail_in_one_ticket(
    opened: Opened, intake: str, client: str
) -> None:
    place = opened(intake, intake)
    with running(place.folder):
        place.welcomed()
        if intake == "lmtp":  # as an admin lets the mail server in
            shutil.chown(place.folder / "lmtp.sock", group="postfix")
        if intake == "imap":
            until(lambda: b"mailbox contact" in (place.folder / "log").read_bytes(), "first contact")
        place.write("My order has not come", "Hello,\n\nwhere is order 4711? I paid 5 € for it and it has not come.\n")
        acknowledged = place.wait(place.carla, 1)
        assert acknowledged["Auto-Submitted"] == "auto-replied"
        assert "You will hear from" in body(acknowledged)
        notified = place.wait(place.anna, 1)
        assert "where is order 4711? I paid 5 €" in body(notified)

        answer = "Dear Carla,\n\nit comes on Tuesday. Schöne Grüße!"
        CLIENTS[client](place.dovecot.home(place.anna) / "Maildir", place.anna, answer, place.relay.port)
        answered = place.wait(place.carla, 2)
        text = body(answered)
        assert text.startswith(answer)
        assert "4711" not in text
        assert place.anna not in answered.as_string()
        assert str(answered["From"]) == f"Anna Schmidt <{DESK}>"
        assert acknowledged["References"].split()[0] == answered["References"].split()[0]

        reply_to = str(answered["Reply-To"])
        place.write("Re: My order", "Thank you, but which Tuesday?", to=reply_to, In_Reply_To=answered["Message-ID"])
        again = place.wait(place.anna, 2)
        assert "which Tuesday?" in body(again)
        assert notified["Subject"].split("[")[1] == again["Subject"].split("[")[1]
    _is_sound(place)


def test_an_agents_note_and_a_mistake_reach_no_customer(opened: Opened) -> None:
    place = opened("smtp", "note")
    with running(place.folder):
        place.welcomed()
        place.write("Help", "Please help.")
        place.wait(place.carla, 1)
        place.wait(place.anna, 1)
        maildir = place.dovecot.home(place.anna) / "Maildir"
        CLIENTS["s-nail"](maildir, place.anna, "#colse\nDone.", place.relay.port)
        assert "#colse" in body(place.wait(place.anna, 2))
        CLIENTS["neomutt"](maildir, place.anna, "#note\nHe is a friend of Ben.", place.relay.port)
        place.write("Re: Help", "Are you there?", to=str(place.mails(place.carla)[0]["Reply-To"]))
        assert "Are you there?" in body(place.wait(place.anna, 3))
        assert len(place.mails(place.carla)) == 1
    _is_sound(place)


def test_a_permanent_refusal_tells_the_agent(opened: Opened) -> None:
    place = opened("smtp", "refused")
    with running(place.folder):
        place.welcomed()
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "Rita <rita@refused.test>", DESK, "Hello"
        mail["Message-ID"] = f"<{place.tag}@refused.test>"
        mail.set_content("Please call.")
        place.relay.send(DESK, mail.as_bytes(), "rita@refused.test")
        until(lambda: len(place.mails(place.anna)) >= 2, "the question and the refusal")
        texts = [body(each) for each in place.mails(place.anna)]
    assert any("Please call." in text for text in texts)
    assert any("550 5.1.1" in text for text in texts)
    _is_sound(place)


def test_the_same_mail_by_two_routes_is_one_ticket(opened: Opened) -> None:
    place = opened("smtp", "twice")
    with running(place.folder):
        place.welcomed()
        for _ in range(2):
            place.write("Twice", "The same mail.", Date="Sun, 22 Nov 2026 10:00:00 +0000")
        place.wait(place.carla, 1)
        place.write("Another", "Another mail.", Date="Sun, 22 Nov 2026 10:00:01 +0000")
        place.wait(place.carla, 2)
        assert len(place.mails(place.carla)) == 2
        assert len(place.mails(place.anna)) == 2


def _is_sound(place: Place) -> None:
    """``maildesk doctor`` finds nothing."""
    command = [sys.executable, "-m", "maildesk", "--config", str(place.folder / "maildesk.toml"), "doctor"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
