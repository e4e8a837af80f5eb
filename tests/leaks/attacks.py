"""Mails in which something of the inside stands where it should not: pasted, hidden, encoded, attached.

``attacks`` makes them; each is a sentence of what was done, and the mail. Whatever is done with them (sent without it,
held, brought back), what leaves must show nothing of the inside.
"""

# ruff: noqa: E501  # words and mark-up in one piece

from __future__ import annotations

import base64
import html
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace

from tests.leaks.drafts import Draft, drafts
from tests.leaks.scene import Notice
from tests.leaks.writing import Reply, both, mail, mixed, multi, part, quoted, typed

ZERO = "\u200b"


def attacks(notice: Notice) -> Iterator[tuple[str, bytes]]:
    """Every one of them, against this notification."""
    draft = drafts(notice.language, notice.story.points)[0]
    reply = Reply(notice, draft, notice.language)
    yield from _pasted(notice, draft, reply)
    yield from _hidden(notice, draft, reply)
    yield from _quoted_badly(notice, draft, reply)
    yield from _attached(notice, draft, reply)
    yield from _named(notice, draft, reply)


def _plain(reply: Reply, *said: str) -> bytes:
    return mail(reply, part("plain", typed(*said) + "\n"))


def _pasted(notice: Notice, draft: Draft, reply: Reply) -> Iterator[tuple[str, bytes]]:
    own = draft.above
    lines = [line for line in notice.panel[1:] if len(line) > 20 and not line.startswith(">")]
    for line in lines:
        yield f"one line of the panel above: {line[:40]}", _plain(reply, own[0], line, own[1])
        yield f"one line of the panel below: {line[:40]}", _plain(reply, *own, line)
    for count in (2, 5, 9):
        yield f"{count} lines of the panel", _plain(reply, own[0], "\n".join(lines[2 : 2 + count]), own[1])
    yield "the panel without its marker", _plain(reply, *own, "\n".join(notice.panel[1:]))
    for said in (notice.story.note, notice.story.person_note):
        yield "a note in the text", _plain(reply, own[0], said, own[1])
        yield "a note in capitals", _plain(reply, own[0], said.upper(), own[1])
        yield "a note as a quote", _plain(reply, own[0], f"> {said}", own[1])
        yield "a note with invisible characters", _plain(reply, own[0], ZERO.join(said), own[1])
    signed = notice.reply_to
    for name, address in {
        "as it is": signed,
        "in capitals": signed.upper(),
        "with invisible characters": signed.replace("@", f"{ZERO}@").replace("+", f"+{ZERO}"),
        "an invisible character in each place": ZERO.join(signed),
        "a soft hyphen in it": signed[:25] + "\u00ad" + signed[25:],
        "broken over two lines": signed[:30] + "\n" + signed[30:],
        "wide letters": "".join(chr(ord(each) + 0xFEE0) if each.isalnum() else each for each in signed),
        "spelled out": signed.replace("@", " at "),
        "(at)": signed.replace("@", "(at)"),
        "[at]": signed.replace("@", " [at] "),
        "encoded": signed.replace("@", "%40").replace("+", "%2B"),
        "a bare token": signed.partition("+")[2].partition("@")[0],
        "another domain": signed.partition("@")[0] + "@elsewhere.example",
        "in brackets": f"<{signed}>",
        "mailto": f"mailto:{signed}?subject=Re",
        "a wide @": signed.replace("@", "\uff20"),
        "a space behind @": signed.replace("@", "@ "),
        "cyrillic homoglyphs": signed.replace("a", "а").replace("e", "е"),
        "with dots": signed.replace("+", "+.", 1),
    }.items():
        yield f"the signed address: {name}", _plain(reply, own[0], f"Write to {address} please.", own[1])
    for address in ("ben@example.com", "ben.weber@phone.example", "admin@example.com", "anna@example.com"):
        for name, shown in {
            "as it is": address,
            "in capitals": address.upper(),
            "invisible": address.replace("@", f"{ZERO}@{ZERO}"),
            "wide @": address.replace("@", "\uff20"),
            "(at)": address.replace("@", "(at)"),
            "spaces": address.replace("@", " @ "),
        }.items():
            yield f"a colleague's address {name}", _plain(reply, own[0], f"Ask {shown} for it.", own[1])


def _page(reply: Reply, inner: str, *said: str) -> bytes:
    return mail(reply, both(typed(*said) + "\n", f"<html><body>{inner}</body></html>"))


def _hidden(notice: Notice, draft: Draft, reply: Reply) -> Iterator[tuple[str, bytes]]:
    own, signed, note = draft.above, notice.reply_to, html.escape(notice.story.note)
    body = "".join(f"<p>{html.escape(each)}</p>" for each in own)
    for name, secret in {"signed address": signed, "note": note, "colleague": "ben@example.com"}.items():
        tricks = {
            "link": f'<p><a href="mailto:{secret}">{own[0]}</a></p>{body}',
            "link, encoded": f'<p><a href="mailto:{secret.replace("@", "%40")}">{own[0]}</a></p>{body}',
            "link, entities": f'<p><a href="mailto:{"".join(f"&#{ord(each)};" for each in secret)}">{own[0]}</a></p>{body}',
            "link to a page": f'<p><a href="https://shop.example/?to={secret}">{own[0]}</a></p>{body}',
            "link in base64": f'<p><a href="https://shop.example/?t={base64.b64encode(secret.encode()).decode()}">{own[0]}</a></p>{body}',
            "title of a link": f'<p><a href="https://shop.example/" title="{secret}">{own[0]}</a></p>{body}',
            "title": f'<p title="{secret}">{own[0]}</p>{body}',
            "alt": f'{body}<img src="cid:x@y" alt="{secret}">',
            "comment": f"{body}<!-- {secret} -->",
            "conditional": f"<!--[if gte mso 9]><p>{secret}</p><![endif]-->{body}",
            "downlevel": f"<![if !mso]><p>{secret}</p><![endif]>{body}",
            "display none": f'{body}<div style="display:none">{secret}</div>',
            "white": f'{body}<p style="color:#fff">{secret}</p>',
            "size 0": f'{body}<p style="font-size:0">{secret}</p>',
            "struck": f"{body}<p><del>{secret}</del></p>",
            "Word's deletion": f'{body}<p><span class="msoDel"><del cite="mailto:Ben" datetime="2026-11-23">{secret}</del></span></p>',
            "style": f"<style>p::after{{content:'{secret}'}}</style>{body}",
            "script": f"<script>var x='{secret}'</script>{body}",
            "data": f'{body}<img src="data:text/html;base64,{base64.b64encode(secret.encode()).decode()}">',
            "link to data": f'{body}<p><a href="data:text/html;base64,{base64.b64encode(secret.encode()).decode()}">{own[0]}</a></p>',
            "meta": f'<meta name="author" content="{secret}">{body}',
            "template": f"<template>{secret}</template>{body}",
            "form": f'{body}<input type="hidden" value="{secret}">',
            "object": f"{body}<object><p>{secret}</p></object>",
            "svg": f"{body}<svg><text>{secret}</text></svg>",
            "letter by letter": body + "<p>" + "".join(f"<b>{each}</b>" for each in secret) + "</p>",
            "class": f'<p class="{secret}">{own[0]}</p>{body}',
            "start of a list": f'{body}<ol start="1" type="{secret}"><li>{own[0]}</li></ol>',
            "border": f'<table border="{secret}"><tr><td>{own[0]}</td></tr></table>{body}',
        }
        for trick, inner in tricks.items():
            yield f"{name} in HTML: {trick}", _page(reply, inner, *own)
            yield f"{name} in HTML alone: {trick}", mail(reply, part("html", f"<html><body>{inner}</body></html>"))


MARKERS = (
    "- write your reply above this line",
    "? write your reply above this line",
    "— Write Your Reply Above This Line",
    "&mdash; write your reply above this line",
    "— write your reply\nabove this line",
    "— write your reply above\n> this line",
    "w r i t e your reply above this line",
    "— schreiben Sie Ihre Antwort über diese Zeile",
    "— écrivez votre réponse au-dessus de cette ligne",
    "*— write your reply above this line*",
    "| — write your reply above this line",
    "\u200b— write\u00a0your\u00a0reply\u00a0above\u00a0this\u00a0line",
    "",
)


def _quoted_badly(notice: Notice, draft: Draft, reply: Reply) -> Iterator[tuple[str, bytes]]:
    own = draft.above
    marker = notice.panel[0] if notice.panel else ""
    marks = {
        "marked": "> ",
        "unmarked": "",
        "barred": "| ",
        "tabbed": "\t",
        "named": "AS> ",
        "wide": "＞ ",
        "colon": ": ",
    }
    for name, mark in marks.items():
        for number, instead in enumerate(MARKERS):
            changed = replace(notice, text=notice.text.replace(marker, instead) if marker else notice.text)
            yield f"quote {name}, marker {number}", _plain(reply, *own, quoted(changed, draft, mark))
    for name, text in {
        "without blank lines": "\n".join(line for line in notice.text.splitlines() if line.strip()),
        "in one line": " ".join(notice.text.split()),
        "in capitals": notice.text.upper(),
        "without dashes": notice.text.replace("- ", "").replace("— ", ""),
        "with numbers": "\n".join(f"{n}: {line}" for n, line in enumerate(notice.text.splitlines())),
        "last half": notice.text[len(notice.text) // 2 :],
        "from the middle": notice.text[len(notice.text) // 3 : -60],
        "the panel's list": "\n".join(line for line in notice.panel if line.startswith("- ")),
        "backwards": "\n".join(reversed(notice.text.splitlines())),
    }.items():
        for where, mark in {"marked": "> ", "unmarked": ""}.items():
            changed = replace(notice, text=text)
            yield f"quote {name}, {where}", _plain(reply, *own, quoted(changed, draft, mark))
            yield f"quote {name}, {where}, above", _plain(reply, quoted(changed, draft, mark), *own)
    yield "the HTML says more than the text", _page(reply, f"<p>{own[0]}</p>{notice.html}", own[0])
    yield "the text says more than the HTML", _page(reply, f"<p>{own[0]}</p>", own[0], notice.text)
    yield "an empty text and the quote in HTML", _page(reply, f"<p>{own[0]}</p><div>{notice.html}</div>", "")
    yield "the notification alone", _plain(reply, notice.text)
    yield "the notification's HTML alone", _page(reply, notice.html, "")


def _file(kind: str, name: str, content: bytes) -> bytes:
    shown = base64.encodebytes(content).decode()
    coded = "=?utf-8?B?" + base64.b64encode(name.encode()).decode() + "?="
    head = f'Content-Type: {kind}; name="{coded}"\nContent-Disposition: attachment; filename="{coded}"'
    return f"{head}\nContent-Transfer-Encoding: base64\n\n{shown}".encode("ascii")


def _attached(notice: Notice, draft: Draft, reply: Reply) -> Iterator[tuple[str, bytes]]:
    raw = notice.raw
    body = part("plain", typed(*draft.above))
    coded = b"Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    inner = coded + base64.encodebytes(notice.text.encode())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notice.eml", raw)
    files = {
        "as .eml": ("application/octet-stream", "mail.eml", raw),
        "as .eml without a type": ("application/octet-stream", "mail", raw),
        "as .msg-like bytes": ("application/vnd.ms-outlook", "mail.msg", raw.decode().encode("utf-16-le")),
        "as .eml, encoded inside": ("message/rfc822", "mail.eml", inner),
        "as .txt": ("text/plain", "mail.txt", notice.text.encode()),
        "as .txt in UTF-16": ("text/plain", "mail.txt", notice.text.encode("utf-16")),
        "as .html": ("text/html", "mail.html", notice.html.encode()),
        "as .html with entities": ("text/html", "m.html", "".join(f"&#{ord(each)};" for each in notice.text).encode()),
        "as .mht": ("multipart/related", "mail.mht", raw),
        "as .csv": ("application/vnd.ms-excel", "mail.csv", notice.text.encode()),
        "as .md": ("application/octet-stream", "mail.md", notice.text.encode()),
        "as .rtf": ("application/rtf", "mail.rtf", (r"{\rtf1 " + notice.text + "}").encode()),
        "as .log": ("application/octet-stream", "mail.log", notice.text.encode()),
        "as .zip": ("application/zip", "mail.zip", packed.getvalue()),
        "as .docx": (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "m.docx",
            packed.getvalue(),
        ),
        "as .json": ("application/json", "m.json", ('{"x": "' + notice.reply_to + '"}').encode()),
    }
    for name, (kind, called, content) in files.items():
        if kind.startswith("multipart"):
            continue
        yield f"the notification {name}", mail(reply, mixed(body, [_file(kind, called, content)]))
    for kind in ("message/rfc822",):
        attached = f"Content-Type: {kind}\nContent-Disposition: attachment\n\n" + raw.decode().replace("\r\n", "\n")
        yield "the notification attached", mail(reply, multi("mixed", [body, attached], "_m_"))
    for secret in (notice.reply_to, "ben@example.com", notice.story.note):
        called = secret.replace("/", "_")
        yield (
            f"a file called {secret[:20]}",
            mail(reply, mixed(body, [_file("application/pdf", f"{called}.pdf", b"%PDF")])),
        )


def _named(notice: Notice, draft: Draft, reply: Reply) -> Iterator[tuple[str, bytes]]:
    own = typed(*draft.above)
    for secret in (notice.reply_to, "ben@example.com", notice.story.note, notice.story.other, "lost-by-us"):
        yield f"subject {secret[:20]}", mail(replace(reply, subject=f"{notice.subject} {secret}"), part("plain", own))
        fields = [f"X-Note: {secret}", f"Comments: {secret}", f"Keywords: {secret}", f"Organization: {secret}"]
        if secret.isascii():
            yield f"header {secret[:20]}", mail(reply, part("plain", own), headers=fields)
    for command in ("#close", "#promise tomorrow 14:00"):
        yield (
            f"{command} and a note",
            mail(reply, part("plain", f"{command}\n\n{own}\n\n#tag {notice.story.note[:30]}")),
        )
    why = f"#pause until Friday because {notice.story.note}"
    yield "a note as the reason of a pause", mail(reply, part("plain", f"{own}\n\n{why}"))
    yield (
        "an address as the reason",
        mail(reply, part("plain", f"{own}\n\n#pause until Friday because ben@example.com is away")),
    )
