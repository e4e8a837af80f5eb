"""Lines that mail clients put above a quote: "On Tuesday Anna wrote:", header blocks, "-----Original Message-----".

Languages differ in every word, so the words are data (``words/``) and the rules stand on what is the same everywhere: a
date, an address, a colon at the end, a quote below; labels with colons in consecutive lines; a phrase between dashes.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from maildesk.mail.words import alternatives, phrases

_LONGEST = 400
_MOST_LINES = 6
_DATE = re.compile(
    r"\b\d{1,4}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{1,4}\b|\b\d{1,2}[:.]\d{2}\b|\b(?:19|20)\d{2}\b|[年月日]|\d\s?년"
)
_ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{2,255}")
_STARTS_WELL = re.compile(r"[\W_]{0,12}(?:[^\W\d_]{1,12}[.,]?\s+){0,4}\W{0,3}\d")
_UNFINISHED = re.compile(r"[,<]\s*$|\b(?:at|um|à|a las|kl\.?|(?:19|20)\d{2})\s*$")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_ENDS = re.compile(r"[:：]\s*(?:\[[^\]\n]{0,80}\]\s*)?$")
_SHARED_LINE = re.compile(
    r"\s*-{0,3}\s*\bOn (?=(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|"
    r"Dec|\d))"
)
_COMMAND = re.compile(r"\s*[#＃﹟]\s?[^\W\d_]")
"""No program begins a line so; "#cc ADDRESS" above "#promise 14:00" has all that an attribution has."""


class Attribution(NamedTuple):
    """Lines ``first`` to ``last`` (both included) attribute a quote; ``before`` is the new text in the first of
    them.
    """

    first: int
    last: int
    before: str


@cache
def _verb() -> re.Pattern[str]:
    return re.compile(
        rf"(?:(?<=[\s>)\"'\]*_])|(?<=[^\x00-\u02ff])|^)(?:{alternatives('wrote')})(?![^\W\d_])", re.IGNORECASE
    )


@cache
def _verb_at_end() -> re.Pattern[str]:
    return re.compile(rf"(?:{alternatives('wrote')})[\s*_\"']*(?:[:：]|-{{2,}}:?|\.\.\.)\s*$", re.IGNORECASE)


@cache
def _dashed_verb() -> re.Pattern[str]:
    return re.compile(rf"\s*-{{2,}}.{{2,200}}(?:{alternatives('wrote')})\s*-{{2,}}\s*$", re.IGNORECASE)


def attribution_at(lines: list[str], last: int, quote_follows: bool) -> Attribution | None:
    """The attribution that ends in line ``last``, or None. ``quote_follows``: the next text is marked as quoted."""
    line = lines[last]
    if len(line) > _LONGEST:
        return None
    if "--" in line and line.rstrip().endswith("-") and _dashed_verb().match(line):
        return Attribution(last, last, "")
    if not _may_end(line, quote_follows):
        return None
    best: Attribution | None = None
    joined = ""
    for first in range(last, max(last - _MOST_LINES, -1), -1):
        if _COMMAND.match(lines[first]):
            break
        if first < last and not lines[first].strip():
            if joined.startswith("<"):  # Polymail: name, empty line, "<", "mailto:…", "> wrote:"
                continue
            break
        joined = f"{lines[first]} {joined}".strip()
        if len(joined) > _LONGEST or not _is_attribution(joined, quote_follows):
            continue
        best = best or Attribution(first, last, "")
        if _STARTS_WELL.match(joined):
            return _whole(lines, first, last)
    return _share_of(lines, best) if best else None


def _whole(lines: list[str], first: int, last: int) -> Attribution:
    """Takes the line above too where it stops in the middle ("On Mon, Jan 5," / "2015 at 10:00 Anna wrote:").

    Only one of the two has a year: "#merge 2042" above "On Mon, Jan 5, 2015 …" is the writer's.
    """
    above = lines[first - 1] if first and last - first < _MOST_LINES - 1 else ""
    in_the_middle = 0 < len(above) < 90 and _UNFINISHED.search(above) and _STARTS_WELL.match(above)
    if in_the_middle and not (_YEAR.search(above) and _YEAR.search(" ".join(lines[first : last + 1]))):
        first -= 1
    return _share_of(lines, Attribution(first, last, ""))


def _share_of(lines: list[str], found: Attribution) -> Attribution:
    """Some clients write the attribution behind the last word of the new text."""
    shared = _SHARED_LINE.search(lines[found.first])
    before = lines[found.first][: shared.start()] if shared else ""
    return found._replace(before=before.rstrip(" -"))


def closes_an_address(line: str) -> bool:
    """``> wrote:`` is the end of a wrapped attribution and no quote."""
    return len(line) < 40 and line.startswith(">") and bool(_verb_at_end().fullmatch(line[1:].strip()))


def _may_end(line: str, quote_follows: bool) -> bool:
    ends = (":" in line or "：" in line) and _ENDS.search(line)
    return bool(ends or (quote_follows and (_ADDRESS.search(line) or _DATE.search(line))))


def _is_attribution(text: str, quote_follows: bool) -> bool:
    date, address, ends = _DATE.search(text), _ADDRESS.search(text), _ENDS.search(text)
    if date and address and (ends or quote_follows):
        return True
    if not _verb().search(text):
        return False
    at_end = bool(_verb_at_end().search(text))
    if (date and (at_end or ends)) or (address and at_end):
        return True
    return at_end and quote_follows and len(text.split()) <= 10


# ── header blocks ────────────────────────────────────────────────────────────────────────────────────────────────────

_KINDS = ("from", "sent", "to", "cc", "subject")
_FIRST_IS_ENOUGH = 14


@cache
def _labels() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for kind in _KINDS:
        for phrase in phrases(kind):
            found.setdefault(phrase.casefold(), set()).add(kind)
    return {label: frozenset(kinds) for label, kinds in found.items()}


_LABELLED = re.compile(r"[\s>|*_]{0,20}([^\W\d_][^:：\n]{0,24}?)[\s*_\u00a0]{0,4}[:：][\s*_]{0,4}(.*)", re.DOTALL)


def label_of(line: str) -> tuple[frozenset[str], str] | None:
    """What kind of header line this is ("Von: …" is ``from``), with its value."""
    found = _LABELLED.match(line[:300])
    kinds = _labels().get(" ".join(found[1].replace("*", "").casefold().split())) if found else None
    return (kinds, found[2]) if found and kinds else None


def header_block_at(lines: list[str], first: int) -> int | None:
    """The last line of the block of header lines that begins here; None where none does.

    It must name a sender or a date, and look like mail rather than like a timetable ("From: Berlin", "To: Paris"): an
    address in it, or a subject and three labels.
    """
    opening = label_of(lines[first])
    if opening is None or not opening[0] & {"from", "sent", "to", "subject"}:
        return None
    seen: list[frozenset[str]] = []
    address, last, other = False, first, 0
    for number in range(first, min(first + _FIRST_IS_ENOUGH, len(lines))):
        labelled = label_of(lines[number])
        if labelled:
            seen += [labelled[0], *_more_labels(labelled[1])]
            last, other = number, 0
        elif (other := other + 1) > 2 and not lines[number].startswith((" ", "\t")):
            break
        address = address or (bool(_ADDRESS.search(lines[number][:500])) and number - last <= 1)
    kinds: frozenset[str] = frozenset().union(*seen)
    if len(seen) < 2 or not kinds & {"from", "sent"} or not kinds & {"to", "subject", "sent"}:
        return None
    return last if address or (len(seen) >= 3 and ("subject" in kinds or _as_outlook(lines, first, seen))) else None


def _more_labels(value: str) -> list[frozenset[str]]:
    """Labels behind the first in one line: ``<b>From: a@b</b> <b>Date: …</b>``."""
    words = (found[1].casefold() for found in _SECOND_LABEL.finditer(value[:200])) if "@" in value[:200] else ()
    return [_labels()[word] for word in words if word in _labels()]


_SECOND_LABEL = re.compile(r"\s([^\W\d_]{2,14}):\s")


def _as_outlook(lines: list[str], first: int, seen: list[frozenset[str]]) -> bool:
    """Sender, moment, recipient, in this order and with a time of day: no timetable is written so."""
    in_order = all(kind in each for kind, each in zip(("from", "sent", "to"), seen, strict=False))
    return in_order and any(_CLOCK.search(line.translate(_INVISIBLE)) for line in lines[first : first + 3])


_CLOCK = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
_INVISIBLE = {ord(mark): None for mark in "\u200e\u200f\u202a\u202c\u2066\u2069"}


# ── separators ───────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def _original() -> re.Pattern[str]:
    return re.compile(
        rf"[\s>*_]{{0,8}}[-–—_=*]{{2,80}}\s*(?:{alternatives('original')})\s*[:：]?\s*[-–—_=*]{{0,80}}\s*$",
        re.IGNORECASE,
    )


@cache
def _forwarded() -> re.Pattern[str]:
    dashed = rf"[-–—_=*]{{2,80}}\s*(?:{alternatives('forwarded')})"
    return re.compile(rf"[\s>*_]{{0,8}}(?:{dashed}|(?:{alternatives('forwarded')})\s*[:：]\s*$)", re.IGNORECASE)


_NOTES = re.compile(r".{1,120}?---\s?\d{1,4}[./-]\d{1,2}[./-]\d{1,4}[ \d:APM]{0,14}---")


def is_original_separator(line: str) -> bool:
    """``-----Original Message-----`` in any language; Lotus Notes' ``Eva Lind ---24.11.2026 09:00:00---``."""
    if "---" in line and _NOTES.match(line[:300]):
        return True
    return (
        len(line) < 200
        and line.count("-") + line.count("_") + line.count("=") + line.count("—") > 1
        and bool(_original().match(line))
    )


def is_forward_separator(line: str) -> bool:
    """``---------- Forwarded message ---------``, "Begin forwarded message:". What follows is what the mail brings."""
    return (
        len(line) < 200
        and ("--" in line or "—" in line or "==" in line or line.rstrip()[-1:] in ":：")
        and bool(_forwarded().match(line))
    )
