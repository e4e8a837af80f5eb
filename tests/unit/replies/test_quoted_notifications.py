"""A notification as six mail programs quote it in a reply: nothing of it comes back to the customer.

The notification is a real one: the customer's HTML with a picture, the panel, what was said before. Each program makes
its reply of it as it does in life: its mark-up around our HTML, its way of quoting our text, the picture attached anew.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest

from maildesk.desk.actions import Value
from maildesk.desk.answers.leaving import leaving
from maildesk.desk.answers.own_words import own_words
from maildesk.desk.words import Agent
from maildesk.mail.parsing import parse
from tests.unit.replies.samples import a_mail, an_attachment, composed, html_of, text_of

PICTURE = an_attachment("shot.png", "image/png", inline=True, content_id="<shot@customer.example>")
QUESTION = "Hello,\nmy order has not come. This is what I see:\nCan you help?"
HTML = (
    '<p>Hello,<br>my <b>order</b> has not come. This is what I see:</p><p><img src="cid:shot@customer.example"></p>'
    '<p>Can you help?</p><div class="gmail_quote"><blockquote>On Friday, we wrote: old words</blockquote></div>'
)
AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
EARLIER: tuple[Value, ...] = ({"who": "Ben Weber", "at": AT, "text": "Which order is it, please?"},)
OTHERS: tuple[Value, ...] = ({"number": 1017, "subject": "A broken cup", "state": "solved"},)
NOTIFICATION = composed(
    a_mail(
        "agent/new-message", body=QUESTION, body_html=HTML, attachments=(PICTURE,),
        values={"earlier": EARLIER, "their_tickets": OTHERS, "similar": OTHERS, "language": "en"},
    )
).raw  # fmt: skip
TEXT, PAGE = text_of(NOTIFICATION), html_of(NOTIFICATION)
INNER = re.sub(r"(?s).*<body[^>]*>|</body>.*", "", PAGE)
PLAIN = "\n".join(f"> {line}".rstrip() for line in TEXT.rstrip().splitlines())
FROM = "Maria Muster via Example Support"
ANNA = Agent("Anna Schmidt", "anna@example.com")
SECRETS = ("Ticket", "Language", "1017", "broken cup", "Which order", "Ben Weber", "write your reply", "cid:", "old")


def _gmail(own: str, html: str) -> tuple[str, str]:
    line = f"On Mon, 23 Nov 2026 at 10:00, {FROM} &lt;support@example.com&gt; wrote:"
    quote = (
        f'<div dir="ltr">{html}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
        f'{line}<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{INNER}</blockquote></div>'
    )
    return f"{own}\n\nOn Mon, 23 Nov 2026 at 10:00, {FROM} <support@example.com> wrote:\n\n{PLAIN}", quote


def _outlook(own: str, html: str) -> tuple[str, str]:
    head = f"From: {FROM} <support@example.com>\nSent: Monday, November 23, 2026 10:00\nTo: Anna\nSubject: Re: x"
    block = head.replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")
    rule = '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in">'
    page = f'<div class="WordSection1"><p>{html}</p><div>{rule}<p>{block}</p></div></div>{INNER}</div>'
    return f"{own}\n\n{head}\n\n{TEXT}", page


def _apple(own: str, html: str) -> tuple[str, str]:
    line = f"On 23. Nov 2026, at 10:00, {FROM} &lt;support@example.com&gt; wrote:"
    page = f'{html}<div><br><blockquote type="cite"><div>{line}</div><br><div>{INNER}</div></blockquote></div>'
    return f"{own}\n\n> On 23. Nov 2026, at 10:00, {FROM} <support@example.com> wrote:\n> \n{PLAIN}", page


def _thunderbird(own: str, html: str) -> tuple[str, str]:
    line = f"On 11/23/26 10:00, {FROM} wrote:"
    page = f'<p>{html}</p><div class="moz-cite-prefix">{line}<br></div><blockquote type="cite">{INNER}</blockquote>'
    return f"{own}\n\n{line}\n{PLAIN}", page


def _roundcube(own: str, html: str) -> tuple[str, str]:
    line = "On 2026-11-23 10:00, Maria Muster via Example Support wrote:"
    page = f'<p>{html}</p><p id="reply-intro">{line}</p><blockquote type="cite">{INNER}</blockquote>'
    return f"{own}\n\n{line}\n{PLAIN}", page


def _mutt(own: str, html: str) -> tuple[str, str]:
    del html
    return f"{own}\n\nOn Mon, Nov 23, 2026 at 10:00:00AM +0100, {FROM} wrote:\n{PLAIN}", ""


CLIENTS: Mapping[str, Callable[[str, str], tuple[str, str]]] = {
    "Gmail": _gmail, "Outlook": _outlook, "Apple Mail": _apple, "Thunderbird": _thunderbird, "Roundcube": _roundcube,
    "mutt": _mutt,
}  # fmt: skip


def reply(text: str, html: str) -> bytes:
    """The agent's mail, with our picture attached anew where it has HTML."""
    head = "From: Anna Schmidt <anna@example.com>\nTo: support@example.com\nSubject: Re: x\nMIME-Version: 1.0\n"
    plain = f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    if not html:
        return (head + plain).encode()
    ours = re.findall(r"cid:([^\"]+)\"", PAGE)[0]
    picture = base64.b64encode(PICTURE.content).decode()
    return (
        f"{head}Content-Type: multipart/related; boundary=r\n\n--r\nContent-Type: multipart/alternative; boundary=a\n\n"
        f"--a\n{plain}\n--a\nContent-Type: text/html; charset=utf-8\n\n<html><body>{html}</body></html>\n--a--\n--r\n"
        f"Content-Type: image/png\nContent-ID: <{ours}>\nContent-Disposition: inline; filename=shot.png\n"
        f"Content-Transfer-Encoding: base64\n\n{picture}\n--r--\n"
    ).encode()


@pytest.mark.parametrize("client", CLIENTS)
def test_only_the_agents_words_leave_however_the_notification_is_quoted(client: str) -> None:
    raw = reply(*CLIENTS[client]("It comes tomorrow.", "It comes <b>tomorrow</b>."))
    letter = parse(raw)
    text = own_words(letter, (QUESTION,))
    assert text == "It comes tomorrow."
    answer = leaving(letter, text, ANNA, "example.com", frozenset({PICTURE.sha256}))
    assert (answer.text, answer.files) == ("It comes tomorrow.", ())
    assert not any(secret in answer.html for secret in SECRETS)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_reply_into_which_nothing_was_typed_is_empty(client: str) -> None:
    assert own_words(parse(reply(*CLIENTS[client]("", ""))), (QUESTION,)) == ""


def test_the_notification_shows_the_new_text_as_it_was_formatted_and_the_rest_below() -> None:
    assert "my <b>order</b> has not come" in INNER
    assert "old words" not in PAGE
    assert INNER.index("Can you help?") < INNER.index("write your reply above") < INNER.index("<details")
    assert "> Which order is it, please?" in TEXT
