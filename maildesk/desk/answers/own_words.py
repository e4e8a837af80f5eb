"""What an agent wrote, and nothing that our notification said: the text that may leave for a customer (guarantee 8).

``Letter.new_text`` is made for reading: when in doubt it shows everything. What leaves must do the opposite. Here a
quoted line stays only where it is the customer's own words (answers between quotes need them); from our marker on
nothing stays but what the agent typed below a marked quote; a mail that only quotes is empty, and so is one with
nothing but the line of a phone ("Sent from my iPhone"). The signature goes, also above a quote, but commands below it
stay: the very end of a mail is below the name.

What it does not do: judge the agent's own words (``guarding`` looks for what must not leave), or keep a text that a
client interleaved without marking the quote: that cannot be told from ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from maildesk.desk.commands.commands import commands_at_end
from maildesk.desk.known.facts import Facts
from maildesk.mail.attribution import attribution_at, label_of
from maildesk.mail.letter import Letter
from maildesk.mail.own_html import letters
from maildesk.mail.quote import is_marker
from maildesk.mail.requoting import CITED, Requoted, requoted
from maildesk.mail.signature import cut_name_block, cut_signature, is_sent_from

_DELIMITER = re.compile(r"(?:--|—|–)[ \u00a0]*(?:\n|$)")  # RFC 3676, 4.3; some clients write a dash
_EMPTY_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Words:
    """``text`` may leave. ``left_out``: lines that stand in or above the quote, are nobody's that we know of, and do
    not leave: the agent is asked whether they are theirs."""

    text: str
    left_out: tuple[str, ...] = ()


def words_of(facts: Facts) -> Words:
    """What the agent wrote in the mail at hand."""
    told = (each.text for each in facts.answers)
    return read_words(facts.letter, facts.customers_texts, (*facts.inside.shown, *facts.customers_texts, *told))


def own_words(letter: Letter, customers_texts: Iterable[str]) -> str:
    """The same of a letter of which nothing else is known."""
    return read_words(letter, customers_texts).text


def read_words(letter: Letter, customers_texts: Iterable[str], ours: Iterable[str] = ()) -> Words:
    """The agent's words, with the quoted lines that are the customer's between them.

    ``ours``: the texts of the mails that this one may quote. With them, a quote is known where no client marked it.
    """
    customers = tuple(customers_texts)
    theirs = frozenset(_folded(line) for text in customers for line in text.splitlines() if line.strip())
    found = requoted(letter.text, ours)
    marked = _as_marked(letter, found) or letter
    text = _own_text(marked, theirs).replace(CITED, ">")
    return Words(text, tuple(each for each in found.strange if letters(each) and letters(each) not in letters(text)))


def _as_marked(letter: Letter, found: Requoted) -> Letter | None:
    """The letter as a client would have written it that marks its quote; None where it is read well as it is."""
    if found.begin is None or not (found.between or found.below is not None or found.cited or _spills(letter, found)):
        return None
    top, signature = _without_signature(found.lines[: found.begin], letter)
    end = len(found.lines) if found.marker is None else found.marker
    quote = found.lines[found.begin : end] if found.between else ()
    new = _EMPTY_LINES.sub(
        "\n\n", "\n".join(line.rstrip() for line in ([*_trimmed(top), "", *quote] if quote else top))
    )
    return replace(letter, text="\n".join(found.lines), new_text=new.strip("\n"), signature="\n".join(signature))


def _trimmed(lines: Sequence[str]) -> list[str]:
    return "\n".join(lines).strip("\n").split("\n")


def _spills(letter: Letter, found: Requoted) -> bool:
    """Whether the quote was taken for new text."""
    first = letters(found.lines[found.begin or 0])
    return bool(first) and first in letters(letter.new_text)


def _without_signature(top: Sequence[str], letter: Letter) -> tuple[list[str], list[str]]:
    """What stands above the quote, and the signature there: what marks it in HTML was read before."""
    lines = list(top)
    known, count = letters(letter.signature), len(lines)
    while known and count and known.endswith(letters("".join(lines[count - 1 :]))):
        count -= 1
        if letters("".join(lines[count:])) == known:
            return lines[:count], lines[count:]
    return _cut(lines, letter.sender.name)


def _cut(lines: list[str], name: str) -> tuple[list[str], list[str]]:
    """Text and signature of what an agent wrote."""
    own, signature = cut_signature(lines, name)
    own, block = cut_name_block(own, name)
    return own, [*block, *signature]


def _own_text(letter: Letter, theirs: frozenset[str]) -> str:
    lines = letter.new_text.splitlines()
    marker = _marker(lines)
    typed = _without_signature_above(_without_a_phones_line(lines[:marker]), letter.sender.name)
    typed, block = cut_name_block(typed, letter.sender.name) if not any(map(_is_quoted, typed)) else (typed, [])
    letter = replace(letter, signature="\n".join([*block, letter.signature]).strip("\n"))
    above = _chosen(typed, theirs)
    if above and _DELIMITER.match(above):  # a signature without its mail
        return commands_at_end(f"{above}\n{letter.signature}")
    if above and not (_stands_on_a_quote(above, letter, theirs) and _only_theirs(above, theirs)):
        return "\n\n".join(filter(None, (above, _behind_the_quote(letter), commands_at_end(letter.signature))))
    return _below_the_quote(letter)


def _marker(lines: list[str]) -> int | None:
    return next((number for number, line in enumerate(lines) if is_marker(_unquoted(line))), None)


def _without_signature_above(lines: list[str], name: str) -> list[str]:
    """Without the signature that some programs put above their quote, where answers stand between its lines.

    A mail with nothing between has lost it before: there it stood at the end of what was written.
    """
    plain = _without_attributions(lines)
    quote = next((number for number, line in enumerate(plain) if _is_quoted(line)), None)
    if quote is None:
        return plain
    own, _ = _cut(["above", "", *plain[:quote]], name)
    return [*_trimmed(own[2:]), "", *plain[quote:]]


def _without_a_phones_line(lines: list[str]) -> list[str]:
    """Without "Sent from my iPhone" as the first line: nothing was typed above it, or the reply stands below it.

    There it is no end of anything, so reading keeps it (a signature never takes the whole text); a customer gets no
    answer that says this alone.
    """
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    return lines[first + 1 :] if first is not None and is_sent_from(lines[first]) else lines


def _chosen(lines: list[str], theirs: frozenset[str]) -> str:
    """The lines without quotes that are not the customer's; "" where only quotes are left."""
    kept = [line for line in lines if not _is_quoted(line) or _folded(line) in theirs or not _unquoted(line).strip()]
    kept = _without_empty_quotes(kept)
    own = any(line.strip() and not _is_quoted(line) for line in kept)
    text = "\n".join(kept).strip() if own else ""
    return _EMPTY_LINES.sub("\n\n", text) if any(map(_is_quoted, kept)) else text


def _without_attributions(lines: list[str]) -> list[str]:
    """Without "Am Dienstag schrieb Anna:" above a quote: the quote's words say whose they are."""
    dropped: set[int] = set()
    for number in range(len(lines)):
        follows = next((line for line in lines[number + 1 :] if line.strip()), "")
        if not _is_quoted(lines[number]) and _is_quoted(follows):
            found = attribution_at(lines, number, True)
            if found is not None and not found.before.strip():
                dropped.update(range(found.first, found.last + 1))
    return [line for number, line in enumerate(lines) if number not in dropped]


def _without_empty_quotes(lines: list[str]) -> list[str]:
    """A bare ">" stays only between two quoted lines that say something."""
    kept: list[str] = []
    for number, line in enumerate(lines):
        bare = _is_quoted(line) and not _unquoted(line).strip()
        before = bool(kept) and _is_quoted(kept[-1])
        after = number + 1 < len(lines) and _is_quoted(lines[number + 1])
        if not bare or (before and after):
            kept.append(line)
    return kept


def _stands_on_a_quote(above: str, letter: Letter, theirs: frozenset[str]) -> bool:
    """Whether the quote begins, or has begun, where these lines end: only then may a program have put them there.

    "Write to shop@example.org by Tuesday, 14:00" looks like what a program puts above its quote; typed, it does not
    stand on one.
    """
    last = above.splitlines()[-1]
    lines = [line.strip() for line in letter.text.splitlines() if line.strip()]
    at = max((number for number, line in enumerate(lines) if line == last.strip()), default=None)
    if at is None or _is_quoted(last) or _folded(last) in theirs:
        return True
    below = lines[at + 1 : at + 2]
    return any(_is_quoted(line) or is_marker(line) or _folded(line) in theirs or label_of(line) for line in below)


def _only_theirs(text: str, theirs: frozenset[str]) -> bool:
    """Whether every line is the customer's, or what a program puts above them: nothing was typed into this reply."""
    lines = text.splitlines()
    above: set[int] = set()
    for number, line in enumerate(lines):
        found = attribution_at(lines, number, True)
        if found is not None and not found.before.strip():
            above.update(range(found.first, found.last + 1))
        elif (label := label_of(line)) is not None and label[0] & {"from", "sent", "date", "to", "cc", "subject"}:
            above.add(number)
    return all(number in above or _folded(line) in theirs for number, line in enumerate(lines) if line.strip())


def _below_the_quote(letter: Letter) -> str:
    """What was typed below a marked quote of our notification; "" where the client did not mark its quote."""
    lines = letter.text.splitlines()
    marker = _marker(lines)
    if marker is None or not _is_quoted(lines[marker]):
        return ""
    below = "\n".join(line for line in lines[marker + 1 :] if not _is_quoted(line)).strip()
    if letter.signature.strip():
        return below.removesuffix(letter.signature.strip()).strip()
    own, signature = _cut(below.splitlines(), letter.sender.name)
    return "\n\n".join(filter(None, ("\n".join(own).strip(), commands_at_end("\n".join(signature)))))


_WRAPPED = 60
"""A quoted line of this length may have been broken, and its end may stand below it without a mark."""


def _behind_the_quote(letter: Letter) -> str:
    """What was typed behind the marked quote of our notification, where there is a reply above it, too.

    Only what stands clearly apart: behind the last quoted line, with an empty line between, or behind a short one.
    """
    lines = letter.text.splitlines()
    marker = _marker(lines)
    if marker is None or not _is_quoted(lines[marker]):
        return ""
    last = max(number for number, line in enumerate(lines) if _is_quoted(line))
    behind = lines[last + 1 :]
    if not behind or (behind[0].strip() and len(lines[last]) >= _WRAPPED):
        return ""
    own, signature = _cut(["above", "", *behind], letter.sender.name)
    typed = "\n".join(own[1:]).strip()
    if typed and typed in letter.new_text:  # the reply stands below the quote alone, and was read there
        return ""
    return "\n\n".join(filter(None, (typed, commands_at_end("\n".join(signature)))))


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _unquoted(line: str) -> str:
    return line.lstrip().lstrip("> \t") if _is_quoted(line) else line


_SIGNS = re.compile(r"^\s*(?:\d{1,3}[.)]|[-*+•])\s+|(?<!\w)[*_/|]+|[*_/|]+(?!\w)")
"""What a program makes of lists and bold words when it quotes HTML as text. A list that is split is counted anew."""


def _folded(line: str) -> str:
    return " ".join(_SIGNS.sub("", _unquoted(line)).split()).casefold()
