"""A private Postfix: the relay that takes our mail, and the mail server in front of the desk.

It takes mail from loopback for every address. Where a mail goes is told by ``routes`` (a domain or an address to a
transport); mail without a route goes into the mailboxes of the private Dovecot. Some domains have bad days:

* ``refused.test``: 550 at RCPT, for good; ``deferred.test``: 450 at RCPT; ``bounced.test``: taken, then a real bounce.

Needs root: Postfix starts as nobody else. See ``Postfix`` for what a test can do, and ``conftest`` for the fixture.
"""

from __future__ import annotations

import json
import os
import smtplib
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers.certificates import Certificate, self_signed
from tests.servers.private import free_port, listens, missing, program, public_folder, until

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = mx.relay.test
mydestination =
local_transport = error:5.1.1 no local mail here
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps =
transport_maps = hash:{folder}/transport
default_transport = {default}
recipient_delimiter = +
smtpd_recipient_restrictions = check_recipient_access inline:{{ {{refused.test=550 5.1.1 No such user}},
  {{deferred.test=450 4.2.1 Come again}} }}, permit_mynetworks, reject
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = may
smtpd_sasl_type = dovecot
smtpd_sasl_path = {auth}
smtpd_sasl_auth_enable = {login}
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
message_size_limit = 200000000
mailbox_size_limit = 0
smtp_tls_security_level = may
smtp_tls_loglevel = 1
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
bounce_queue_lifetime = 1d
lmtp_destination_recipient_limit = 50
desk_destination_recipient_limit = 1
disable_dns_lookups = yes
notify_classes =
smtputf8_enable = yes
"""

_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
{pipe}
"""


@dataclass
class Postfix:
    """A running one. ``sockets`` is a folder where its processes can reach a unix socket."""

    folder: Path
    port: int
    certificate: Certificate

    @property
    def url(self) -> str:
        """For ``[outgoing] relay``."""
        return f"smtp://127.0.0.1:{self.port}"

    def send(self, recipient: str | Sequence[str], raw: bytes, sender: str = "carla@customers.test") -> None:
        """A customer's mail program: hands a mail over by SMTP."""
        with smtplib.SMTP("127.0.0.1", self.port) as line:
            line.sendmail(sender, recipient, raw, mail_options=["BODY=8BITMIME"])

    def flush(self) -> None:
        """Tries what is deferred at once."""
        self._run("postqueue", "-f")

    def queue(self) -> list[dict[str, Any]]:
        """What has not been delivered, one object a mail (``postqueue -j``)."""
        return [json.loads(line) for line in self._run("postqueue", "-j").splitlines()]

    def log(self) -> str:
        """For failed tests, and for what Postfix was answered."""
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _run(self, name: str, *arguments: str) -> str:
        command = [program(name, "postfix"), "-c", str(self.folder / "etc"), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@contextmanager
def running_postfix(
    routes: Mapping[str, str] | None = None,
    *,
    mailboxes: int | None = None,
    logins: int | None = None,
    pipe: Sequence[str] = (),
    pipe_user: str = "root",
) -> Iterator[Postfix]:
    """Starts one, and stops it at the end.

    ``routes``: domain or address → transport: ``smtp:[127.0.0.1]:2525``, ``lmtp:unix:/path``, ``lmtp:inet:host:port``,
    or ``desk:`` for the command ``pipe``. ``mailboxes`` is the LMTP port for mail without a route, else it is an
    error; ``logins`` the port of Dovecot's logins.
    """
    binary = program("postfix", "postfix")
    if os.geteuid() != 0:
        missing("Postfix can be started by root only")
    with public_folder("postfix") as folder:
        server = Postfix(folder, free_port(), self_signed(folder, "localhost"))
        _write(server, {**(routes or {}), "bounced.test": "error:5.1.1 no such user"}, mailboxes, logins)
        user = f"user={pipe_user}" if pipe_user != "root" else "user=nobody"
        line = f"desk unix - n n - 2 pipe\n  flags=DR {user} null_sender= argv={' '.join(pipe)}" if pipe else ""
        (folder / "etc" / "master.cf").write_text(_MASTER.format(port=server.port, pipe=line))
        server._run("postmap", str(folder / "transport"))
        _control(binary, server, "start")
        try:
            until(lambda: listens(server.port), "Postfix to listen")
            yield server
        finally:
            _control(binary, server, "abort")


def _write(server: Postfix, routes: Mapping[str, str], mailboxes: int | None, logins: int | None) -> None:
    folder = server.folder
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir()
    subprocess.run(["chown", "postfix:", str(folder / "data")], check=True)
    (folder / "transport").write_text("".join(f"{pattern} {transport}\n" for pattern, transport in routes.items()))
    (folder / "etc" / "main.cf").write_text(
        _MAIN.format(
            folder=folder,
            default=f"lmtp:inet:127.0.0.1:{mailboxes}" if mailboxes else "error:5.1.2 no route",
            certificate=server.certificate.path,
            key=server.certificate.key,
            auth=f"inet:127.0.0.1:{logins}" if logins else "none",
            login="yes" if logins else "no",
        )
    )


def _control(binary: str, server: Postfix, verb: str) -> None:
    done = subprocess.run([binary, "-c", str(server.folder / "etc"), verb], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"postfix {verb} failed: {done.stderr}\n{server.log()}")
