"""What can be wrong at the start is one clear sentence with the way out."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from maildesk.errors import Trouble
from maildesk.intake.listening import open_tcp, passed_by_systemd, tls_context
from tests.servers.certificates import self_signed

from .conftest import Running

Start = Callable[..., Running]


def test_a_port_that_is_taken_names_the_way_to_find_who_has_it(receive: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Trouble, match=rf"another program has this port. Find it with `ss -ltnp 'sport = :{port}'`"):
            receive(listen=(f"127.0.0.1:{port}",))


def test_what_was_opened_before_the_fault_is_closed_again(receive: Start, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        with pytest.raises(Trouble):
            receive(listen=(f"127.0.0.1:{port}", f"127.0.0.1:{other.getsockname()[1]}"))
        assert receive(listen=(f"127.0.0.1:{port}",)).port == port


@pytest.mark.parametrize(
    ("where", "sentence"),
    [("192.0.2.1:2525", "does not have that address"), ("no.such.host.invalid:25", "no such address")],
)
def test_an_address_that_is_not_ours_is_told(where: str, sentence: str) -> None:
    with pytest.raises(Trouble, match=sentence):
        open_tcp(where)


def test_both_families_can_be_listened_on(receive: Start) -> None:
    addresses = receive(listen=("127.0.0.1:0", "[::1]:0")).role.addresses["smtp"]
    assert [address.rpartition(":")[0] for address in addresses] == ["127.0.0.1", "::1"]


def test_mail_comes_by_starttls_where_a_certificate_is_configured(receive: Start, tmp_path: Path) -> None:
    made = self_signed(tmp_path, "localhost")
    running = receive(certificate=made.path, private_key=made.key)
    client = running.smtp(hello="")
    assert "250 STARTTLS" in client.say("EHLO client.example.net").splitlines()
    assert client.say("STARTTLS").startswith("220")
    client.encrypt(made.path)
    assert "STARTTLS" not in client.say("EHLO client.example.net")
    client.envelope()
    assert client.data(b"Subject: secret\r\n\r\n").startswith("250")
    assert running.store.mail.raw == b"Subject: secret\r\n\r\n"


def test_what_is_sent_behind_starttls_in_clear_text_is_not_obeyed(receive: Start, tmp_path: Path) -> None:
    """STARTTLS injection: commands slipped in before the encryption must not count as said inside it."""
    made = self_signed(tmp_path, "localhost")
    client = receive(certificate=made.path, private_key=made.key).smtp()
    client.send(b"STARTTLS\r\nMAIL FROM:<evil@example.org>\r\n")
    assert client.reply().startswith("220")
    client.encrypt(made.path)
    client.say("EHLO client.example.net")
    assert client.say("RCPT TO:<support@example.com>").startswith("503")


def test_without_a_certificate_there_is_no_starttls(receive: Start) -> None:
    client = receive().smtp(hello="")
    assert "STARTTLS" not in client.say("EHLO client.example.net")
    assert client.say("STARTTLS").startswith("454")


def test_a_certificate_that_cannot_be_used_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, other = self_signed(tmp_path / "a", "localhost"), self_signed(tmp_path / "b", "localhost")
    with pytest.raises(Trouble, match="does not exist"):
        tls_context(tmp_path / "missing.pem", one.key)
    with pytest.raises(Trouble, match="cannot be used"):
        tls_context(one.path, other.key)
    (tmp_path / "text.pem").write_text("no certificate")
    with pytest.raises(Trouble, match="must be a PEM file"):
        tls_context(tmp_path / "text.pem", one.key)


def test_sockets_that_systemd_opened_are_told_apart_by_name() -> None:
    assert passed_by_systemd({}) == {}
    assert passed_by_systemd({"LISTEN_PID": "1", "LISTEN_FDS": "1"}) == {}
    assert passed_by_systemd({"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "0"}) == {}
