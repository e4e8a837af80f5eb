"""The ``#`` commands of agents: found in a mail's new text, read whole, or not at all.

Commands stand on lines of their own at the very top or the very end (quoted lines below do not count). A command that
is not known, is malformed, or contradicts another is a ``Mistake`` and stops everything: nothing is done, and the agent
gets the text back with the line named and what would be right. A command's bare name on a line of its own in the
middle ("#note"), with what only a command takes behind it ("#promise Friday"), or as "# note" beside the ends, is one
as well: it was meant as a command, and sending it would show the customer what stands below. So is a long line with a
reason that goes on in the next line: a program may have broken it.

Forgiving of mail programs: capitals at the beginning, no-break and zero-width spaces, typographic quotes, full stops,
``#`` of another width or escaped; a bullet, quotes, brackets, Markdown's marks or HTML's tags around a known one. Not
commands, wherever they stand: "#1042", "# of items", "> #close", "- #sale".

What it does not do: know tickets, agents, desks or tags; whether "Anna" is one is decided later.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from maildesk.desk.commands import command_words as words
from maildesk.desk.commands.command_arguments import Command, read_arguments
from maildesk.desk.commands.command_words import NAMES, SPECS, Takes
from maildesk.desk.commands.person_words import REPEATED, takes_all
from maildesk.desk.service_time.hours import ServiceTime

__all__ = ["Command", "Commands", "Mistake", "command_in_subject", "commands_at_end", "parse_commands"]

_COMMAND = re.compile(r"#([^\W\d_][\w-]*)[.,:;!?]*(?:\s+(.*))?", re.DOTALL)
_BEGINS = re.compile(r"#([^\W\d_][\w-]*)")
_DRESSED = re.compile(r"(?:<[^<>]{1,200}>\s*)*(?:(?:[-*+•·‣◦▪–—]|\d{1,2}[.)])\s*)?[\"'*_`\\(\[{~#]*(?=#)")
_AROUND = frozenset("\"'*_`([{~")
_ALONE = re.compile(r"[^\w#>&/]*#+([^\W\d_][\w-]*)\W*")
_TAGS_BEHIND = re.compile(r"(?:\s*<(?:/[^<>]{1,20}|br[^<>]{0,20})>)+$", re.IGNORECASE)
_ANOTHER = re.compile(r"\s+(?=#[^\W\d_])")
_INVISIBLE = dict.fromkeys(
    map(ord, "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f\u20e3\ufeff")
) | dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))  # directions; U+20E3 makes a key of "#"
_SIGNS = "#＃﹟♯"
_LINE_LIMIT = 1000  # characters; a longer line is a paragraph
MOST_COMMANDS = 100
"""In one mail. Nobody means more, and each is compared with all others: a mail of nothing else must not cost hours."""


@dataclass(frozen=True, slots=True)
class Commands:
    """The commands in their order, and the text that is left, without blank lines around it.

    ``above``: how many of them stand above the text.
    """

    items: tuple[Command, ...]
    text_without: str
    above: int = 0

    def find(self, name: str) -> Command | None:
        """The first command of that (English) name."""
        return next((item for item in self.items if item.name == name), None)


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why nothing is done. ``line`` as the agent wrote it, ``what`` a sentence, ``suggestion`` what would be right."""

    line: str
    what: str
    suggestion: str


class _Wrong(Exception):  # never leaves this module
    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake.what)
        self.mistake = mistake


def parse_commands(new_text: str, now: datetime, service: ServiceTime) -> Commands | Mistake:
    """The commands of an agent's mail. Total: whatever the text, one of the two comes back.

    ``now`` and ``service`` (the desk's) give times their meaning; moments come out in UTC.
    """
    lines = new_text.replace("\r\n", "\n").split("\n")
    top, end = _blocks(lines)
    try:
        _check_wrapped(lines, top)
        _check_middle(lines[top:end], now, service)
        over = [each for line in lines[:top] for each in _read_line(line, now, service)]
        under = [each for line in lines[end:] for each in _read_line(line, now, service)]
        commands = tuple(dict.fromkeys([*over, *under]))
        if len(commands) > MOST_COMMANDS:
            what = f"There are {len(commands)} commands in this mail; {MOST_COMMANDS} are the most."
            raise _Wrong(Mistake(f"#{commands[MOST_COMMANDS].name}", what, "Send several mails."))
        _check_together(commands)
    except _Wrong as wrong:
        return wrong.mistake
    notes = [command.words for command in commands if SPECS[command.name].takes is Takes.TEXT and command.words]
    quoted = [line for line in (*lines[:top], *lines[end:]) if _is_quoted(line)]
    return Commands(commands, "\n".join([*notes, *lines[top:end], *quoted]).strip(), len(set(over)))


def commands_at_end(text: str) -> str:
    """The last lines of a signature that are commands; "" where none is, or nearly is: "#WeAreHiring" stays there."""
    lines = text.split("\n")
    start = len(lines)
    while start and (_is_blank(lines[start - 1]) or _looks_like_command(lines[start - 1])):
        start -= 1
    names = [_first_name(plain_line(line)).rstrip(".,:;!?") for line in lines[start:] if not _is_blank(line)]
    meant = any(get_close_matches(name, NAMES, n=1, cutoff=0.75) for name in names)
    return "\n".join(lines[start:]).strip() if meant else ""


def command_in_subject(subject: str) -> str:
    """The English name of the command with which a subject begins, also behind "Re:"; "" where it begins with none."""
    first = re.sub(r"^(?:\s*[^\W\d_]{1,4}\s?:)+\s*", "", plain_line(subject)).split(None, 1)[:1]
    plain = plain_line(first[0]).rstrip(".,:;!?)]}'\"") if first else ""
    return NAMES.get(plain[1:].casefold(), "") if plain.startswith("#") else ""


def plain_line(line: str) -> str:
    """The line as it was meant: NFKC, single kinds of quotes and spaces, nothing invisible, no quotes around it."""
    plain = unicodedata.normalize("NFKC", line).translate(_INVISIBLE)
    plain = re.sub(r"[“”„«»‹›]", '"', re.sub(r"[‘’‚‛]", "'", plain)).replace("♯", "#").replace("\u2010", "-").strip()
    if len(plain) > 1 and plain[0] == plain[-1] == '"':
        plain = plain[1:-1].strip()
    return _undressed(plain).removeprefix("\\")


def _undressed(plain: str) -> str:
    """Without what clients and people put around a command that is known: bullets, quotes, marks, tags."""
    around = _DRESSED.match(plain)
    if not around or not around[0]:
        return plain
    bare = plain[around.end() :]
    bare = _TAGS_BEHIND.sub("", bare) if "<" in around[0] else bare
    bare = bare.rstrip("\"'*_`)]}~") if set(around[0]) & _AROUND else bare
    begins = _BEGINS.match(bare)
    return bare if begins and begins[1].casefold() in NAMES else plain


def _blocks(lines: Sequence[str]) -> tuple[int, int]:
    """Where the text begins and ends: lines before and behind are commands, blank, or quotes at the very end."""
    top = 0
    while top < len(lines) and (_is_blank(lines[top]) or _looks_like_command(lines[top])):
        top += 1
    end = len(lines)
    while end > top and (_is_blank(lines[end - 1]) or _is_quoted(lines[end - 1])):
        end -= 1
    if end > top and not _looks_like_command(lines[end - 1]):
        return top, len(lines)
    while end > top and (_is_blank(lines[end - 1]) or _looks_like_command(lines[end - 1])):
        end -= 1
    return top, end


def _is_blank(line: str) -> bool:
    return not line.translate(_INVISIBLE).strip()


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _looks_like_command(line: str) -> bool:
    return _has_sign(line) and _COMMAND.fullmatch(plain_line(line)) is not None


def _has_sign(line: str) -> bool:
    """Whether a closer look is worth it: most lines have no such sign."""
    return len(line) <= _LINE_LIMIT and any(sign in line for sign in _SIGNS)


_WRAPPED = 55
"""A program that breaks lines at 65 characters or more leaves none shorter than this above a word of its text."""


def _check_wrapped(lines: Sequence[str], top: int) -> None:
    """A command whose words go on in the next line, where a program broke it: the customer would read its end."""
    above = plain_line(lines[top - 1]) if top else ""
    below = lines[top].strip() if top < len(lines) else ""
    name = NAMES.get(_first_name(above).rstrip(".,:;!?"), "") if above.startswith("#") else ""
    goes_on = name in ("pause", "person") and bool(below) and not _is_quoted(below)
    if goes_on and _WRAPPED <= len(lines[top - 1].strip()) <= 80 and not above.endswith((".", "!", "?")):
        what = f'"{lines[top - 1].strip()}" may go on in the next line.'
        raise _Wrong(Mistake(lines[top - 1].strip(), what, "Make it shorter, or leave an empty line below it."))


def _check_middle(lines: Sequence[str], now: datetime, service: ServiceTime) -> None:
    ends = {lines[0], lines[-1]} if lines else set()
    for line in lines:
        plain = plain_line(line).rstrip(".,:;!?") if _has_sign(line) else ""
        name = plain[1:].casefold() if plain.startswith("#") else ""
        if name in NAMES:
            what = f'"{line.strip()}" stands in the middle of the text, where commands do not count.'
            raise _Wrong(Mistake(line.strip(), what, "Put it at the very top or the very end, on a line of its own."))
        if line in ends and name.strip() in NAMES:
            what = f'"{line.strip()}" looks like a command, but has a space in it.'
            raise _Wrong(Mistake(line.strip(), what, f'Write it like "{SPECS[NAMES[name.strip()]].usage}".'))
        if not _is_quoted(line) and _is_meant(plain, now, service):
            what = f'"{line.strip()}" stands in the middle of the text, where commands do not count.'
            raise _Wrong(Mistake(line.strip(), what, "Put it at the very top or the very end, on a line of its own."))
        begins = _BEGINS.match(plain) if line in ends else None
        if begins and begins[1].casefold() in NAMES and _COMMAND.fullmatch(plain) is None:
            what = f'"{begins[0]}" takes nothing behind it, but "{plain[begins.end() :]}" stands there.'
            raise _Wrong(Mistake(line.strip(), what, "Put it on a line of its own."))
        behind = plain.rpartition(" #")[2].casefold() if line in ends and " #" in plain and not _is_quoted(line) else ""
        if behind in NAMES:
            what = f'"#{behind}" stands behind other text, where commands do not count.'
            raise _Wrong(Mistake(line.strip(), what, "Put it on a line of its own."))


_SURE = frozenset(
    {Takes.WHEN, Takes.LIMIT, Takes.PAUSE, Takes.ADDRESS, Takes.ADDRESSES, Takes.NUMBER, Takes.PRIORITY, Takes.NEW}
)
"""What nobody writes behind a command's name by chance; behind others may stand anything ("#list of parts")."""


def _is_meant(plain: str, now: datetime, service: ServiceTime) -> bool:
    """Whether a line of the text is a command all the same: with arguments that fit, or alone in whatever dress."""
    alone, found = _ALONE.fullmatch(plain), _COMMAND.fullmatch(plain)
    if alone and alone[1].casefold() in NAMES:
        return True
    name = NAMES.get(found[1].casefold(), "") if found else ""
    if not found or not name or SPECS[name].takes not in _SURE:
        return False
    try:
        read_arguments(name, (found[2] or "").strip(), now, service)
    except ValueError:
        return False
    return True


def _read_line(line: str, now: datetime, service: ServiceTime) -> Iterator[Command]:
    if _is_blank(line) or _is_quoted(line):
        return
    for part in _parts(plain_line(line)):
        found = _COMMAND.fullmatch(part)
        if found is None:  # cannot be: every part begins with "#" and a letter
            continue
        name = NAMES.get(found[1].casefold())
        if name is None:
            raise _Wrong(_unknown(line, found[1]))
        try:
            yield read_arguments(name, (found[2] or "").strip(), now, service)
        except ValueError as wrong:
            raise _Wrong(Mistake(line.strip(), str(wrong), f'Write it like "{SPECS[name].usage}".')) from None


def _parts(line: str) -> Iterator[str]:
    """Several commands on one line, unless the first takes all that follows as its words."""
    parts = _ANOTHER.split(line)
    while parts:
        part = parts.pop(0)
        name = NAMES.get(part[1:].split(None, 1)[0].casefold().rstrip(".,:;!?"), "")
        takes = SPECS[name].takes if name else Takes.NOTHING
        while parts and takes in _SWALLOWS and _first_name(parts[0]) not in NAMES:
            part += " " + parts.pop(0)
        person = takes is Takes.PERSON and takes_all(part.partition(" ")[2])
        if takes in (Takes.TEXT, Takes.PAUSE) or person:
            part, parts = " ".join([part, *parts]), []
        yield part.rstrip(" ;,") if parts else part


_SWALLOWS = frozenset({Takes.WORDS, Takes.MAYBE_WORDS, Takes.TAGS})


def _first_name(part: str) -> str:
    return part[1:].split(None, 1)[0].casefold()


def _unknown(line: str, name: str) -> Mistake:
    near = get_close_matches(name.casefold(), NAMES, n=1, cutoff=0.6)
    suggestion = f'Did you mean "{SPECS[NAMES[near[0]]].usage}"?' if near else '"#help" lists the commands.'
    hint = " If it is part of your text, put a line of text before it and behind it."
    return Mistake(line.strip(), f'There is no command "#{name}".', suggestion + hint)


def _check_together(commands: Sequence[Command]) -> None:
    """Commands that may stand once only, or not beside each other."""
    for number, command in enumerate(commands):
        for other in commands[:number]:
            same = (command.name, command.verb) == (other.name, other.verb)
            again = same and not SPECS[command.name].many and command.verb not in REPEATED
            against = any({command.name, other.name} <= group for group in (words.STATE_COMMANDS, words.ASSIGNING))
            if again or against:
                what = f'"#{other.name}" and "#{command.name}" contradict each other.'
                what = f'"#{command.name}" stands here twice, and not the same.' if again else what
                raise _Wrong(Mistake(f"#{command.name}", what, "Keep the one you mean."))
