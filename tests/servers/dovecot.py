"""A private Dovecot: mailboxes by IMAP (IDLE, MOVE, UIDPLUS) for desk, agents and customers, filled by LMTP.

Every user name exists, with the password ``secret``; an extension after ``+`` is dropped, so mail for
``support+token@desk.test`` is in the mailbox ``support@desk.test``. Runs as root or as anybody.
"""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import smtplib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from tests.servers.certificates import Certificate, self_signed
from tests.servers.private import free_port, listens, program, public_folder, until

PASSWORD = "secret"

_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap lmtp
listen = 127.0.0.1
instance_name = {folder}
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
{chroots}
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain login
mail_location = maildir:~/Maildir
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 100
recipient_delimiter = +
lmtp_hdr_delivery_address = final
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={mail_user} gid={mail_group} home={folder}/home/%Lu allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Junk {{
    auto = create
    special_use = \\Junk
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  inet_listener {{
    port = {auth}
  }}
}}
"""


@dataclass
class Dovecot:
    """A running one. ``imap`` speaks plain text and STARTTLS, ``imaps`` TLS; ``auth`` serves Postfix's logins."""

    folder: Path
    certificate: Certificate
    imap: int
    imaps: int
    lmtp: int
    auth: int

    def deliver(self, user: str, raw: bytes, sender: str = "carla@customers.test") -> None:
        """Puts a mail into the user's INBOX, by LMTP, as a mail server would."""
        with smtplib.LMTP("127.0.0.1", self.lmtp) as line:
            line.sendmail(sender, [user], raw)

    @contextmanager
    def mailbox(self, user: str, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        """A person's mail program: logged in, the folder open."""
        with imaplib.IMAP4("127.0.0.1", self.imap) as line:
            line.login(user, PASSWORD)
            line.select(folder)
            yield line

    def mails(self, user: str, folder: str = "INBOX") -> list[Message]:
        """What is in a folder, oldest first."""
        with self.mailbox(user, folder) as line:
            numbers = line.search(None, "ALL")[1][0].split()
            answers = [line.fetch(number.decode(), "(BODY.PEEK[])")[1][0] for number in numbers]
        return [message_from_bytes(answer[1]) for answer in answers if isinstance(answer, tuple)]

    def home(self, user: str) -> Path:
        """The folder of a user; ``Maildir`` in it is the mailbox."""
        return self.folder / "home" / user

    def admin(self, *arguments: str) -> str:
        """Runs ``doveadm``."""
        command = [program("doveadm", "dovecot-core"), "-c", str(self.folder / "dovecot.conf"), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def log(self) -> str:
        """For failed tests."""
        return (self.folder / "log").read_text(errors="replace")


@contextmanager
def running_dovecot() -> Iterator[Dovecot]:
    """Starts one, and stops it at the end."""
    binary = program("dovecot", "dovecot-imapd dovecot-lmtpd")
    with public_folder("dovecot") as folder:
        server = Dovecot(folder, self_signed(folder, "localhost"), free_port(), free_port(), free_port(), free_port())
        config = folder / "dovecot.conf"
        config.write_text(_config(server))
        (folder / "home").mkdir()
        if os.geteuid() == 0:
            os.chown(folder / "home", *_ids("nobody"))
        started = subprocess.Popen([binary, "-F", "-c", str(config)], stderr=subprocess.PIPE)
        try:
            ports = (server.imap, server.imaps, server.lmtp, server.auth)
            until(lambda: started.poll() is not None or all(map(listens, ports)), "Dovecot to listen")
            if started.poll() is not None:
                raise RuntimeError(f"Dovecot did not start: {started.stderr.read().decode() if started.stderr else ''}")
            yield server
        finally:
            started.terminate()
            started.communicate(timeout=30)


def _ids(user: str) -> tuple[int, int]:
    entry = pwd.getpwnam(user)
    return entry.pw_uid, entry.pw_gid


def _config(server: Dovecot) -> str:
    root = os.geteuid() == 0
    me = pwd.getpwuid(os.geteuid()).pw_name
    group = grp.getgrgid(os.getegid()).gr_name
    no_chroot = "\n".join(
        f"service {name} {{\n  chroot =\n}}" for name in ("anvil", "imap-login", "imap-urlauth-login", "old-stats")
    )
    nobody = grp.getgrgid(_ids("nobody")[1]).gr_name
    return _CONFIG.format(
        folder=server.folder,
        certificate=server.certificate.path,
        key=server.certificate.key,
        internal="dovecot" if root else me,
        internal_group="dovecot" if root else group,
        login="dovenull" if root else me,
        chroots="" if root else no_chroot,
        password=PASSWORD,
        mail_user="nobody" if root else me,
        mail_group=nobody if root else group,
        imap=server.imap,
        imaps=server.imaps,
        lmtp=server.lmtp,
        auth=server.auth,
    )
