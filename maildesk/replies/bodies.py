"""The bodies of a mail: a person's words as blocks, and the MIME tree around text, HTML, pictures and attachments.

A person's HTML is cleaned here once more, whoever handed it over: no script, no form, nothing remote. Pictures that it
shows by ``cid:`` travel beside it (multipart/related); everything else is attached, under a name that is safe to save.

The text rules: HTML is only used where it says the same. What was cut from an agent's text (our panel, a quote) cannot
come back to the customer through the HTML (guarantee 8).
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from maildesk.desk.actions import Mail
from maildesk.desk.words import Audience
from maildesk.mail.html import to_text
from maildesk.mail.letter import Attachment
from maildesk.mail.quote import MARKER_PREFIX
from maildesk.replies import mime, plain_language
from maildesk.replies.answer_body import answer_block
from maildesk.replies.directions import persons
from maildesk.replies.markup import Block, folded, from_text, quoted, side_by_side
from maildesk.replies.rendering import Rendered
from maildesk.replies.sandbox import one_line
from maildesk.replies.shown_letter import customers_block, names_of, own_ids
from maildesk.replies.wording import Reader

MOST_EARLIER = 10


def blocks_of(mail: Mail, reader: Reader) -> Mapping[str, Block]:
    """What templates may show as blocks: the body, a colleague's text, earlier mails and, for agents, the marker."""
    if not reader.trusted:
        return {}
    is_answer = mail.audience is Audience.CUSTOMER or mail.template == "agent/held"
    blocks = {"body": answer_block(mail) if is_answer else _shown(mail, reader)}
    theirs = mail.values.get("their_text")
    if isinstance(theirs, str) and theirs.strip():
        blocks["their_text"] = quoted(persons(theirs))
    if mail.audience is Audience.AGENT:
        blocks["marker"] = _marker(reader)
        blocks["earlier"] = _earlier(mail.values.get("earlier"), reader, mail.values.get("kind") == "shown")
    return blocks


def _shown(mail: Mail, reader: Reader) -> Block:
    """A letter that agents are shown."""
    text = mail.body if mail.body.strip() or not mail.body_html else to_text(mail.body_html)
    desk = str(reader.constants["desk_address"])
    pictures, names = own_ids(mail.attachments, desk), names_of(mail.attachments, desk)
    return customers_block(text, mail.body_html, tuple(pictures.items()), tuple(names.items()))


def _marker(reader: Reader) -> Block:
    line = reader.words.phrases["marker"].format(prefix=MARKER_PREFIX)
    return Block(line, f'<p style="margin:2em 0 1em;padding-top:.6em;border-top:1px solid">{html.escape(line)}</p>')


def _earlier(fact: object, reader: Reader, is_asked_for: bool) -> Block:
    """Earlier mails, newest first: mappings with ``who``, ``at`` and ``text``."""
    if not isinstance(fact, (tuple, list)):
        return Block("", "")
    said = [_one_earlier(each, reader) for each in fact[:MOST_EARLIER] if isinstance(each, Mapping)]
    if not said:
        return Block("", "")
    return folded(reader.words.phrases.get("earlier", ""), side_by_side(said), is_open=is_asked_for)


def _one_earlier(entry: Mapping[str, object], reader: Reader) -> Block:
    at = entry.get("at")
    when = plain_language.moment(reader.words, at, reader.zone, reader.now) if isinstance(at, datetime) else ""
    line = reader.words.phrases["wrote"].format(when=when, who=one_line(str(entry.get("who") or ""), 100)).lstrip(" ,")
    return side_by_side([from_text(line), quoted(persons(str(entry.get("text") or "")))])


def entity(
    rendered: Rendered, attachments: Sequence[Attachment], seed: str, enclosed: Sequence[bytes] = ()
) -> mime.Part:
    """The body of a mail: text and HTML as alternatives, pictures beside the HTML, attachments around both.

    ``enclosed`` are whole mails of ours, which stand behind all else (multipart/digest, RFC 2046, 5.1.5).
    """
    shown = [each for each in attachments if each.content_id and f"cid:{each.content_id.strip('<>')}" in rendered.html]
    files = [replace(each, inline=False, content_id=None) for each in attachments if each not in shown]
    page = mime.text_part("html", rendered.html)
    if shown:
        page = mime.multipart("related", [page, *(mime.attachment_part(each) for each in shown)], seed)
    body = mime.multipart("alternative", [mime.text_part("plain", rendered.text), page], seed)
    others = [mime.attachment_part(each) for each in files]
    if enclosed:
        others.append(mime.multipart("digest", [mime.mail_part(each) for each in enclosed], seed))
    return mime.multipart("mixed", [body, *others], seed) if others else body
