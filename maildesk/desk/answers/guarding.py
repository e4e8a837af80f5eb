"""A last look at what an agent sends: is anything of the inside in it? Then it does not leave, and the agent is asked.

Looked at: the text, the HTML with its links, the subject, names and contents of attached files, the reason of a pause.

* ``inside_of``, ``inside_of_file``: our notification, or a signed address. Such a mail comes back and is never sent:
  nobody means it, and whoever has a signed address has an agent's powers by half.
* ``doubts``: what an agent may mean all the same: a colleague's address, a note's text, lines of a panel, "attached"
  without a file. The answer is held, and ``#send`` lets it go.

What the customer wrote themselves is no secret to them: their own words, and addresses in them, raise no doubt. Nor
does what an answer said that has left already.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote

from maildesk.desk.answers.attached_words import says_attached
from maildesk.desk.answers.leaving import Leaving
from maildesk.desk.answers.saying_nothing import says_nothing
from maildesk.desk.known.inside_facts import NOTHING_INSIDE, Inside
from maildesk.desk.senders.addresses import looks_minted
from maildesk.desk.words import Site
from maildesk.mail.letter import Attachment
from maildesk.mail.own_html import letters
from maildesk.mail.parsing import parse
from maildesk.mail.quote import MARKER_PREFIX, is_marker

_ADDRESS = re.compile(r"[\w.+=~-]{1,64}@[\w.-]{1,255}\w")
_TOKEN = re.compile(r"[+=_.-][a-z2-7]{40}@")
_BARE_TOKEN = re.compile(r"(?<![a-z0-9+/])[a-z2-7]{40}(?![a-z0-9+/])")
"""A token without its desk and domain, which anybody can put together again."""

_INVISIBLE = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xAD, 0x61C, 0xFEFF]
)
_AT = re.compile(r"[ \t]*(?:[(\[{<][ \t]*(?:at|ät|arroba|arobase|@)[ \t]*[)\]}>]|[ \t]@|@[ \t])[ \t]*", re.IGNORECASE)


def in_one_spelling(text: str) -> str:
    """Text as it is meant to be read: without invisible characters, wide letters plain, "(at)" an @."""
    return _AT.sub("@", unicodedata.normalize("NFKC", text).translate(_INVISIBLE)) if text else ""


def inside_of(text: str, site: Site) -> str:
    """What of this text must never leave, as a sentence; "" where nothing must not."""
    if any(is_marker(line.lstrip("> ")) for line in text.splitlines()):
        return "Part of our notification stands in your text."
    for found, address in _addresses(text):
        if _is_signed(address, site):
            return f"The address {found} stands in your text. Customers must not see it."
    bare = next(_tokens(text, site), "")
    return f"The address {bare} stands in your text. Customers must not see it." if bare else ""


def _tokens(text: str, site: Site) -> Iterator[str]:
    """Tokens without the rest of their address, or broken over two lines."""
    said = unquote(in_one_spelling(text)).lower()
    yield from filter(looks_minted, _BARE_TOKEN.findall(said.replace("+", " ")))
    names = "|".join(re.escape(desk.address.partition("@")[0]) for desk in site.desks)
    yield from re.findall(rf"(?:{names})[+=_.-]([a-z2-7]{{40}})", "".join(said.split()))


def inside_of_line(text: str, site: Site) -> str:
    """The same for a line that nobody is asked about (a subject, the reason of a pause): colleagues' addresses too."""
    private = next((found for found, address in _addresses(text) if _is_private(address, site)), "")
    shown = f"The address {private} stands in your text. Customers must not see it." if private else ""
    return inside_of(text, site) or shown


_READABLE = (
    "text/",
    "message/",
    "application/json",
    "application/xml",
    "application/rtf",
    "application/vnd.ms-outlook",
)
_TEXT_FILES = (
    ".eml",
    ".msg",
    ".mbox",
    ".txt",
    ".md",
    ".log",
    ".csv",
    ".json",
    ".xml",
    ".rtf",
    ".html",
    ".htm",
    ".vcf",
    ".ics",
)


def inside_of_file(attachment: Attachment, site: Site) -> str:
    """What of an attached mail or text must never leave: our notification, attached, has its agent's signed address."""
    shown = _shown(attachment)
    text = f"{attachment.filename or ''}\n{_stem(attachment)}\n{_readable(attachment)}"
    if MARKER_PREFIX in text:
        return f"{shown} holds one of our notifications."
    found = next((found for found, address in _addresses(text) if _is_signed(address, site)), "")
    return f"{shown} shows {found}. Customers must not see it." if found else ""


def inside_of_answer(answer: Leaving, subject: str, site: Site) -> str:
    """The same for a whole answer; its HTML says nothing that its text does not, but links may."""
    said = (answer.whole, subject, _links(answer.html))
    files = (inside_of_file(each, site) for each in answer.files)
    return next(filter(None, (*(inside_of(each, site) for each in said), *files)), "")


@dataclass(frozen=True, slots=True)
class Known:
    """What bears on a doubt: what the customer wrote or was told, what they must not see, and the lines that stand in
    the agent's mail and would not leave (``own_words``)."""

    theirs: tuple[str, ...] = ()
    inside: Inside = NOTHING_INSIDE
    left_out: tuple[str, ...] = ()


def doubts(answer: Leaving, subject: str, site: Site, known: Known) -> tuple[str, ...]:
    """What an agent is asked about before this leaves, each in a sentence; () where all is well."""
    return tuple(dict.fromkeys(_doubts(answer, subject, site, known)))


def _doubts(answer: Leaving, subject: str, site: Site, known: Known) -> Iterator[str]:
    theirs = {address for text in (*known.theirs, *known.inside.subjects) for _, address in _addresses(text)}
    for text in (answer.whole, subject, _links(answer.html)):
        for found, address in _addresses(text):
            if address not in theirs and _is_private(address, site):
                yield f"The address {found} stands in it. It belongs to your team."
    for file in answer.files:
        for found, address in _addresses(f"{file.filename or ''}\n{_stem(file)}\n{_readable(file)}"):
            if address not in theirs and _is_private(address, site):
                yield f"{_shown(file)} shows {found}. It belongs to your team."
    yield from _inner_words(answer, known)
    for line in known.left_out[:1]:
        yield f'It leaves out "{_cut(line)}", which stands in the quoted mail. Is that yours? Write it above the quote.'
    if nothing := says_nothing(answer.text) if answer.whole == answer.text else "":
        yield nothing
    claim = "" if answer.files else says_attached(answer.text)
    if claim:
        yield f'It says "{_cut(claim)}", and no file is attached.'


def _inner_words(answer: Leaving, known: Known) -> Iterator[str]:
    """Notes and lines of a panel, in the text, its links, and the files."""
    seen = letters("\n".join(known.theirs))
    said = letters(f"{answer.text}\n{_links(answer.html)}")
    if says_a_note(said, known.inside.notes, seen):
        yield "Words of a note stand in it. Notes are for your team alone."
    if _shows_a_panel(answer.text, known.inside.panel, seen):
        yield "Lines of our notification stand in it."
    for file in answer.files:
        text = f"{file.filename or ''}\n{_readable(file)}"
        if says_a_note(letters(text), known.inside.notes, seen) or _shows_a_panel(text, known.inside.panel, seen):
            yield f"{_shown(file)} shows words of a note, or of our notification."


def says_a_note(said: str, notes: Iterable[str], seen: str = "") -> bool:
    """Whether these letters hold words of a note that the customer has not seen."""
    return any(each in said for note in notes for each in _runs(note) if each not in seen)


def _shows_a_panel(text: str, panel: str, seen: str) -> bool:
    """A line of the panel that stands alone, as only copying does; or two that stand anywhere."""
    lines = {each: line for line in panel.splitlines() if len(each := letters(line)) >= _SHORTEST_LABELLED}
    lines = {each: line for each, line in lines.items() if each not in seen}
    if not lines:
        return False
    said, own = letters(text), {letters(line) for line in text.splitlines()}
    alone = any(each in own and (":" in line or len(each) >= _LONG_LINE) for each, line in lines.items())
    within = [each for each in lines if len(each) >= _SHORTEST_LINE and each in said]
    return alone or len(within) >= _LINES_OF_A_PANEL or any(len(each) >= _NO_CHANCE for each in within)


_LINES_OF_A_PANEL = 2
"""One within a paragraph may be chance ("Promised by Tuesday, 24 November, 10:00"); two are copied."""

_NO_CHANCE = 36
"""Letters of a panel's line that nobody writes by chance: "Ticket: #1042, open: we answer next, priority normal"."""

_SHORTEST_LINE = 20
"""Letters of a panel's line; shorter ones are anybody's words."""

_SHORTEST_LABELLED = 10
"""Letters of one that stands alone and has a label: "Tags: late-again"."""

_LONG_LINE = 24
"""Letters of one that nobody types by chance, also where it has no label."""

_RUN = 6
"""Words of a note in a row that no answer has by chance. A shorter sentence counts as a whole, from three words on."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n")


def _runs(note: str) -> Iterator[str]:
    """What of a note would show that it was copied, as letters."""
    for sentence in _SENTENCE.split(note):
        words = [word for word in map(letters, sentence.split()) if word]
        if len(words) >= _FEWEST_WORDS:
            runs = ("".join(words[start : start + _RUN]) for start in range(max(len(words) - _RUN, 0) + 1))
            yield from (run for run in runs if len(run) >= _SHORTEST_RUN)


_FEWEST_WORDS = 3
_SHORTEST_RUN = 16  # letters


def _links(html: str) -> str:
    return unquote(unescape(html)) if html else ""


def _cut(sentence: str) -> str:
    return sentence if len(sentence) <= 80 else f"{sentence[:79].rstrip()}…"


def _shown(file: Attachment) -> str:
    return f'The attached file "{file.filename.lower()}"' if file.filename else "An attached mail or text"


def _stem(file: Attachment) -> str:
    """Its name without what says its kind: "for ben@example.com.pdf" names Ben."""
    return (file.filename or "").rpartition(".")[0]


_LONGEST_FILE = 1_000_000  # octets that are looked at


def _readable(file: Attachment) -> str:
    """The text of an attached mail or text; pictures and documents are not opened. A file that does not say what it is
    counts where it begins like a mail or a text. An attached mail is read as a mail, whatever encodes it."""
    name, kind = (file.filename or "").lower(), file.content_type.lower()
    content = file.content[:_LONGEST_FILE]
    if (
        not kind.startswith(_READABLE)
        and not name.endswith(_TEXT_FILES)
        and not (kind == "application/octet-stream" and _is_text(content))
    ):
        return ""
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff") or content[1:200:2].count(0) > min(len(content), 200) // 4
    text = content.decode(
        "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-16-le" if wide else "utf-8", "replace"
    )
    text = text.replace("=\r\n", "").replace("=\n", "")
    read = parse(content) if kind.startswith("message/") or _IS_A_MAIL.match(text) else None
    return "\n".join(filter(None, (text, unescape(text) if "&#" in text else "", read.text if read else "")))


_IS_A_MAIL = re.compile(r"[A-Za-z-]{2,40}: ")


def _is_text(content: bytes) -> bool:
    """Whether a file that says nothing of itself is text: no control characters at its beginning."""
    return not any(octet < 32 and octet not in (9, 10, 13) for octet in content[:512])


def _addresses(text: str) -> Iterator[tuple[str, str]]:
    """Addresses as they are meant to be read, and folded."""
    said = in_one_spelling(text)
    for found in _ADDRESS.findall(said) if "@" in said else ():
        yield found, found.strip(".").lower()
        if "=" in found:  # "?to=anna@example.com"
            yield found.rpartition("=")[2], found.rpartition("=")[2].strip(".").lower()


def _is_signed(address: str, site: Site) -> bool:
    """One with a token of ours, or at a domain that we use for nothing else."""
    if site.desk(address) is not None:
        return False
    domain = address.rpartition("@")[2]
    at_reply_domain = any(desk.reply_domain == domain for desk in site.desks if desk.reply_domain)
    return at_reply_domain or (_TOKEN.search(address) is not None and any(desk.owns(address) for desk in site.desks))


def _is_private(address: str, site: Site) -> bool:
    """An agent's or admin's own address; a desk's, with whatever extension, is everybody's."""
    is_a_desks = any(desk.owns(address) for desk in site.desks)
    return not is_a_desks and site.is_inside(address)
