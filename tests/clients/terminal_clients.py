"""s-nail, neomutt, mutt and swaks: they read Anna's mailbox, answer or pass on its newest mail, and send.

What they make of it (headers, quotes, encodings, attribution) is theirs; set is only what a person sets: name, server,
signature, editor.
"""

from __future__ import annotations

import imaplib
import shlex
import sys
from collections.abc import Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.clients.cases import ATTACHMENT, SIGNATURE
from tests.clients.scene import DESK
from tests.clients.seat import ADDRESS, NAME, PASSWORD, Seat, Terminal, run
from tests.servers.private import program

NOTHING: Mapping[str, str] = {}


def s_nail(seat: Seat) -> None:
    """s-nail in batch mode, over IMAP. Its own quote stands above where text is put between, else below."""
    binary = program("s-nail", "s-nail")
    settings = (
        "v15-compat", f"mta=smtp://127.0.0.1:{seat.smtp}", "smtp-auth=none", f"from={NAME} <{ADDRESS}>", "sendwait",
        "reply-to-honour", "ttycharset=utf-8", "sendcharsets=utf-8", f"editor={seat.editor()}", "imap-keepalive=0",
        "forward-inject-head", "indentprefix=> ",
    )  # fmt: skip
    options = [part for each in settings for part in ("-S", each)]
    box = f"imap://{seat.login}:{PASSWORD}@127.0.0.1:{seat.imap}/INBOX"
    case = seat.case
    typed = [f"forward 1 {DESK}" if case.forwards else "reply 1"]
    typed += [] if case.forwards else ["~m 1"]
    typed += ["~e", *([f"~@ {seat.attachment}"] if case.attached else []), f"~< {seat.signature}", "~."]
    run(
        [binary, "-n", "-#", *options, "-f", box],
        "\n".join([*typed, "exit", ""]),
        seat.environment(EDITOR=str(seat.editor())),
    )


def neomutt(seat: Seat) -> None:
    """neomutt on a terminal. HTML is a second part that it groups with the text, as macros do."""
    _mutt(seat, program("neomutt", "neomutt"), "spool_file")


def mutt(seat: Seat) -> None:
    """mutt on a terminal. HTML is what a filter makes of the whole draft, quote and signature too: its only way."""
    more = {}
    if seat.case.html:
        page, script = seat.home / "page.html", seat.home / "filter"
        page.write_text(seat.case.html)
        arguments = (sys.executable, Path(__file__).with_name("as_html.py"), seat.home / "typed.json", page)
        script.write_text(f"#!/bin/sh\nexec {shlex.join(map(str, arguments))}\n")
        script.chmod(0o755)
        more = {"send_multipart_alternative": "yes", "send_multipart_alternative_filter": str(script)}
    _mutt(seat, program("mutt", "mutt"), "spoolfile", more)


def _mutt(seat: Seat, binary: str, spool_file: str, more: Mapping[str, str] = NOTHING) -> None:
    case = seat.case
    box = f"imap://127.0.0.1:{seat.imap}/INBOX"
    rc = seat.home / "muttrc"
    settings = {
        "realname": NAME, "from": ADDRESS, "smtp_url": f"smtp://127.0.0.1:{seat.smtp}", "editor": str(seat.editor()),
        "ssl_starttls": "no", "ssl_force_tls": "no", "fast_reply": "yes", "include": "yes", "abort_unmodified": "no",
        "abort_nosubject": "no", "record": "", "sleep_time": "0", "quit": "yes", "sort": "date-received",
        "reply_to": "yes", "header_cache": "", "send_charset": "utf-8", "charset": "utf-8", "beep": "no",
        "mark_old": "no", "signature": str(seat.signature), "folder": "/", spool_file: box, "mime_forward": "no",
        "wait_key": "no", "imap_user": seat.user, "imap_pass": PASSWORD, "abort_noattach": "no", **more,
    }  # fmt: skip
    rc.write_text("".join(f'set {name}="{value}"\n' for name, value in settings.items()))
    keys = "<last-entry>" + (f"<forward-message>{DESK}<enter>" if case.forwards else "<reply>")
    if case.attached:
        keys += f"<attach-file>{seat.attachment}<enter>"
    if case.html and not more:
        page = seat.home / "page.html"
        page.write_text(f"<html><body>{case.html}</body></html>\n")
        keys += f"<attach-file>{page}<enter><toggle-disposition><edit-description>^U<enter>"
        keys += "<first-entry><tag-entry><next-entry><tag-entry><group-alternatives>"
    keys += "<send-message><quit>"
    terminal = Terminal([binary, "-n", "-F", str(rc), "-f", box, "-e", f"push '{keys}'"], seat.environment())
    terminal.end()


def swaks(seat: Seat) -> None:
    """swaks: sends exactly what a script gives it, as monitoring and ticket scripts do."""
    case, mail = seat.case, _newest(seat)
    quoted = "\n".join(f"> {line}".rstrip() for line in _text(mail).splitlines())
    if case.forwards:
        shown = "".join(f"{name}: {mail[name]}\n" for name in ("From", "Date", "Subject", "To"))
        below = f"-------- Forwarded Message --------\n{shown}\n{_text(mail)}"
    else:
        below = f"{mail['From']} wrote:\n{quoted}"
    for key, said in case.between.items():
        lines = below.splitlines()
        at = next(number for number, line in enumerate(lines) if key in line)
        below = "\n".join([*lines[: at + 1], "", said, "", *lines[at + 1 :]])
    text = seat.home / "body.txt"
    text.write_text(
        f"{case.text}\n\n-- \n{SIGNATURE}\n\n{below}\n" if not case.between else f"{case.text}\n\n{below}\n"
    )
    to = DESK if case.forwards else str(mail["Reply-To"]).split("<")[-1].rstrip(">")
    command = [
        program("swaks", "swaks"), "--server", f"127.0.0.1:{seat.smtp}", "--from", ADDRESS, "--to", to, "--silent", "2",
        "--header", f"From: {NAME} <{ADDRESS}>",
        "--header", f"Subject: {'Fwd' if case.forwards else 'Re'}: {mail['Subject']}",
    ]  # fmt: skip
    if not case.forwards:
        command += ["--header", f"In-Reply-To: {mail['Message-ID']}", "--header", f"References: {mail['Message-ID']}"]
    run([*command, *_parts(seat, text)], "", seat.environment())


def _parts(seat: Seat, text: Path) -> list[str]:
    case = seat.case
    if case.html:
        page = seat.home / "page.html"
        page.write_text(f"<html><body>{case.html}</body></html>\n")
        return ["--attach-type", "text/plain; charset=utf-8", "--attach-body", f"@{text}",
                "--attach-type", "text/html; charset=utf-8", "--attach-body", f"@{page}"]  # fmt: skip
    if case.attached:
        return ["--attach-type", "text/plain; charset=utf-8", "--attach-body", f"@{text}", "--attach-type", "text/csv",
                "--attach-name", ATTACHMENT, "--attach", f"@{seat.attachment}"]  # fmt: skip
    return ["--body", f"@{text}", "--add-header", "MIME-Version: 1.0",
            "--add-header", "Content-Type: text/plain; charset=utf-8"]  # fmt: skip


def _newest(seat: Seat) -> EmailMessage:
    with imaplib.IMAP4("127.0.0.1", seat.imap) as line:
        line.login(seat.user, PASSWORD)
        line.select("INBOX", readonly=True)
        newest = line.search(None, "ALL")[1][0].split()[-1]
        answer = line.fetch(newest.decode(), "(BODY.PEEK[])")[1][0]
    assert isinstance(answer, tuple)
    mail: EmailMessage = message_from_bytes(answer[1], policy=policy.default)
    return mail


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
