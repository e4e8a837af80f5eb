"""Programs that write HTML beside their text: each a function from a ``Reply`` to the octets of a mail."""

# ruff: noqa: E501  # mark-up in one piece, as programs write it

from __future__ import annotations

import html

from tests.leaks import phrases
from tests.leaks.drafts import as_html, as_text
from tests.leaks.writing import (
    Reply,
    answered,
    both,
    mail,
    mixed,
    own_text,
    page_answered,
    part,
    quoted,
    signature_text,
    text_of_page,
    typed,
    wordy,
)


def _signed_html(reply: Reply, before: str, line: str = "<div>{}</div>", after: str = "</div>") -> str:
    if not reply.draft.signature:
        return f"<p>{reply.draft.footer}</p>" if reply.draft.footer else ""
    lines = "".join(line.format(html.escape(each)) for each in reply.draft.signature)
    footer = f'<p style="font-size:8pt">{reply.draft.footer}</p>' if reply.draft.footer else ""
    return f"{before}{lines}{after}{footer}"


def gmail(reply: Reply) -> bytes:
    """Gmail in a browser, or its app."""
    draft, attribution = reply.draft, reply.attribution(phrases.GMAIL)
    own = typed(own_text(draft), signature_text(draft), reply.phone(2))
    plain = typed(own, attribution + "\n\n" + quoted(reply.notice, draft), as_text(draft.below))
    opened = '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">'
    signature = _signed_html(
        reply,
        '<span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature"><div dir="ltr">',
        after="</div></div>",
    )
    quote = page_answered(reply.notice, draft, "</div></blockquote>", f'<div class="gmail_quote">{opened}')
    page = (
        f'<div dir="ltr">{as_html(draft.top, "<div>{}</div><div><br></div>")}<div>{reply.phone(2)}</div>{signature}</div><br>'
        f'<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">{html.escape(attribution)}<br></div>'
        f"{opened}{quote}</blockquote></div>{as_html(draft.below, '<div>{}</div>')}\n"
    )
    return mail(reply, both(plain, page, reply.files))


def apple(reply: Reply) -> bytes:
    """Apple Mail on a Mac."""
    draft, attribution = reply.draft, reply.attribution(phrases.APPLE)
    own = typed(own_text(draft, "• "), signature_text(draft, ""))
    plain = typed(own, attribution, quoted(reply.notice, draft), as_text(draft.below))
    quote = page_answered(reply.notice, draft, "</div></blockquote>", '<blockquote type="cite"><div>')
    signature = _signed_html(reply, '<br id="lineBreakAtBeginningOfSignature"><div><meta charset="UTF-8">')
    page = (
        f'<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body style="overflow-wrap: break-word;">'
        f'{as_html(draft.top, "<div>{}</div><div><br></div>")}{signature}<div><br><blockquote type="cite"><div>{html.escape(attribution)}</div>'
        f'<br class="Apple-interchange-newline"><div>{quote}</div></blockquote></div><br>{as_html(draft.below, "<div>{}</div>")}</body></html>'
    )
    return mail(reply, both(plain, page, reply.files))


def iphone(reply: Reply) -> bytes:
    """Mail on an iPhone: the attribution stands in a blockquote of its own."""
    draft, attribution = reply.draft, reply.attribution(phrases.APPLE)
    own = typed(own_text(draft), "\n".join(draft.signature), reply.phone(0))
    plain = typed(
        own,
        "\n".join(f"> {attribution}".split("\n")) + "\n> " + "\n" + quoted(reply.notice, draft, "> "),
        as_text(draft.below),
    )
    quote = page_answered(reply.notice, draft, "</blockquote>", '<blockquote type="cite">')
    page = (
        f'<html><head></head><body dir="auto">{as_html(draft.top, "<div dir=ltr>{}</div><div dir=ltr><br></div>")}'
        f'{_signed_html(reply, "<br id=lineBreakAtBeginningOfSignature><div dir=ltr>")}<div dir="ltr">{reply.phone(0)}</div>'
        f'<div dir="ltr"><br><blockquote type="cite">{html.escape(attribution)}<br><br></blockquote></div>'
        f'<blockquote type="cite"><div dir="ltr">{quote}</div></blockquote>{as_html(draft.below, "<div>{}</div>")}</body></html>'
    )
    return mail(reply, both(plain, page, reply.files))


def thunderbird(reply: Reply) -> bytes:
    """Thunderbird, formatted: signature in ``pre.moz-signature`` above or below, attribution in moz-cite-prefix."""
    draft, attribution = reply.draft, reply.attribution(phrases.THUNDERBIRD)
    plain = typed(
        own_text(draft, " * "),
        attribution + "\n" + quoted(reply.notice, draft),
        as_text(draft.below),
        signature_text(draft),
    )
    quote = page_answered(
        reply.notice, draft, "</blockquote>", '<blockquote type="cite" cite="mid:x@example.com">', "<p>{}</p>"
    )
    signature = (
        f'<pre class="moz-signature" cols="72">{html.escape(signature_text(draft))}</pre>' if draft.signature else ""
    )
    page = (
        f'<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"></head><body>'
        f'{as_html(draft.top)}<div class="moz-cite-prefix">{html.escape(attribution)}<br></div>'
        f'<blockquote type="cite" cite="mid:x@example.com">{quote}</blockquote>{as_html(draft.below)}{signature}</body></html>'
    )
    return mail(reply, both(plain, page, reply.files))


def outlook(reply: Reply, *, original: bool = False) -> bytes:
    """Outlook for Windows: Word's HTML, a line above the header block; its text is made from that."""
    draft = reply.draft
    head = "".join(
        f"<b>{each.partition(':')[0]}:</b>{html.escape(each.partition(':')[2])}<br>" for each in reply.block()
    )
    quote = wordy(page_answered(reply.notice, draft, "", "", '<p class="MsoNormal" style="color:#1F497D">{}</p>'))
    signature = _signed_html(
        reply,
        '<table class="MsoNormalTable" border="0"><tr><td>',
        '<p class="MsoNormal"><b>{}</b></p>',
        "</td></tr></table>",
    )
    border = '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
    if original:
        border = f'<p class="MsoNormal">{html.escape(reply.original)}</p><div><div>'
    body = _word_body(reply, head, quote, signature, border)
    page = (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><!--[if gte mso 9]><xml><o:shapedefaults/></xml><![endif]-->'
        f'<style>p.MsoNormal{{margin:0cm}}</style></head><body lang="EN-GB" link="#0563C1">{body}</body></html>'
    )
    return mail(
        reply, both(text_of_page(page), page, reply.files), headers=["X-MS-Has-Attach:", "Thread-Topic: ticket"]
    )


def _word_body(reply: Reply, head: str, quote: str, signature: str, border: str) -> str:
    normal = '<p class="MsoNormal">{}<o:p></o:p></p>'
    above, below = as_html(reply.draft.top, normal), as_html(reply.draft.below, normal)
    return (
        f'<div class="WordSection1">{above}<p class="MsoNormal"><o:p>&nbsp;</o:p></p>{signature}{border}'
        f'<p class="MsoNormal">{head}</p></div></div>{quote}{below}</div>'
    )


def outlook_original(reply: Reply) -> bytes:
    """The same with "-----Original Message-----"."""
    return outlook(reply, original=True)


def owa(reply: Reply) -> bytes:
    """Outlook on the web and the new Outlook: divRplyFwdMsg; and on telephones."""
    draft = reply.draft
    head = "".join(
        f"<b>{each.partition(':')[0]}:</b>{html.escape(each.partition(':')[2])}<br>" for each in reply.block()
    )
    signature = _signed_html(
        reply, '<div id="Signature"><table><tbody><tr><td>', "<p>{}</p>", "</td></tr></tbody></table></div>"
    )
    signature += (
        f'<div id="ms-outlook-mobile-signature"><a href="https://aka.ms/o0ukef">{reply.phone(1)}</a></div>'
        if reply.phone(1)
        else ""
    )
    page = (
        '<html><head><style type="text/css" style="display:none;"> P {margin-top:0;} </style></head><body dir="ltr">'
        + as_html(draft.top, '<div class="elementToProof" style="font-family: Aptos">{}</div><div><br></div>')
    )
    quote = page_answered(reply.notice, draft, "", "")
    page += (
        f'{signature}<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1">'
        f'<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri" color="#000000">{head}</font><div>&nbsp;</div></div>'
        f"<div>{quote}</div>{as_html(draft.below, '<div>{}</div>')}</body></html>"
    )
    line = "_" * 32
    plain = text_of_page(page.partition('<div id="appendonsend">')[0])
    plain = typed(plain, line + "\n" + "\n".join(reply.block()), text_of_page(quote), as_text(draft.below))
    return mail(reply, both(plain, page, reply.files))


def yahoo(reply: Reply) -> bytes:
    """Yahoo Mail."""
    draft, attribution = reply.draft, reply.attribution(phrases.GMAIL)
    plain = typed(
        own_text(draft), signature_text(draft, ""), f"    {attribution}  \n \n {answered(reply)}", as_text(draft.below)
    )
    page = (
        f'<html><head></head><body><div class="ydp1yahoo-style-wrap" style="font-size:13px;"><div dir="ltr">{as_html(draft.top, "<div>{}</div><div><br></div>")}</div>'
        f'{_signed_html(reply, "<div class=ydp1signature>")}</div><div id="ydp2yahoo_quoted_1" class="ydp2yahoo_quoted"><div style="font-family:Arial;">'
        f"<div>{html.escape(attribution)}</div><div><br></div><div>{page_answered(reply.notice, draft, '', '')}</div></div>{as_html(draft.below, '<div>{}</div>')}</div></body></html>"
    )
    return mail(reply, both(plain, page, reply.files))


def proton(reply: Reply) -> bytes:
    """Proton Mail: text with marks, HTML with protonmail_quote."""
    draft, attribution = reply.draft, reply.attribution(phrases.GMAIL)
    sent = "Sent with Proton Mail secure email." if draft.phone_line else ""
    plain = typed(
        own_text(draft),
        signature_text(draft, ""),
        sent,
        attribution + "\n\n" + quoted(reply.notice, draft),
        as_text(draft.below),
    )
    quote = page_answered(reply.notice, draft, "</blockquote>", '<blockquote class="protonmail_quote" type="cite">')
    page = (
        f'<div style="font-family: Arial; font-size: 14px;">{as_html(draft.top, "<div>{}</div><div><br></div>")}</div>'
        f'<div class="protonmail_signature_block">{_signed_html(reply, "<div>")}<div>{sent}</div></div>'
        f'<div class="protonmail_quote">{html.escape(attribution)}<br><blockquote class="protonmail_quote" type="cite">{quote}</blockquote><br></div>{as_html(draft.below, "<div>{}</div>")}'
    )
    return mail(reply, both(plain, page, reply.files))


def zimbra(reply: Reply) -> bytes:
    """Zimbra: a rule and a block of bold labels."""
    draft = reply.draft
    plain = typed(
        own_text(draft),
        signature_text(draft, ""),
        "\n".join(["-" * 5 + " " + reply.original.strip("-") + " " + "-" * 5, *reply.block()]),
        answered(reply),
        as_text(draft.below),
    )
    head = "".join(
        f"<b>{each.partition(':')[0]}: </b>{html.escape(each.partition(':')[2])}<br>" for each in reply.block()
    )
    page = (
        f'<html><body><div style="font-family: arial"><div>{as_html(draft.top, "<div>{}</div><div><br></div>")}</div>'
        f'<div data-marker="__SIG_PRE__">{_signed_html(reply, "<div>")}</div><br><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__">{head}</div>'
        f'<div data-marker="__QUOTED_TEXT__">{page_answered(reply.notice, draft, "", "")}</div>{as_html(draft.below, "<div>{}</div>")}</div></body></html>'
    )
    return mail(reply, both(plain, page, reply.files))


def samsung(reply: Reply) -> bytes:
    """Samsung's mail program: HTML with "-------- Original message --------"; its text is often empty."""
    draft = reply.draft
    head = "".join(f"<div>{html.escape(each)} </div>" for each in reply.block())
    page = (
        f'<html><head></head><body dir="auto">{as_html(draft.top, "<div dir=auto>{}</div><div dir=auto><br></div>")}<div id="composer_signature">{reply.phone(2)}</div>'
        f'<div style="font-size:100%;color:#000000"><!-- originalMessage --><div>-------- {html.escape(reply.original.strip("-"))} --------</div>{head}<div><br></div></div>'
        f"{page_answered(reply.notice, draft, '', '')}{as_html(draft.below, '<div>{}</div>')}</body></html>"
    )
    return mail(reply, mixed(part("html", page, encoding="base64"), reply.files))


def roundcube(reply: Reply) -> bytes:
    """Roundcube: text and HTML, ``replyIntro``."""
    draft, attribution = (
        reply.draft,
        f"Am 23.11.2026 09:40, schrieb {reply.name}:"
        if reply.ui == "de"
        else f"On 2026-11-23 09:40, {reply.name} wrote:",
    )
    plain = typed(
        own_text(draft),
        attribution + "\n\n" + quoted(reply.notice, draft),
        as_text(draft.below),
        signature_text(draft, "---"),
    )
    quote = page_answered(
        reply.notice,
        draft,
        "</blockquote>",
        '<blockquote type="cite" style="padding: 0 0.4em; border-left: #1010ff 2px solid">',
    )
    page = (
        f'<html><body style="font-size: 10pt; font-family: Verdana">{as_html(draft.top)}<p id="reply-intro">{html.escape(attribution)}</p>'
        f'<blockquote type="cite" style="padding: 0 0.4em; border-left: #1010ff 2px solid"><div id="replybody1">{quote}</div></blockquote>'
        f"{as_html(draft.below)}{_signed_html(reply, '<div class=pre><div>---</div>')}</body></html>"
    )
    return mail(reply, both(plain, page, reply.files))


def gmx(reply: Reply) -> bytes:
    """GMX, web.de, 1&1: the quote in a div with a name, header lines above."""
    draft = reply.draft
    head = "<br>".join(
        f"<b>{each.partition(':')[0]}:</b>{html.escape(each.partition(':')[2])}" for each in reply.block()
    )
    page = (
        f'<html><head></head><body><div style="font-family: Verdana;font-size: 12.0px;">{as_html(draft.top, "<div>{}</div><div>&nbsp;</div>")}<div class="signature">{_signed_html(reply, "<div>")}</div>'
        f'<div>&nbsp;<div name="quote" style="margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px solid #C3D9E5;"><div style="margin:0 0 10px 0;">{head}</div>'
        f'<div name="quoted-content">{page_answered(reply.notice, draft, "", "")}</div></div></div>{as_html(draft.below, "<div>{}</div>")}</div></body></html>'
    )
    return mail(reply, mixed(part("html", page), reply.files))


def unmarked_page(reply: Reply) -> bytes:
    """A web mail program that quotes HTML with nothing above and nothing around it."""
    draft = reply.draft
    page = f"<html><body>{as_html(draft.top)}{_signed_html(reply, '<div>')}<br><br>{page_answered(reply.notice, draft, '', '')}{as_html(draft.below, '<div>{}</div>')}</body></html>"
    return mail(
        reply,
        both(
            typed(own_text(draft), signature_text(draft, ""), answered(reply), as_text(draft.below)), page, reply.files
        ),
    )
