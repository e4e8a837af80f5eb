"""What ``tickets``, ``arrivals``, ``deliveries`` and ``timers`` have in common: list, show, hold, release, retry.

``maildesk deliveries`` lists, ``maildesk deliveries show 7`` (or just ``7``) shows one, ``maildesk deliveries hold 7``
acts on several. ``--json`` gives one object a line, never cut off: moments are ISO with offset, raw mail is one
character per octet. Without it people read aligned columns; moments are UTC, and whatever a stranger wrote cannot move
the terminal's cursor.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import click

from maildesk.errors import Refusal
from maildesk.store.database import Database
from maildesk.store.operating import Verb

Line = Mapping[str, Any]
Columns = tuple[tuple[str, int], ...]
"""(key, width) of a list; the last one is not cut."""
VERBS = ("show", *(verb.value for verb in Verb))


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of rows."""

    name: str
    columns: Columns
    show: Callable[[Database, int], Line | None]
    act: Callable[[Database, Verb, int], str]
    describe: Callable[[Line], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Request:
    """What the words after the command ask for: a verb and the rows it is for; ``list`` where there are none."""

    verb: str
    numbers: tuple[int, ...]


def request_of(words: Sequence[str]) -> Request:
    """Read ``[VERB] [NUMBER...]`` in any order; a number may have its ``#``. Raises ``click.UsageError``."""
    verbs = [word for word in words if word in VERBS]
    numbers = [word.removeprefix("#") for word in words if word not in VERBS]
    wrong = [number for number in numbers if not (number.isascii() and number.isdigit() and len(number) < 19)]
    if wrong:
        raise click.UsageError(f'"{wrong[0]}" is neither a number nor one of {", ".join(VERBS)}.')
    if len(verbs) > 1 or (verbs and not numbers):
        raise click.UsageError(f"Write one verb ({', '.join(VERBS)}) and the numbers it is for, such as: show 1042")
    return Request(verbs[0] if verbs else "show" if numbers else "list", tuple(int(number) for number in numbers))


def answer(database: Database, kind: Kind, request: Request, listed: Iterable[Line], as_json: bool) -> None:
    """Do what was asked and print it. Raises ``Refusal`` where a row does not exist or a verb does not fit."""
    if request.verb == "list":
        print_list(kind.columns, listed, as_json)
        return
    for number in request.numbers:
        if request.verb == "show":
            _print_one(kind, _found(database, kind, number), as_json)
        else:
            said = kind.act(database, Verb(request.verb), number)
            _say(json.dumps({kind.name: number, "done": said}, ensure_ascii=False) if as_json else said)


def raw_of(database: Database, kind: Kind, request: Request) -> None:
    """Write the mails' exact octets to standard output."""
    for number in request.numbers:
        sys.stdout.buffer.write(_found(database, kind, number)["raw"])
    sys.stdout.buffer.flush()


def as_json(line: Line) -> str:
    """One row as one line of JSON."""
    return json.dumps(line, ensure_ascii=False, default=_plain)


def moment(at: datetime | None) -> str:
    """A moment for people at a terminal, to the minute, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}Z" if at else "-"


def safe(text: object) -> str:
    """Text of strangers without anything that could steer a terminal; line ends stay."""
    return "".join(each if each.isprintable() or each == "\n" else "\N{REPLACEMENT CHARACTER}" for each in str(text))


def one_line(value: object) -> str:
    """A value in a column: no line ends, nothing steering, lists joined."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(one_line(each) for each in value)
    return "-" if value is None or value == "" else safe(str(value).replace("\n", " "))


def _found(database: Database, kind: Kind, number: int) -> Line:
    line = kind.show(database, number)
    if line is None:
        raise Refusal(f"There is no {kind.name} {number}.")
    return line


def columns(said: str) -> Columns:
    """ "name 20, desks 0" as columns."""
    pairs = (each.split() for each in said.split(","))
    return tuple((key, int(width)) for key, width in pairs)


def print_list(columns: Columns, listed: Iterable[Line], in_json: bool) -> None:
    """Rows below their heads, or as JSON, one a line."""
    empty = True
    for line in listed:
        if empty and not in_json:
            _say(_columns(columns, {key: key.removesuffix("_at").replace("_", " ").upper() for key, _ in columns}))
        empty = False
        _say(as_json(line) if in_json else _columns(columns, line))
    if empty and not in_json:
        click.echo("There is nothing to list.", err=True)


def _columns(columns: Columns, line: Line) -> str:
    *cut, last = columns
    texts = [one_line(line.get(key))[:width].ljust(width) for key, width in cut]
    return "  ".join([*texts, one_line(line.get(last[0]))]).rstrip()


def _print_one(kind: Kind, line: Line, in_json: bool) -> None:
    if in_json:
        _say(as_json(line))
        return
    for text in kind.describe(line):
        _say(text)


def _say(text: str) -> None:
    sys.stdout.write(text.encode("utf-8", "replace").decode("utf-8") + "\n")


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return list(value) if isinstance(value, Iterable) else str(value)
