"""The parts from which mail programs' replies are put together: quotes, the notification as text and as HTML, MIME."""

from __future__ import annotations

import base64
import html
import quopri
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.utils import parseaddr

from tests.leaks import phrases
from tests.leaks.drafts import Draft, as_html, as_text
from tests.leaks.scene import Notice


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply to be: whose, to what, in which language the program speaks, with what files."""

    notice: Notice
    draft: Draft
    ui: str
    files: tuple[bytes, ...] = ()
    subject: str = ""
    headers: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        """Whom the notification was from."""
        return parseaddr(self.notice.sender)[0]

    @property
    def address(self) -> str:
        """The desk's own address, which stands in From."""
        return parseaddr(self.notice.sender)[1]

    def attribution(self, table: dict[str, str]) -> str:
        """The line above the quote."""
        language = self.ui if self.ui in table else "en"
        who = f"{self.name} <{self.address}>"
        return table[language].format(who=who, name=self.name, address=self.address)

    def block(self, mark: str = "") -> list[str]:
        """Outlook's header lines above the quote."""
        language = self.ui if self.ui in phrases.OUTLOOK else "en"
        sender, sent, to, subject, when = phrases.OUTLOOK[language]
        lines = [
            (sender, f"{self.name} <{self.address}>"),
            (sent, when),
            (to, "Anna Schmidt <anna@example.com>"),
            (subject, self.notice.subject),
        ]
        return [f"{mark}{label}:{mark} {value}" for label, value in lines]

    @property
    def original(self) -> str:
        """-----Original Message-----"""
        return f"-----{phrases.ORIGINAL.get(self.ui, phrases.ORIGINAL['en'])}-----"

    def phone(self, number: int) -> str:
        """What a phone writes below."""
        return phrases.PHONE.get(self.ui, phrases.PHONE["en"])[number] if self.draft.phone_line else ""


def signature_text(draft: Draft, delimiter: str = "-- ") -> str:
    """The signature with its delimiter; "" where she has none."""
    own = "\n".join([*([delimiter] if delimiter else []), *draft.signature]) if draft.signature else ""
    return "\n\n".join(filter(None, (own, draft.footer)))


def typed(*parts: str) -> str:
    """Texts below each other."""
    return "\n\n".join(each for each in parts if each.strip())


# ── the notification, quoted ─────────────────────────────────────────────────────────────────────────────────────────


def quoted(notice: Notice, draft: Draft, mark: str = "> ", width: int = 0) -> str:
    """Its text with a mark before each line, and answers between; ``width``: lines are wrapped anew, as flowed."""
    lines: list[str] = []
    for line in notice.text.rstrip().split("\n"):
        shown = textwrap.wrap(line, width) or [""] if width and not line.startswith(">") else [line]
        lines += [f"{mark}{each}".rstrip() if each.strip() else mark.rstrip() for each in shown]
        for asked, said in draft.between:
            if asked in line:
                lines += ["", said, ""]
    return "\n".join(lines)


def page_of(notice: Notice) -> str:
    """What stands in the body of its HTML."""
    found = re.search(r"<body[^>]*>(.*)</body>", notice.html, re.DOTALL)
    return found[1].strip() if found else f"<pre>{html.escape(notice.text)}</pre>"


def page_answered(notice: Notice, draft: Draft, close: str, reopen: str, said_as: str = "<div>{}</div>") -> str:
    """Its HTML with answers between its list's items: ``close`` ends the quote, ``reopen`` begins it anew."""
    page = page_of(notice)
    for number, (asked, said) in enumerate(draft.between):
        plain = html.escape(asked, quote=False)
        for shown in (plain, plain.replace("10:00", "<b>10:00</b>"), html.escape(asked)):
            place = page.find(f"{shown}</li>")
            if place >= 0:
                end = place + len(shown) + len("</li>")
                told = f"</ol></div></div>{close}{as_html((said,), said_as)}{reopen}"
                page = f'{page[:end]}{told}<div><div><ol start="{number + 2}">{page[end:]}'
                break
    return page


def answered(reply: Reply) -> str:
    """The notification's text without a mark, with answers between."""
    return quoted(reply.notice, reply.draft, "")


def wordy(page: str) -> str:
    """HTML as Word rewrites it: its own classes and paragraphs, no details, no div."""
    page = re.sub(r"<summary[^>]*>(.*?)</summary>", r'<p class="MsoNormal">\1</p>', page, flags=re.DOTALL)
    page = re.sub(r"</?(?:details|div)[^>]*>", "", page)
    page = re.sub(
        r"<p[^>]*>(.*?)</p>",
        r'<p class="MsoNormal" style="mso-margin-top-alt:auto">\1<o:p></o:p></p>',
        page,
        flags=re.DOTALL,
    )
    page = re.sub(r"<li[^>]*>", '<li class="MsoNormal" style="mso-list:l0 level1 lfo1">', page)
    page = re.sub(
        r"<blockquote[^>]*>",
        '<blockquote style="border:none;border-left:solid windowtext 2.25pt;padding:0cm 0cm 0cm 10.0pt">',
        page,
    )
    return re.sub(r"<(/?)ul[^>]*>", r'<\1ul type="disc">', page).replace('</ul type="disc">', "</ul>")


def text_of_page(page: str, bullet: str = "  *   ") -> str:
    """HTML as Exchange and Outlook make text of it: no marks before quotes, links in brackets."""
    page = re.sub(r"<style.*?</style>", "", page, flags=re.DOTALL)
    page = re.sub(
        r'<a [^>]*href="(?:mailto:)?([^"]*)"[^>]*>(.*?)</a>',
        r"\2<\1>",
        page.replace("<o:p></o:p>", ""),
        flags=re.DOTALL,
    )
    page = re.sub(r'<img [^>]*src="(cid:[^"]*)"[^>]*>', r"[\1]", page)
    page = re.sub(r"<li[^>]*>", "\n" + bullet, page)
    page = re.sub(r"\s*\n\s*", "\n", page)
    page = re.sub(r"(?i)<br[^>]*>", "\n", page)
    page = re.sub(r"</(?:p|h\d|pre|blockquote|ul|ol)>", "\n\n", page)
    page = re.sub(r"</(?:div|li|tr)>", "\n", page)
    page = re.sub(r"<[^>]*>", "", page)
    return re.sub(r"\n{3,}", "\n\n", html.unescape(page)).strip("\n")


def flowed_away(text: str, width: int) -> str:
    """Quoted lines broken by a program that forgets the mark on the rest: every mail gateway of the nineties."""
    lines: list[str] = []
    for line in text.split("\n"):
        lines += (
            textwrap.wrap(line, width, break_long_words=False) if len(line) > width and line.startswith(">") else [line]
        )
    return "\n".join(lines)


# ── MIME ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def part(kind: str, content: str, *, encoding: str = "quoted-printable", charset: str = "utf-8", more: str = "") -> str:
    """A text part."""
    raw = content.replace("\n", "\r\n").encode(charset, "replace")
    body = base64.encodebytes(raw) if encoding == "base64" else quopri.encodestring(raw, quotetabs=False)
    if encoding == "8bit":
        body = raw
    shown = body.replace(b"\r\n", b"\n").decode(charset if encoding == "8bit" else "ascii")
    return f"Content-Type: text/{kind}; charset={charset}{more}\nContent-Transfer-Encoding: {encoding}\n\n{shown}"


def multi(kind: str, parts: Sequence[str], boundary: str) -> str:
    """A multipart around parts."""
    inner = "".join(f"--{boundary}\n{each}\n" for each in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{inner}--{boundary}--\n'


def both(plain: str, page: str, files: Sequence[bytes] = ()) -> str:
    """Text and HTML as alternatives, perhaps with files around."""
    made = multi("alternative", [part("plain", plain), part("html", page)], "_alt_")
    return mixed(made, files)


def mixed(made: str, files: Sequence[bytes]) -> str:
    """A body with files behind it; each file is a whole part."""
    return multi("mixed", [made, *(each.decode("ascii") for each in files)], "_mix_") if files else made


def mail(reply: Reply, body: str, *, headers: Sequence[str] = ()) -> bytes:
    """The reply as it travels."""
    notice = reply.notice
    threading = [f"In-Reply-To: {notice.message_id}", f"References: {notice.references} {notice.message_id}"]
    subject = reply.subject or notice.subject
    subject = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    head = [
        "From: Anna Schmidt <anna@example.com>",
        f"To: {notice.reply_to}",
        f"Subject: =?utf-8?B?{base64.b64encode(subject.encode()).decode()}?=",
        f"Date: {notice.date}",
        f"Message-ID: <r{abs(hash((notice.message_id, body))) % 10**12}@mail.example>",
        *threading,
        *headers,
        *reply.headers,
        "MIME-Version: 1.0",
    ]
    return ("\n".join(head) + "\n" + body).replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8")


def own_text(draft: Draft, bullet: str = "- ") -> str:
    """The paragraphs on top, as text."""
    return as_text(draft.top, bullet)
