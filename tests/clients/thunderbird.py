"""Thunderbird on a screen in memory: its own compose windows, opened and sent by its own commands.

Marionette (``marionette.py``) presses what a person presses: Reply, Forward, typing, attaching, Send. Composition,
quoting, the HTML of its editor and what leaves are Thunderbird's. Its default is kept: it writes HTML, and sends text
alone where nothing was formatted. The case ``inline`` is written into the quote of its editor.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.clients.marionette import Marionette
from tests.clients.scene import DESK
from tests.clients.seat import ADDRESS, NAME, PASSWORD, Seat
from tests.servers.private import PATIENCE, free_port, listens, program, until

_SCREEN = "1280x1024x24"

_COMPOSE = """
const server = MailServices.accounts.findServer(args[0], "127.0.0.1", "imap", args[2]);
server.password = args[1];
const inbox = server.rootFolder.getFolderWithFlags(Ci.nsMsgFolderFlags.Inbox);
const { setTimeout } = ChromeUtils.importESModule("resource://gre/modules/Timer.sys.mjs");
const later = async () => { await new Promise(done => setTimeout(done, 500)); return false; };
if (!inbox) { server.performExpand(null); return later(); }
const [header] = [...inbox.messages];
if (!header) { inbox.getNewMessages(null, null); return later(); }
if (inbox.locked) { return later(); }
const type = args[3] ? Ci.nsIMsgCompType.ForwardInline : Ci.nsIMsgCompType.ReplyToSender;
const identity = MailServices.accounts.defaultAccount.defaultIdentity;
MailServices.compose.OpenComposeWindow(
  null, header, inbox.getUriForMsg(header), type, Ci.nsIMsgCompFormat.Default, identity, null, null, null, false);
return true;
"""
"""Presses Reply or Forward, once the mail has been fetched: (user, password, port, forwards)."""

_IS_READY = """
const window = Services.wm.getMostRecentWindow("msgcompose");
const body = window?.GetCurrentEditor?.()?.document?.body;
return Boolean(body && body.querySelector(".moz-cite-prefix + blockquote, .moz-forward-container table ~ *"));
"""

_TYPE = """
const window = Services.wm.getMostRecentWindow("msgcompose");
const editor = window.GetCurrentEditor();
const [text, html, between, attachment, to] = args;
if (html) {
  editor.insertHTML(html);
} else {
  text.split("\\n\\n").forEach((paragraph, number) => {
    if (number) { editor.insertLineBreak(); }
    paragraph.split("\\n").forEach((line, below) => {
      if (below) { editor.insertHTML("<br>"); }
      editor.insertText(line);
    });
  });
}
const doc = editor.document;
for (const [key, answer] of between) {
  const walker = doc.createTreeWalker(doc.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() && !walker.currentNode.data.includes(key)) {}
  let last = walker.currentNode;
  while (last.nextSibling) { last = last.nextSibling; }
  while (last.lastChild) { last = last.lastChild; }
  editor.selection.collapse(last, last.length ?? 0);
  editor.insertLineBreak();
  editor.insertText(answer);
}
if (attachment) {
  const file = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
  file.initWithPath(attachment);
  await window.AddAttachments([window.FileToAttachment(file)]);
}
if (to) {
  window.document.getElementById("toAddrInput").value = to;
  await window.pillifyRecipients();
}
return doc.body.innerHTML;
"""
"""What a person types into the open compose window: (text, HTML, answers between, file, recipient)."""

_SEND = """
Services.wm.getMostRecentWindow("msgcompose").goDoCommand("cmd_sendNow");
"""


def thunderbird(seat: Seat) -> None:
    """Thunderbird: one start, one mail."""
    case = seat.case
    with _running(seat) as driven:
        mailbox = (seat.user, PASSWORD, seat.imap, case.forwards)
        until(lambda: _script(driven, _COMPOSE, *mailbox), "Thunderbird to fetch the mail")
        until(lambda: _script(driven, _IS_READY), "Thunderbird's compose window")
        file = str(seat.attachment) if case.attached else ""
        to = DESK if case.forwards else ""
        shown = _script(driven, _TYPE, case.text, case.html, list(case.between.items()), file, to)
        (seat.home / "shown.html").write_text(str(shown))
        _script(driven, _SEND)
        until(seat.has_sent, "Thunderbird to send")


def _script(driven: Marionette, body: str, *arguments: object) -> object:
    services = 'const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");'
    return driven.script(services + body, *arguments)


@contextmanager
def _running(seat: Seat) -> Iterator[Marionette]:
    profile, port = seat.home / "profile", free_port()
    profile.mkdir()
    (profile / "prefs.js").write_text(
        "".join(
            f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in _settings(seat, port).items()
        )
    )
    command = [program("xvfb-run", "xvfb xauth"), "--auto-servernum", "--server-args", f"-screen 0 {_SCREEN}",
               program("thunderbird", "thunderbird"), "--profile", str(profile), "--no-remote",
               "--marionette", "-remote-allow-system-access"]  # fmt: skip
    with (seat.home / "log").open("wb") as log:
        running = subprocess.Popen(
            command, stdout=log, stderr=log, env=seat.environment(MOZ_CRASHREPORTER_DISABLE="1"), start_new_session=True
        )
    try:
        until(lambda: running.poll() is not None or listens(port), "Thunderbird to start")
        driven = Marionette(port, PATIENCE)
        try:
            yield driven
        finally:
            driven.close()
    except BaseException:
        print((seat.home / "log").read_text(errors="replace")[-3000:])  # pytest shows it with the failure
        raise
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait(PATIENCE)


def _settings(seat: Seat, port: int) -> dict[str, object]:
    account = {
        "mail.accountmanager.accounts": "account1", "mail.accountmanager.defaultaccount": "account1",
        "mail.account.account1.identities": "id1", "mail.account.account1.server": "server1",
        "mail.server.server1.type": "imap", "mail.server.server1.hostname": "127.0.0.1",
        "mail.server.server1.port": seat.imap, "mail.server.server1.userName": seat.user,
        "mail.server.server1.name": seat.user, "mail.server.server1.socketType": 0, "mail.server.server1.authMethod": 3,
        "mail.identity.id1.fullName": NAME, "mail.identity.id1.useremail": ADDRESS, "mail.identity.id1.valid": True,
        "mail.identity.id1.htmlSigText": seat.signature.read_text(), "mail.identity.id1.smtpServer": "smtp1",
        "mail.identity.id1.fcc": False, "mail.identity.id1.reply_on_top": 1, "mail.identity.id1.sig_bottom": False,
        "mail.smtpservers": "smtp1", "mail.smtp.defaultserver": "smtp1", "mail.smtpserver.smtp1.hostname": "127.0.0.1",
        "mail.smtpserver.smtp1.port": seat.smtp, "mail.smtpserver.smtp1.authMethod": 1,
        "mail.smtpserver.smtp1.try_ssl": 0,
    }  # fmt: skip
    off = (
        "mail.provider.enabled", "app.update.enabled", "datareporting.policy.dataSubmissionEnabled",
        "mailnews.start_page.enabled", "network.captive-portal-service.enabled", "extensions.update.enabled",
        "network.connectivity-service.enabled", "mail.compose.attachment_reminder", "mail.warn_on_send_accel_key",
        "browser.safebrowsing.malware.enabled", "mail.shell.checkDefaultClient", "mailnews.sendInBackground",
        "toolkit.telemetry.reportingpolicy.firstRun",
    )  # fmt: skip
    quiet = {"marionette.port": port, "mail.rights.version": 1, "mail.spotlight.firstRunDone": True,
             "mail.winsearch.firstRunDone": True, "app.donation.eoy.version.viewed": 999,
             "services.settings.server": "data:,", **dict.fromkeys(off, False)}  # fmt: skip
    return {**account, **quiet}
