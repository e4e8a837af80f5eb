"""aerc and alpine on a terminal, over IMAP."""

from __future__ import annotations

from tests.clients.cases import ATTACHMENT
from tests.clients.scene import DESK
from tests.clients.seat import ADDRESS, NAME, PASSWORD, Seat, Terminal
from tests.servers.private import program

_ENTER, _DOWN, _CTRL_J, _CTRL_X = "\r", "\x1b[B", "\x0a", "\x18"


def aerc(seat: Seat) -> None:
    """aerc: its commands are typed. HTML is a converter's, as its documentation shows it."""
    case = seat.case
    folder = seat.home / ".config" / "aerc"
    folder.mkdir(parents=True)
    (folder / "accounts.conf").write_text(
        f"[desk]\nsource = imap+insecure://{seat.login}:{PASSWORD}@127.0.0.1:{seat.imap}\n"
        f"outgoing = smtp+none://localhost:{seat.smtp}\nsmtp-starttls = yes\ndefault = INBOX\n"
        f"from = {NAME} <{ADDRESS}>\nsignature-file = {seat.signature}\ncache-headers = false\n"
    )
    (folder / "accounts.conf").chmod(0o600)
    page = seat.home / "page.html"
    page.write_text(f"<html><body>{case.html}</body></html>\n")
    (folder / "aerc.conf").write_text(
        f"[compose]\neditor = {seat.editor()}\nno-attachment-warning =\nempty-subject-warning = false\n"
        f"[multipart-converters]\ntext/html = cat {page}\n[viewer]\npager = cat\nalternatives = text/plain,text/html\n"
        "[filters]\ntext/plain = cat\ntext/html = cat\n"
    )
    environment = seat.environment(XDG_CONFIG_HOME=str(seat.home / ".config"), SSL_CERT_FILE=str(seat.certificate))
    terminal = Terminal([program("aerc", "aerc")], environment)
    try:
        terminal.wait("Opening an account" if case.forwards else "My order has not come")
        terminal.type(f":forward {DESK}{_ENTER}" if case.forwards else f":reply -q{_ENTER}")
        terminal.wait("Send this email?")
        if case.html:
            terminal.type(f":multipart text/html{_ENTER}")
            terminal.wait("text/html")
        if case.attached:
            terminal.type(f":attach {seat.attachment}{_ENTER}")
            terminal.wait(ATTACHMENT)
        terminal.type("y")
        terminal.until(seat.has_sent)
    finally:
        terminal.kill()


def alpine(seat: Seat) -> None:
    """alpine: its menus are walked through by keys, its editor is another program, as it allows (``^_``)."""
    case = seat.case
    rc = seat.home / ".pinerc"
    server = f"127.0.0.1:{seat.imap}/user={seat.user}/notls/novalidate-cert"
    rc.write_text(
        f"personal-name={NAME}\nuser-domain=example.com\ninbox-path={{{server}}}INBOX\n"
        f'smtp-server=127.0.0.1:{seat.smtp}/notls\ndefault-fcc=""\nsignature-file={seat.signature}\n'
        f"editor={seat.editor()}\ncustomized-hdrs=From: {NAME} <{ADDRESS}>\npassword-file={seat.home}/pw\n"
        "feature-list=enable-alternate-editor-cmd,enable-alternate-editor-implicitly,include-text-in-reply,"
        "no-disable-sender,disable-sender,allow-changing-from,quell-folder-internal-msg,enable-reply-to,"
        "quit-without-confirm,send-without-confirm,enable-reply-indent-string-editing,quell-user-lookup-in-passwd-file,"
        "quell-timezone-comment-when-sending,reply-always-uses-reply-to\n"
        "last-version-used=7.26\nwordseparators=\n"
    )
    terminal = Terminal(
        [program("alpine", "alpine"), "-p", str(rc), "-i", "-passfile", str(seat.home / "pw")], seat.environment()
    )
    try:
        terminal.wait("PASSWORD")
        terminal.type(PASSWORD + _ENTER)
        terminal.wait("Preserve password")
        terminal.type("n")
        terminal.wait("Opening an account" if case.forwards else "My order has not come")
        if case.forwards:
            terminal.type("f")
            terminal.wait("FORWARD MESSAGE")
            terminal.type(f"{DESK}{_ENTER}" + _DOWN * 3)
        else:
            terminal.type("r")
            terminal.wait("nclude original message in Reply")
            terminal.type("y")
            terminal.wait("Reply to all recipients")
            terminal.type("n")
        terminal.wait("Alternate editor done")
        if case.attached:
            terminal.wait("Attach")  # with the editor's end it went up to the headers
            terminal.type(_CTRL_J)
            terminal.wait("to attach")
            terminal.type(f"{seat.attachment}{_ENTER}")
            terminal.wait("comment")
            terminal.type(_ENTER)
        terminal.type(_CTRL_X)
        terminal.until(seat.has_sent)
    finally:
        terminal.kill()
