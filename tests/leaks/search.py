"""What a customer gets, searched for what they must not see, and for what they were to be told."""

from __future__ import annotations

import base64
import email
import email.policy
import html
import re
import zlib
from collections.abc import Iterator
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from functools import lru_cache
from urllib.parse import unquote

from tests.leaks.drafts import FOOTER, SIGNATURE
from tests.leaks.scene import Notice, house, notices, signed_addresses
from tests.leaks.stories import STORIES, Story

_LEAST = 20
"""Letters of a line of ours that no answer has by chance."""


def letters(text: str) -> str:
    """What counts when texts are compared."""
    return "".join(char for char in text.casefold() if char.isalnum())


@lru_cache(maxsize=64)
def secrets(language: str) -> dict[str, str]:
    """For a customer of this desk: what must not be seen, as letters, and how it reads."""
    story = STORIES[language]
    found = ["anna@example.com", "ben@example.com", "ben.weber@phone.example", "admin@example.com", "Ben Weber",
             "lost-by-us", "heavy-freight", *SIGNATURE[1:], FOOTER[:60]]  # fmt: skip
    for each in STORIES.values():
        found += [each.note, each.person_note, *_others(each, mine=each is story)]
    for notice in notices():
        found += [notice.message_id.strip("<>"), *_lines(notice, story)]
    known = letters(
        " ".join(
            [
                story.words,
                story.above,
                *story.points,
                story.picture,
                story.end,
                story.old_words,
                story.old_answer,
                story.subject,
                story.old_subject,
            ]
        )
    )
    return {key: each for each in found if (key := letters(each)) and (len(key) < 9 or key not in known)}


def _others(story: Story, *, mine: bool) -> Iterator[str]:
    yield from (story.other, story.others_subject, story.others_words, story.others_answer, "Oskar Lindqvist")
    if not mine:
        yield from (story.customer, story.words, story.copied)


def _lines(notice: Notice, story: Story) -> Iterator[str]:
    """Lines of a notification from the marker on, and of mails that have none."""
    for line in notice.panel:
        said = re.sub(r"^\s*(?:[>*-]|\d+\.)\s*", "", line)
        if len(letters(said)) >= _LEAST and not line.startswith(">"):
            yield said


@lru_cache(maxsize=1)
def tokens() -> frozenset[str]:
    """The tokens of agents' signed addresses."""
    customers = {str(out.message["Reply-To"]) for out in house().sent if not out.recipient.endswith("@example.com")}
    return frozenset(
        each
        for each in (address.partition("+")[2].partition("@")[0] for address in signed_addresses())
        if not any(each in known for known in customers)
    )


def found_in(raw: bytes, language: str) -> list[str]:
    """The secrets that stand in this mail, wherever they hide."""
    everything = "\n".join(_shown(raw))
    bare = letters(everything)
    found = [said for key, said in secrets(language).items() if key in bare]
    return found + [f"the signed address {each}" for each in tokens() if each in bare]


def _shown(raw: bytes) -> Iterator[str]:
    yield raw.decode("utf-8", "replace")
    mail = email.message_from_bytes(raw)
    yield from _of(mail)


def _of(mail: Message) -> Iterator[str]:
    for part in mail.walk():
        yield from (str(make_header(decode_header(value))) for _, value in part.items())
        yield part.get_filename() or ""
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        yield from _octets(content, part.get_content_charset("utf-8") or "utf-8")


def _octets(content: bytes, charset: str = "utf-8") -> Iterator[str]:
    text = content.decode(charset, "replace")
    yield text
    yield html.unescape(re.sub(r"<[^>]*>", "", text))
    yield unquote(html.unescape(text))
    yield content.decode("utf-16-le", "replace")
    for coded in re.findall(r"base64,([A-Za-z0-9+/=]{24,})", text):
        yield base64.b64decode(coded + "===").decode("utf-8", "replace")
    if content[:2] in (b"\x78\x9c", b"\x78\xda"):
        yield zlib.decompress(content).decode("utf-8", "replace")


@lru_cache(maxsize=8)
def parsed(raw: bytes) -> EmailMessage:
    """A mail by the standard library."""
    return email.message_from_bytes(raw, policy=email.policy.default)


def bodies(raw: bytes) -> tuple[str, str]:
    """Its text, and the text of its HTML."""
    mail = parsed(raw)
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    shown = re.sub(r"(?s)<(?:style|title).*?</(?:style|title)>", "", str(page.get_content())) if page else ""
    return str(plain.get_content()) if plain else "", html.unescape(re.sub(r"<[^>]*>", " ", shown))


def missing(raw: bytes, said: tuple[str, ...]) -> list[str]:
    """What of these words the customer cannot read, in this order, in the text and in the HTML."""
    lost: list[str] = []
    for name, body in zip(("text", "HTML"), bodies(raw), strict=True):
        here, place = _words(body), 0
        for each in said:
            for line in each.split("\n"):
                wanted = _words(re.sub(r"^(?:- |\d\. |> |\| )", "", line))
                at = here.find(wanted, place)
                if at < 0:
                    lost.append(f"{name}: {line}")
                else:
                    place = at + len(wanted)
    return lost


def _words(text: str) -> str:
    return letters(re.sub(r"(?m)^\s*(?:>|\d{1,2}\.)\s*", "", text))
