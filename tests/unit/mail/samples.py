"""Mails that the tests of this folder share; each is a kind. All written for these tests."""

from __future__ import annotations

import base64


def mail(
    body: str, *, subject: str = "Printer", content_type: str = "text/plain; charset=utf-8", extra: str = ""
) -> bytes:
    """A plain mail of a customer to the desk."""
    return (
        "From: Eva Lind <eva@customer.example>\nTo: support@desk.example\n"
        f"Subject: {subject}\nDate: Tue, 24 Nov 2026 09:30:00 +0100\nMessage-ID: <one@customer.example>\n"
        f"{extra}MIME-Version: 1.0\nContent-Type: {content_type}\n\n{body}"
    ).encode()


def reply(body: str, **others: str) -> bytes:
    """The same, as an answer to us."""
    return mail(
        body, subject=others.pop("subject", "Re: Your ticket"), extra="In-Reply-To: <ours@desk.example>\n", **others
    )


DSN = b"""Return-Path: <>
From: MAILER-DAEMON@relay.example
To: bounce+abc@desk.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

The mail could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; gone@customer.example
Original-Recipient: rfc822;gone@customer.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <gone@customer.example>: no such user

--b
Content-Type: message/rfc822

From: support@desk.example
To: gone@customer.example
Subject: Your ticket
Message-ID: <sent-1@desk.example>

Hello

--b--
"""

PROSE_BOUNCE = b"""From: Mail Delivery System <mailer-daemon@old.example>
To: support@desk.example
Subject: failure notice

Hi. This is the mail program at old.example.
I was not able to hand over your message to the following addresses.

<gone@customer.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <support@desk.example>
From: support@desk.example
To: gone@customer.example
Subject: Your ticket
Message-ID: <sent-2@desk.example>

Hello
"""

ALTERNATIVE = b"""From: =?utf-8?q?J=C3=BCrgen_Gro=C3=9F?= <j@customer.example>
To: Support <support@desk.example>, "Doe, Jane" <jane@desk.example>
Subject: =?utf-8?B?R3LDvMOfZSBhdXMg?= =?utf-8?B?S8O2bG4=?=
Date: Tue, 24 Nov 2026 09:30:00 +0100
Message-ID: <two@customer.example>
References: <a@x.example> <b@x.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="outer"

--outer
Content-Type: multipart/alternative; boundary="inner"

--inner
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Sch=F6ne Gr=FC=DFe,
der Drucker geht nicht.

--inner
Content-Type: text/html; charset=utf-8

<p>Sch\xc3\xb6ne Gr\xc3\xbc\xc3\x9fe,<br>der Drucker geht <b>nicht</b>.</p>

--inner--

--outer
Content-Type: image/png; name="=?utf-8?q?Bild_=C3=A4.png?="
Content-Disposition: attachment; filename*=utf-8''Bild%20%C3%A4.png
Content-Transfer-Encoding: base64

iVBORw0KGgo=

--outer--
"""

FORWARDED = b"""From: eva@customer.example
Subject: Fwd: the error
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain

See below.

--x
Content-Type: message/rfc822

From: robot@other.example
Subject: Error 42
Content-Type: multipart/mixed; boundary=y

--y
Content-Type: text/plain

It broke.

--y
Content-Type: application/pdf; name=log.pdf
Content-Transfer-Encoding: base64

JVBERi0=

--y--
--x--
"""

COMPLAINT = b"""From: fbl@isp.example
To: abuse@desk.example
Subject: abuse
Content-Type: multipart/report; report-type=feedback-report; boundary=c

--c
Content-Type: text/plain

This is a report.

--c
Content-Type: message/feedback-report

Feedback-Type: abuse

--c--
"""

OUTLOOK_HTML = (
    "<html><body><p class=MsoNormal>It still fails.</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt'>"
    "<p><b>From:</b> Support &lt;support@desk.example&gt;<br><b>Sent:</b> Tuesday<br><b>To:</b> "
    "Eva<br><b>Subject:</b> x"
    "</p></div></div><p>Please try again.</p></body></html>"
)
GMAIL_HTML = (
    '<div dir="ltr">It still fails.</div><br><div class="gmail_quote"><div dir="ltr" '
    'class="gmail_attr">On Tue, Nov 24, '
    '2026 at 9:00 AM Support &lt;<a href="mailto:s@desk.example">s@desk.example</a>&gt; wrote:<br></div><blockquote '
    'class="gmail_quote">Please try again.</blockquote></div>'
)

SAMPLES = {
    "plain": mail("Hello,\n\nmy printer does not print.\n\nBest regards\nEva Lind\n"),
    "reply": reply(
        "It works now.\n\nOn Tue, Nov 24, 2026 at 9:00 AM Support <s@desk.example> wrote:\n> Try this.\n> Bye\n"
    ),
    "alternative": ALTERNATIVE,
    "dsn": DSN,
    "prose bounce": PROSE_BOUNCE,
    "forwarded": FORWARDED,
    "complaint": COMPLAINT,
    "outlook": reply(OUTLOOK_HTML, content_type="text/html; charset=utf-8"),
    "gmail": reply(GMAIL_HTML, content_type="text/html; charset=utf-8"),
    "japanese": mail("", content_type="text/plain; charset=iso-2022-jp")
    + "プリンターが動きません。".encode("iso-2022-jp"),
    "flowed": mail("This goes \non here.\n> quoted \n> too\n-- \nEva\n", content_type="text/plain; format=flowed"),
    "calendar": mail(
        "BEGIN:VCALENDAR\nSUMMARY:Visit\nDTSTART:20261124T090000Z\nEND:VCALENDAR\n", content_type="text/calendar"
    ),
    "base64": mail(base64.encodebytes("Größe".encode()).decode(), extra="Content-Transfer-Encoding: base64\n"),
    "uuencoded": mail("See:\nbegin 644 note.txt\n%:&5L;&\\\n`\nend\n"),
    "no header": b"just a text\nof two lines\n",
    "empty": b"",
}
