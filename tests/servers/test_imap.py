"""Mailboxes read from a real Dovecot: nothing lost, nothing twice, nothing old answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from maildesk.daemon.fetch import Fetch
from maildesk.errors import Trouble
from maildesk.intake.imap_line import LoginRefused, dial, guarded
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.mailboxes import Reader, mail, reader_of
from tests.servers.private import PATIENCE, until
from tests.servers.proxy import Proxy


@pytest.fixture
def user(request: pytest.FixtureRequest) -> str:
    """A mailbox of the test's own."""
    return f"t{abs(hash(request.node.nodeid)):x}@desk.test"


@pytest.fixture
def reader(dovecot: Dovecot, user: str, tmp_path: Path) -> Iterator[Any]:
    """``reader(**settings)``; the first contact is made, so what is delivered now is new."""
    made: list[Reader] = []

    def make(contact: bool = True, **settings: Any) -> Reader:
        made.append(reader_of(dovecot, tmp_path, **{"user": user, **settings}))
        if contact:
            made[-1].read()
        return made[-1]

    yield make
    for each in made:
        each.mailbox.hang_up()
        each.database.close()


@pytest.fixture
def proxy(dovecot: Dovecot) -> Iterator[Proxy]:
    line = Proxy(dovecot.imap)
    yield line
    line.close()


def put(dovecot: Dovecot, user: str, raw: bytes, when: datetime, folder: str = "INBOX") -> None:
    """A mail with an INTERNALDATE of its own, as moving or restoring leaves it."""
    with dovecot.mailbox(user) as line:
        line.append(folder, "", f'"{when:%d-%b-%Y %H:%M:%S +0000}"', raw)


def renumber(dovecot: Dovecot, user: str) -> None:
    """The server loses its UIDs, as after a restore: same mails, other UIDVALIDITY."""
    for path in (dovecot.home(user) / "Maildir").glob("dovecot*"):
        path.unlink()
    validity = str(int(time.time()) + 1000)
    dovecot.admin("mailbox", "update", "-u", user, "--uid-validity", validity, "INBOX")


def _watch_for(word: bytes, seen: threading.Event) -> Callable[[bytes], bool]:
    """Rings when the server says it; never cuts."""

    def watch(said: bytes) -> bool:
        if word in said:
            seen.set()
        return False

    return watch


def test_new_mail_is_taken_with_all_that_the_mailbox_knows(dovecot: Dovecot, user: str, reader: Any) -> None:
    desk = reader(desk="support@desk.test", authserv_id="mx.desk.test", trusted_results="topmost")
    before = datetime.now(UTC) - timedelta(seconds=2)
    dovecot.deliver(user, mail("one"))
    desk.read()
    (arrival,) = desk.taken()
    assert arrival.raw.endswith(mail("one"))
    assert (arrival.intake, arrival.sender, arrival.recipients) == ("imap", "carla@customers.test", (user,))
    assert (arrival.desk, arrival.authserv_id, arrival.trusted_results) == (
        "support@desk.test",
        "mx.desk.test",
        "topmost",
    )
    assert arrival.source_key == f"imap:{user}@127.0.0.1:{dovecot.imap}/INBOX:{desk.cursor().uidvalidity}:1"
    assert before <= arrival.arrived_at <= datetime.now(UTC)
    assert desk.rings == ["process"]


def test_ten_thousand_old_mails_are_old(dovecot: Dovecot, user: str, reader: Any) -> None:
    folder = dovecot.home(user) / "Maildir" / "new"
    dovecot.deliver(user, mail("the first"))
    for number in range(10_000):
        (folder / f"1.{number}.old").write_bytes(mail(f"old {number}"))
    desk = reader()
    desk.read()
    assert desk.taken() == []
    dovecot.deliver(user, mail("new"))
    desk.read()
    assert desk.subjects() == ["new"]


def test_since_reaches_back_by_the_servers_date(dovecot: Dovecot, user: str, reader: Any) -> None:
    now = datetime.now(UTC)
    for days in (1, 5, 2, 4):
        put(dovecot, user, mail(f"{days} days"), now - timedelta(days=days))
    desk = reader(since=timedelta(days=3))
    assert desk.subjects() == ["1 days", "2 days"]
    assert [round((now - each.arrived_at) / timedelta(days=1)) for each in desk.taken()] == [1, 2]
    put(dovecot, user, mail("moved here later"), now - timedelta(days=9))
    desk.read()
    assert desk.subjects() == ["1 days", "2 days", "moved here later"]


def test_many_mails_come_in_batches_each_once(dovecot: Dovecot, user: str, reader: Any) -> None:
    desk = reader(batch=7)
    for number in range(30):
        dovecot.deliver(user, mail(f"{number:02}"))
    desk.read()
    desk.read()
    assert desk.subjects() == [f"{number:02}" for number in range(30)]


def test_what_other_clients_do_to_flags_changes_nothing(dovecot: Dovecot, user: str, reader: Any) -> None:
    desk = reader()
    dovecot.deliver(user, mail("seen elsewhere"))
    with dovecot.mailbox(user) as line:
        line.store("1", "+FLAGS", r"(\Seen \Answered)")
    dovecot.deliver(user, mail("not seen"))
    desk.read()
    assert desk.subjects() == ["not seen", "seen elsewhere"]
    with dovecot.mailbox(user) as line:
        assert line.search(None, "UNSEEN")[1] == [b"2"]


def test_mail_that_is_deleted_meanwhile_stops_nothing(dovecot: Dovecot, user: str, reader: Any) -> None:
    desk = reader()
    for name in ("one", "two", "three"):
        dovecot.deliver(user, mail(name))
    with dovecot.mailbox(user) as line:
        line.store("3", "+FLAGS", r"(\Deleted)")
        line.expunge()
    desk.read()
    assert desk.subjects() == ["one", "two"]


def test_a_restart_takes_nothing_twice(dovecot: Dovecot, user: str, reader: Any) -> None:
    desk = reader()
    dovecot.deliver(user, mail("one"))
    desk.read()
    desk.mailbox.hang_up()
    desk.start_again()
    dovecot.deliver(user, mail("two"))
    desk.read()
    assert desk.subjects() == ["one", "two"]


def test_when_uidvalidity_changes_nothing_comes_twice_and_nothing_is_lost(
    dovecot: Dovecot, user: str, reader: Any
) -> None:
    put(dovecot, user, mail("old"), datetime.now(UTC) - timedelta(days=30))
    desk = reader()
    for name in ("one", "two"):
        dovecot.deliver(user, mail(name))
    desk.read()
    desk.process_all()
    validity = desk.cursor().uidvalidity
    desk.mailbox.hang_up()
    dovecot.deliver(user, mail("meanwhile"))
    renumber(dovecot, user)
    desk.read()
    assert desk.cursor().uidvalidity != validity
    assert desk.subjects() == ["meanwhile", "one", "two"]
    dovecot.deliver(user, mail("later"))
    desk.read()
    assert desk.subjects() == ["later", "meanwhile", "one", "two"]


def test_a_restored_server_that_dates_all_mail_today_brings_no_old_mail(
    dovecot: Dovecot, user: str, reader: Any
) -> None:
    desk = reader()
    desk.mailbox.hang_up()
    written = format_datetime(datetime.now(UTC) - timedelta(days=30))
    for number in range(20):
        dovecot.deliver(user, mail(f"old {number}", date=written))
    dovecot.deliver(user, mail("new", date=format_datetime(datetime.now(UTC))))
    renumber(dovecot, user)
    desk.read()
    assert desk.subjects() == ["new"]


@pytest.mark.parametrize("octets", [300, 1500, 4000, 9000, 20_000, 30_000])
def test_a_line_that_drops_anywhere_loses_and_doubles_nothing(
    dovecot: Dovecot, user: str, reader: Any, proxy: Proxy, octets: int
) -> None:
    desk = reader(port=proxy.port, batch=4)
    desk.mailbox.hang_up()
    for number in range(10):
        dovecot.deliver(user, mail(f"{number}", "x" * 3000))
    proxy.cut = lambda said: len(said) > octets
    for _ in range(3):
        desk.read()
        desk.mailbox.hang_up()
    proxy.cut = lambda said: False
    desk.read()
    assert desk.subjects() == [str(number) for number in range(10)]


def test_a_mail_that_the_server_cannot_hand_over_stops_none_behind_it(
    dovecot: Dovecot, user: str, reader: Any, proxy: Proxy
) -> None:
    desk = reader(port=proxy.port)
    for name in ("before", "poison", "behind"):
        dovecot.deliver(user, mail(name, "BODY OF POISON" if name == "poison" else "fine"))
    proxy.cut = lambda said: b"BODY OF POISON" in said
    for _ in range(8):
        desk.read()
    assert desk.subjects() == ["before", "behind", "poison"]
    (stub,) = [each for each in desk.taken() if each.left_out]
    assert b"Subject: poison" in stub.raw
    assert "could not hand over this mail (number 2 in folder INBOX)" in stub.left_out


def test_trouble_of_the_database_leaves_the_mail_on_the_server(
    dovecot: Dovecot, user: str, reader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = reader(after="delete")
    dovecot.deliver(user, mail("one"))

    def full(*arguments: object) -> None:
        raise Trouble("The disk is full.")

    for _ in range(5):  # more than the strikes: the mail is not to blame
        with monkeypatch.context() as world:
            world.setattr("maildesk.daemon.fetch.commit", full)
            desk.read()
    assert len(dovecot.mails(user)) == 1
    desk.read()
    assert desk.subjects() == ["one"]
    assert not desk.taken()[0].left_out
    assert dovecot.mails(user) == []


def test_after_seen_marks_what_is_committed(dovecot: Dovecot, user: str, reader: Any) -> None:
    desk = reader(after="seen")
    dovecot.deliver(user, mail("one"))
    desk.read()
    with dovecot.mailbox(user) as line:
        assert line.search(None, "SEEN")[1] == [b"1"]


def test_after_move_puts_it_into_a_folder_that_is_created(dovecot: Dovecot, user: str, reader: Any) -> None:
    desk = reader(after="move:Taken care of")
    for name in ("one", "two"):
        dovecot.deliver(user, mail(name))
    desk.read()
    desk.read()
    assert desk.subjects() == ["one", "two"]
    assert dovecot.mails(user) == []
    assert [each["Subject"] for each in dovecot.mails(user, '"Taken care of"')] == ["one", "two"]


def test_a_mail_over_the_limit_is_cut_named_and_left_in_the_mailbox(dovecot: Dovecot, user: str, reader: Any) -> None:
    desk = reader(limit=20_000, after="delete")
    part = "--b\r\nContent-Type: {}\r\nContent-Disposition: attachment; filename={}\r\n\r\n{}\r\n"
    parts = "--b\r\n\r\nThe text.\r\n" + part.format("image/png", '"a.png"', "a" * 30_000)
    parts += part.format("application/pdf", '"bill 7.pdf"', "b" * 30_000) + "--b--\r\n"
    raw = b'Subject: large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n' + parts.encode()
    dovecot.deliver(user, raw)
    dovecot.deliver(user, mail("small"))
    desk.read()
    large, small = desk.taken()
    assert len(large.raw) == 20_000
    assert b"The text." in large.raw
    assert "Incomplete: a.png. Missing: bill 7.pdf. The whole mail is in the mailbox." in large.left_out
    assert (small.left_out, [each["Subject"] for each in dovecot.mails(user)]) == ("", ["large"])


def test_the_junk_folder_is_a_spam_verdict(dovecot: Dovecot, user: str, reader: Any) -> None:
    desk = reader(folders=("INBOX", "Junk"), spam_folders=())
    put(dovecot, user, mail("spam"), datetime.now(UTC), "Junk")
    dovecot.deliver(user, mail("ham"))
    desk.read()
    assert {each.raw.split(b"Subject: ")[1][:3]: each.spam for each in desk.taken()} == {b"spa": True, b"ham": False}


def test_a_folder_that_is_missing_does_not_stop_the_others(
    dovecot: Dovecot, user: str, reader: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = reader(folders=("Nowhere", "INBOX"))
    dovecot.deliver(user, mail("one"))
    desk.read()
    desk.read()
    assert desk.subjects() == ["one"]
    assert capsys.readouterr().err.count("The folder Nowhere of the mailbox") == 1


def test_idle_brings_new_mail_long_before_the_next_poll(dovecot: Dovecot, user: str, reader: Any) -> None:
    desk = reader(poll_every=timedelta(hours=1))
    role = Fetch([desk.mailbox])
    role.step(datetime.now(UTC))
    try:
        for name in ("one", "two"):
            dovecot.deliver(user, mail(name))
            until(lambda name=name: name in desk.subjects(), f"mail {name} to come by IDLE")  # type: ignore[misc]  # bound
    finally:
        role.stop()


def test_a_line_that_dies_in_idle_is_called_again(dovecot: Dovecot, user: str, reader: Any, proxy: Proxy) -> None:
    """Trap: after a drop ``idle_check`` returns [] at once, for ever."""
    desk = reader(port=proxy.port, poll_every=timedelta(hours=1))
    waiting = threading.Event()
    proxy.cut = _watch_for(b"idling", waiting)
    role = Fetch([desk.mailbox])
    role.step(datetime.now(UTC))
    try:
        assert waiting.wait(PATIENCE)
        proxy.hang_up()
        until(lambda: proxy.connections >= 2, "a second connection")
        dovecot.deliver(user, mail("one"))
        until(lambda: desk.subjects() == ["one"], "mail over the second line")
    finally:
        role.stop()


@pytest.mark.parametrize("idle", [True, False])
def test_stop_ends_a_mailbox_that_waits(dovecot: Dovecot, reader: Any, proxy: Proxy, idle: bool) -> None:
    desk = reader(port=proxy.port, poll_every=timedelta(hours=1), idle=idle)
    waiting = threading.Event()
    proxy.cut = _watch_for(b"idling", waiting)
    role = Fetch([desk.mailbox])
    role.step(datetime.now(UTC))
    if idle:
        assert waiting.wait(PATIENCE)
    role.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == desk.mailbox.where]


def test_one_mailbox_in_trouble_does_not_stop_another(dovecot: Dovecot, user: str, tmp_path: Path, reader: Any) -> None:
    desk = reader(poll_every=timedelta(hours=1))
    (tmp_path / "other").mkdir()
    locked_out = reader_of(dovecot, tmp_path / "other", password="wrong")
    role = Fetch([locked_out.mailbox, desk.mailbox])
    role.step(datetime.now(UTC))
    try:
        dovecot.deliver(user, mail("one"))
        until(lambda: desk.subjects() == ["one"], "mail in the good mailbox")
    finally:
        role.stop()
        locked_out.database.close()


def test_a_refused_login_is_told_once_and_tried_ever_more_rarely(
    reader: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = reader(contact=False, password="wrong")
    assert [desk.read() for _ in range(7)] == [60, 120, 240, 480, 960, 1800, 1800]
    told = capsys.readouterr().err
    assert told.count("refused the login") == 1
    assert "Check user and password_file" in told
    assert PASSWORD not in told


def test_trouble_that_ends_is_forgotten(dovecot: Dovecot, user: str, reader: Any, proxy: Proxy) -> None:
    desk = reader(port=proxy.port)
    proxy.hang_up()
    assert desk.read() == 15
    assert "lost" in desk.cursor().trouble
    assert desk.read() == 60  # the usual poll
    assert desk.cursor().trouble == ""
    assert desk.cursor().checked_at is not None


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_mail_comes_over_tls_with_a_private_authority(dovecot: Dovecot, user: str, reader: Any, tls: str) -> None:
    port = dovecot.imaps if tls == "implicit" else dovecot.imap
    desk = reader(tls=tls, port=port, ca_file=dovecot.certificate.path, poll_every=timedelta(hours=1))
    dovecot.deliver(user, mail("one"))
    desk.read()
    assert desk.subjects() == ["one"]
    role = Fetch([desk.mailbox])
    role.step(datetime.now(UTC))
    try:
        dovecot.deliver(user, mail("two"))
        until(lambda: desk.subjects() == ["one", "two"], "mail by IDLE over TLS")
    finally:
        role.stop()


def test_a_certificate_that_nobody_vouches_for_is_refused(
    dovecot: Dovecot, reader: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    reader(tls="implicit", port=dovecot.imaps)
    assert "is not trusted" in capsys.readouterr().err


def test_no_password_goes_over_a_network_unencrypted(tmp_path: Path, dovecot: Dovecot) -> None:
    desk = reader_of(dovecot, tmp_path, host="192.0.2.1")
    with pytest.raises(LoginRefused, match="unencrypted"):
        dial(desk.settings, "here")


@pytest.mark.parametrize("hostile", ["a\r\nx DELETE INBOX", "a\nb", "a\0b", "a\rb"])
def test_no_argument_becomes_a_second_imap_command(dovecot: Dovecot, user: str, reader: Any, hostile: str) -> None:
    """Trap: imapclient sends CR and LF of a search or login argument as they are (#657)."""
    desk = reader(contact=False)
    client = dial(desk.settings, "here")
    client.select_folder("INBOX")
    attempts: list[Callable[[], object]] = [
        lambda: client.search(["HEADER", "Message-ID", hostile]),
        lambda: client.search(["HEADER", "Message-ID", hostile.encode()]),
        lambda: client.login(hostile, "x"),
    ]
    for attempt in attempts:
        with pytest.raises(Trouble, match="line break"):
            attempt()
    assert client.search(["ALL"]) == []
    client.logout()


def test_the_guard_sends_nothing_of_a_hostile_command() -> None:
    sent: list[object] = []
    send = guarded(lambda *arguments: sent.append(arguments))
    with pytest.raises(Trouble):
        send("SEARCH", ["HEADER", ["nested\r\n"]])
    send("SEARCH", ["HEADER", b"fine"])
    assert sent == [("SEARCH", ["HEADER", b"fine"])]
