"""An agent's answer as it would leave: its words as text and as HTML, and the files that go with it.

The text is what ``own_words`` chose. The HTML is cut to say the same (``mail/own_html``), or there is none; then the
customer gets the text. Pictures that the agent pasted go with it under Content-IDs of our own; those that stood in
what was cut (our notification's, the customer's own in the quote, a logo in a signature) do not go back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from maildesk.desk.words import Agent
from maildesk.mail.clean_html import clean_html, folded_id, shown_pictures
from maildesk.mail.data_pictures import with_pictures_out
from maildesk.mail.html_text import text_of
from maildesk.mail.letter import Attachment, Letter
from maildesk.mail.own_html import MOST_HTML, letters, link_words, own_html, own_pictures

_WRAPPINGS = frozenset(
    {
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
        "application/pkcs7-mime",
        "application/x-pkcs7-mime",
        "application/ms-tnef",
        "application/vnd.ms-tnef",
        "application/pgp-keys",
    }
)
"""Parts of an agent's mail that name the agent, hold the whole of it, quotes too, or sign it with their own address.
The answer is composed anew, so they would show the inside and prove nothing; the files within them were taken out
before."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """``html`` says ``text``, or is "". ``above`` and ``below``: texts that the agent named (#canned, #article)."""

    text: str
    html: str = ""
    files: tuple[Attachment, ...] = ()
    above: str = ""
    below: str = ""

    @property
    def whole(self) -> str:
        """All of its text."""
        return "\n\n".join(filter(None, (self.above, self.text, self.below)))


NOTHING = Leaving("")


def leaving(letter: Letter, text: str, agent: Agent, domain: str, ours: frozenset[str] = frozenset()) -> Leaving:
    """The answer with this text (without commands). ``domain``: of the desk, for Content-IDs.

    ``ours``: digests of the files in the mail that it answers. A mail without text answers by its files alone, if it
    has any that are no part of its own layout.
    """
    letter = with_pictures_out(letter)
    files = [each for each in letter.attachments if not _is_about_the_agent(each, agent)]
    if not text.strip():
        return Leaving("", "", tuple(each for each in files if not each.inline))
    new = {folded_id(each.content_id): _new_id(each, domain) for each in files if each.content_id}
    html = own_html(letter.html, text, new) or ""
    going = _going(files, letter.html, _standing(letter.html, html, text, new), new, ours)
    if not html:
        return Leaving(text, "", tuple(replace(each, inline=False, content_id=None) for each in going))
    shown = frozenset(shown_pictures(html))
    return Leaving(_best_text(letter, text, html), html, tuple(_beside(each, shown, new) for each in going))


def within(answer: Leaving, whole: str) -> Leaving:
    """The same answer with what the whole text says above and below it."""
    above, own, below = whole.partition(answer.text) if answer.text.strip() else ("", "", whole)
    if answer.text.strip() and not own:
        return Leaving(whole, "", answer.files)
    return replace(answer, above=above.strip("\n"), below=below.strip("\n"))


def _is_about_the_agent(file: Attachment, agent: Agent) -> bool:
    """Their card or key, which a client attaches to every mail, and what wraps or signs the mail."""
    kind = file.content_type.lower()
    if kind in ("text/vcard", "text/x-vcard", "text/directory"):
        said = file.content.decode("utf-8", "replace").lower()
        return any(each in said for each in (agent.address, *agent.also))
    return kind in _WRAPPINGS


def _new_id(file: Attachment, domain: str) -> str:
    """A Content-ID that says nothing of the agent's machine: the same picture has the same one."""
    return f"{file.sha256[:24]}@{domain}"


def _standing(source: str, html: str, text: str, new: Mapping[str, str]) -> frozenset[str]:
    """The pictures beside words that leave, by their new Content-IDs."""
    return frozenset(shown_pictures(html) if html else own_pictures(source, text, new))


def _going(
    files: Iterable[Attachment], source: str, standing: frozenset[str], new: Mapping[str, str], ours: frozenset[str]
) -> list[Attachment]:
    """The files that leave: pictures in the HTML where they stand there, all others but those that we sent inline."""
    named = frozenset(shown_pictures(clean_html(source, new))) if new and len(source) <= MOST_HTML else frozenset()
    going: list[Attachment] = []
    for file in files:
        content_id = new.get(folded_id(file.content_id)) if file.content_id else None
        in_html = content_id is not None and content_id in named
        came_from_us = file.sha256 in ours and (file.inline or file.content_id is not None)
        if content_id in standing if in_html else not came_from_us:
            going.append(file)
    return _each_once(going)


def _each_once(files: Iterable[Attachment]) -> list[Attachment]:
    """A picture that a client attached twice, for each place that shows it, goes once."""
    known: set[tuple[str, str | None]] = set()
    once: list[Attachment] = []
    for file in files:
        key = (file.sha256, file.filename)
        if key not in known:
            known.add(key)
            once.append(file)
    return once


def _beside(file: Attachment, shown: frozenset[str], new: Mapping[str, str]) -> Attachment:
    content_id = new.get(folded_id(file.content_id)) if file.content_id else None
    is_shown = content_id in shown
    return replace(file, inline=is_shown, content_id=content_id if is_shown else None)


_PLACEHOLDER = re.compile(r"\[(?:cid|image)\s?:", re.IGNORECASE)


def _best_text(letter: Letter, text: str, html: str) -> str:
    """The agent's own text part where there is one that is fit to be read and says it all, else that of the HTML."""
    typed = "".join(letter.text_plain.split())
    is_typed = all("".join(line.lstrip("> ").split()) in typed for line in text.splitlines())
    says_all = all(words in letters(text) for words in link_words(html))
    return text if is_typed and says_all and not _PLACEHOLDER.search(text) else text_of(html) or text
