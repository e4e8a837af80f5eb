"""Where a forward in the text begins: the separator, the block of header lines below it, and what the block says.

Every mail program has its own: labels in any language of ``words/``, a sentence instead of labels (aerc), a line as
above a quote (Yandex), labels without colons (eM Client), all in one line (Yahoo), fields of servers above or below
the ones that count (mutt, Thunderbird, Outlook), long values that a mail program wrapped.

What it does not do: find the forwarded text's end; that is ``forwarded``. Total, and linear in the text's length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from maildesk.mail.attribution import (
    attribution_at,
    header_block_at,
    is_forward_separator,
    is_original_separator,
    label_of,
)
from maildesk.mail.words import alternatives

_NEAR = 5
_MOST_ABOVE = 2_000  # lines in which the forward must begin: what an agent writes above it is shorter
_LONGEST = 300
_KINDS = ("from", "sent", "to", "cc", "subject")


@dataclass(frozen=True, slots=True)
class Block:
    """Where the forwarder's own words end, and the lines of the header block (both included).

    ``top``: the first line below the separator, where fields of servers stand above the block. ``end``: the last line
    of what belongs to the header below it: further fields (mutt shows all that it does not weed), a line of dashes.
    """

    above: int
    top: int
    first: int
    last: int
    end: int


_RUN_TOGETHER = re.compile(r"(\s*-{3,}[^-\n]{3,60}-{3,})\s*([^-\s].*)")


def with_lines_apart(lines: list[str]) -> list[str]:
    """Header blocks as most programs write them: each field in a line of its own, with a colon.

    Yahoo's plain text has separator and header lines in one: "… Message ----- From: a@b.cTo: d@e.fSubject: g".
    """
    apart: list[str] = []
    for line in lines:
        found = _RUN_TOGETHER.match(line[:2000]) if "--" in line and is_forward_separator(line[:150]) else None
        apart += [line] if found is None else [found[1], *_glued_labels().sub(r"\n\1", found[2]).split("\n")]
    return _with_colons(apart)


@cache
def _glued_labels() -> re.Pattern[str]:
    return re.compile(rf"(?<!^)((?:{'|'.join(alternatives(kind) for kind in _KINDS)})\s?[:：])")


@cache
def _bare_label() -> re.Pattern[str]:
    return re.compile(rf"((?:{'|'.join(alternatives(kind) for kind in _KINDS)}))[ \t]+(?![:：])(\S.*)")


def _with_colons(lines: list[str]) -> list[str]:
    """eM Client: 'From "Max" <max@…>' below the separator; three such lines in a row, the first with an address."""
    made = list(lines)
    for number, line in enumerate(lines[:_MOST_ABOVE]):
        if not is_forward_separator(line):
            continue
        bare = [_bare_label().match(each[:_LONGEST]) for each in lines[number + 1 : number + 6]]
        known = next((at for at, each in enumerate(bare) if each is None), len(bare))
        if known >= 3 and "@" in lines[number + 1]:
            made[number + 1 : number + 1 + known] = [f"{each[1]}: {each[2]}" for each in bare[:known] if each]
    return made


def find_block(lines: list[str], forwards: bool) -> Block | None:
    """The outermost forwarded mail. ``forwards``: the subject says so, and a bare header block is enough."""
    for number, line in enumerate(lines[:_MOST_ABOVE]):
        if not line.strip():
            continue
        announced = is_forward_separator(line) or (forwards and is_original_separator(line))
        if announced and (found := _below(lines, number)) is not None:
            return found
        if forwards and _SENTENCE.fullmatch(line):
            return Block(number, number, number, number, number)
        if forwards and (last := header_block_at(lines, number)) is not None and _names_a_sender(lines, number, last):
            above = number - 1 if number and not any(map(str.isalnum, lines[number - 1])) else number
            return Block(above, number, number, last, _end(lines, above, last))
    return None


_SENTENCE = re.compile(r"Forwarded message from (.{1,200}) on (.{6,60}):\s*")  # aerc, instead of a block


def _below(lines: list[str], separator: int) -> Block | None:
    """The header block right below a separator, or a line as above a quote: date, name, address, colon."""
    for number in range(separator + 1, min(separator + _NEAR, len(lines))):
        if lines[number].strip(" >*\t\u00a0"):
            first = _past_fields_of_servers(lines, number)
            last = header_block_at(lines, first)
            if last is not None:
                return Block(separator, number, first, last, _end(lines, separator, last))
            said = "@" in lines[number] and attribution_at(lines, number, quote_follows=False) is not None
            return Block(separator, number, number, number, number) if said else None
    return None


_MOST_FIELDS = 60
_ANY_FIELD = re.compile(r"[ >]{0,3}[A-Za-z][A-Za-z0-9-]{1,60}: ")


def _past_fields_of_servers(lines: list[str], number: int) -> int:
    """mutt forwards the whole header: Return-Path, Received and their like may stand above From."""
    for first in range(number, min(number + _MOST_FIELDS, len(lines))):
        if header_block_at(lines, first) is not None:
            return first
        if not _ANY_FIELD.match(lines[first]) and not (first > number and _FOLDED.match(lines[first])):
            break
    return number


_FIELD = re.compile(r"[ >]{0,3}[A-Za-z]+(?:-[A-Za-z]+)+: ")
_FOLDED = re.compile(r">?[ \t]+\S")
_BESIDE = re.compile(  # what Outlook shows below the subject, in the languages that it is spoken to in most
    r"[\s>*]{0,4}(?:importance|sensitivity|categories|attachments|wichtigkeit|priorität|vertraulichkeit|kategorien|"
    r"anlagen|importancia|carácter|categorías|datos adjuntos|confidentialité|catégories|pièces jointes|важность|"
    r"пометка|категории|вложения|priorità|riservatezza|categorie|allegati|ważność|załączniki|urgentie|bijlagen|"
    r"importância|anexos|重要度|添付ファイル|重要性|附件)\*?\s?[:：]",
    re.IGNORECASE,
)
_RULE = re.compile(r"[ >]{0,4}[-_=*]{10,}\s*")


def _end(lines: list[str], separator: int, last: int) -> int:
    end = last
    while end + 1 < len(lines) and (
        _FIELD.match(lines[end + 1])
        or _BESIDE.match(lines[end + 1])
        or _WRAPPED.fullmatch(lines[end + 1])
        or _lists_more(lines, end)
        or (end > last and _FOLDED.match(lines[end + 1]))
    ):
        end += 1
    if end + 1 < len(lines) and (_RULE.fullmatch(lines[end + 1]) or _again(lines, separator, end + 1)):
        end += 1  # SquirrelMail closes its block with a line, Zoho with the separator once more
    return end


def _lists_more(lines: list[str], end: int) -> bool:
    """People in To or Cc that stand in the next line: the one above stops behind a comma."""
    following = lines[end + 1][:_LONGEST]
    return lines[end].rstrip().endswith((",", ";")) and "@" in following and label_of(following) is None


def _again(lines: list[str], separator: int, number: int) -> bool:
    return separator < number and is_forward_separator(lines[number]) and lines[number] == lines[separator]


def _names_a_sender(lines: list[str], first: int, last: int) -> bool:
    labels = (label_of(line) for line in lines[first : last + 1])
    return any(found is not None and "from" in found[0] for found in labels)


# ── what it says ─────────────────────────────────────────────────────────────────────────────────────────────────────

_WRAPPED = re.compile(r"[ >]{0,3}<[^<>\s]{1,64}@[^<>\s]{2,255}>(?:[,;].{0,300})?\s*")
_AS_ABOVE_A_QUOTE = re.compile(
    r"\W{0,3}(?P<at>\S.{4,80}?)[,;]\s*(?P<who>\"?[^\",;<>\d][^\",;<>]{0,80}\"?\s*<[^<>\s]+>)"
)


def fields_of(block: list[str]) -> dict[str, str]:
    """The values of the header lines by kind; of a label that means several, the one that is still missing."""
    if said := _SENTENCE.fullmatch(block[0]):
        return {"from": said[1], "sent": said[2]}
    if len(block) == 1 and label_of(block[0]) is None:
        line = block[0].strip(" :：")[:_LONGEST]
        said = _AS_ABOVE_A_QUOTE.match(line)
        return {"from": said["who"], "sent": said["at"]} if said else {"from": line}
    found: dict[str, str] = {}
    for kind, value in _labelled(block, found):
        found[kind] = f"{found[kind]} {value}" if kind in found else value
    return found


def _labelled(block: list[str], found: dict[str, str]) -> Iterator[tuple[str, str]]:
    last = ""
    for line in block:
        labelled = label_of(line)
        if labelled is None:
            if last and _goes_on(line):
                yield last, line.strip(" >\t")[:_LONGEST]
            elif _other_label(line):
                last = ""
            continue
        kinds, value = labelled
        fitting = [kind for kind in _KINDS if kind in kinds and kind not in found]
        last = "from" if "from" in fitting and "@" in value else next(iter(fitting), "")
        if last:
            yield last, value.strip()


def _goes_on(line: str) -> bool:
    return bool(_WRAPPED.fullmatch(line)) or (line.startswith((" ", "\t")) and not _other_label(line))


def _other_label(line: str) -> bool:
    return bool(re.match(r"\s*[\w-]{2,20}\s?:", line))
