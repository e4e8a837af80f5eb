"""Real mail programs that answer a mail of the private Dovecot through the private Postfix.

Each gets the folder of the person's Maildir, what they type, and where to send. What the programs make of it (headers,
quotes, line ends, encodings) is theirs.
"""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.servers.private import PATIENCE, program

Client = Callable[[Path, str, str, int], None]
"""(Maildir, the person's address, what they type, SMTP port): answers the newest mail, with a quote of it."""


def _newest(maildir: Path) -> Path:
    mails = [*maildir.glob("new/*"), *maildir.glob("cur/*")]
    return max(mails, key=lambda each: int(each.name.split(".")[0]))


def s_nail(maildir: Path, address: str, text: str, port: int) -> None:
    """s-nail in batch mode: ``reply`` to the newest message, quoting it."""
    binary = program("s-nail", "s-nail")
    settings = (
        "v15-compat", f"mta=smtp://127.0.0.1:{port}", "smtp-auth=none", f"from={address}",
        "sendwait", "reply-to-honour", "quote-inject-head=", "indentprefix=> ", "quote", "ttycharset=utf-8",
        "sendcharsets=utf-8",
    )  # fmt: skip
    options = [part for each in settings for part in ("-S", each)]
    single = maildir.parent / "one.mbox"
    single.write_bytes(b"From desk Thu Jan  1 00:00:00 1970\n" + _newest(maildir).read_bytes() + b"\n")
    typed = f"reply 1\n{text}\n~m 1\n~.\nexit\n"
    _run([binary, "-n", "-#", *options, "-f", str(single)], typed.encode(), {"HOME": str(maildir.parent)})


def neomutt(maildir: Path, address: str, text: str, port: int) -> None:
    """neomutt on a terminal: opens the Maildir, replies to the last message, sends what its editor left."""
    binary = program("neomutt", "neomutt")
    editor = maildir.parent / "editor.sh"
    typed = maildir.parent / "typed.txt"
    typed.write_text(text + "\n")
    editor.write_text(f'#!/bin/sh\ncat "{typed}" "$1" > "$1.new" && mv "$1.new" "$1"\n')
    editor.chmod(0o755)
    rc = maildir.parent / "neomuttrc"
    rc.write_text(
        f'set from="{address}"\nset smtp_url="smtp://127.0.0.1:{port}"\nset editor="{editor}"\n'
        "set ssl_starttls=no\nset ssl_force_tls=no\n"
        "set fast_reply=yes\nset include=yes\nset abort_unmodified=no\nset abort_nosubject=no\nset record=\n"
        "set sleep_time=0\nset quit=yes\nset confirmappend=no\nset sort=date-received\nset reply_to=yes\n"
        f"set folder={maildir}\nset spool_file={maildir}\nset header_cache=\n"
        "set send_charset=utf-8\nset charset=utf-8\nset beep=no\nset mark_old=no\n"
    )
    keys = "push '<last-entry><reply><send-message><quit>'"
    _on_a_terminal([binary, "-n", "-F", str(rc), "-f", str(maildir), "-e", keys], {"HOME": str(maildir.parent)})


def swaks(maildir: Path, address: str, text: str, port: int) -> None:
    """swaks: sends exactly what a script gives it, as monitoring and ticket scripts do."""
    binary = program("swaks", "swaks")
    mail: EmailMessage = message_from_bytes(_newest(maildir).read_bytes(), policy=policy.default)
    to = str(mail["Reply-To"]).split("<")[-1].rstrip(">")
    quoted = "\n".join(f"> {line}" for line in str(mail.get_body(("plain",)).get_content()).splitlines())  # type: ignore[union-attr]  # our mails have a plain part
    body = f"{text}\n\n{mail['From']} wrote:\n{quoted}\n"
    _run(
        [
            binary, "--server", f"127.0.0.1:{port}", "--from", address, "--to", to, "--body", body,
            "--header", f"Subject: Re: {mail['Subject']}", "--header", f"In-Reply-To: {mail['Message-ID']}",
            "--add-header", f"References: {mail['Message-ID']}", "--add-header", "MIME-Version: 1.0",
            "--add-header", "Content-Type: text/plain; charset=utf-8", "--silent", "2",
        ],
        b"", {},
    )  # fmt: skip


CLIENTS: dict[str, Client] = {"s-nail": s_nail, "neomutt": neomutt, "swaks": swaks}


def _run(command: list[str], typed: bytes, environment: dict[str, str]) -> None:
    env = {**os.environ, "LC_ALL": "C.UTF-8", "TERM": "dumb", **environment}
    done = subprocess.run(command, input=typed, capture_output=True, timeout=60, env=env)
    if done.returncode:
        raise RuntimeError(
            f"{command[0]} failed: {done.stderr.decode(errors='replace')} {done.stdout.decode(errors='replace')}"
        )


def _on_a_terminal(command: list[str], environment: dict[str, str]) -> None:
    """Runs a program that insists on a screen; its output is read and thrown away."""
    env = {**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm", **environment}
    child, screen = pty.fork()
    if child == 0:
        os.execve(command[0], command, env)
    shown = bytearray()
    while select.select([screen], [], [], PATIENCE)[0]:
        try:
            piece = os.read(screen, 65_536)
        except OSError:  # Linux: the other side of a terminal has gone
            break
        shown += piece
    else:
        os.kill(child, signal.SIGKILL)
    os.close(screen)
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError(f"{command[0]} ended with {status}: {bytes(shown[-2000:]).decode(errors='replace')}")
