"""From TOML to sections: every table is judged by itself, so that a fault in one hides none in another.

``read(path)`` gives what could be read and the faults found on the way; it raises nothing. In ``sections`` a faulty key
has its default (a required one its example), so that the rest can still be compared with other tables (``agreement``);
where there are faults, they are good for nothing else.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from maildesk.configuration.faults import key_name, sentence_of, unknown
from maildesk.configuration.keys import ARRAYS, TABLES, SiteKeys
from maildesk.configuration.kinds import Section
from maildesk.configuration.lines import KeyPath, find_lines, line_of
from maildesk.configuration.report import Fault
from maildesk.desk.service_time.closures import Series

SIZE_LIMIT = 10_000_000  # octets: somebody named a mailbox or a device instead of the config
MISSING_CONFIG = "name one with --config, or write a first one with: maildesk init DIR."


@dataclass(slots=True)
class Reading:
    """A config file as far as it could be read. ``tables`` is the raw TOML, ``sections`` its sound tables by path."""

    path: Path
    base: Path
    tables: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[KeyPath, int] = field(default_factory=dict)
    sections: dict[KeyPath, Section] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    closures: dict[Path, tuple[Series, ...]] = field(default_factory=dict)  # of the calendar files that desks name

    def fault(self, path: KeyPath, sentence: str) -> None:
        """Note a fault of the key at ``path``; its line is looked up."""
        self.faults.append(Fault(str(self.path), line_of(path, self.lines), key_name(path), sentence))

    def all(self, table: str) -> list[tuple[KeyPath, Any]]:
        """The sound sections of a table, with their paths, in the order of the file."""
        return [(path, section) for path, section in self.sections.items() if path[:1] == (table,)]


def base_of(path: Path) -> Path:
    """Where relative paths start: the folder of the config file, or its parent if that folder is called ``config``."""
    folder = Path(os.path.abspath(path)).parent
    return folder.parent if folder.name == "config" else folder


def read(path: Path) -> Reading:
    """Read and judge a config file. Never raises; what is wrong is in ``faults``."""
    reading = Reading(path, base_of(path))
    if parse(reading):
        _judge(reading)
    return reading


def parse(reading: Reading, kind: str = "config", missing: str = MISSING_CONFIG) -> bool:
    """Read the file and fill ``tables`` and ``lines``; False with a fault noted where that cannot be done.

    ``kind`` is what people call the file, ``missing`` what they do where there is none.
    """
    source = _source(reading, kind, missing)
    return source is not None and _parse(reading, source)


def _source(reading: Reading, kind: str, missing: str) -> str | None:
    def no(sentence: str, line: int = 0) -> None:
        reading.faults.append(Fault(str(reading.path), line, "", sentence))

    try:
        with reading.path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        no(f"There is no such {kind} file; {missing}")
        return None
    except OSError as trouble:
        no(f"The {kind} file cannot be read ({trouble.strerror}); look at its path and permissions.")
        return None
    try:
        if len(content) <= SIZE_LIMIT:
            return content.decode("utf-8-sig").replace("\r\n", "\n")
        no(f"This is too large to be a {kind} file; name the right one.")
    except UnicodeDecodeError as error:
        no("The file is not UTF-8; save it again in that encoding.", content[: error.start].count(b"\n") + 1)
    return None


def _parse(reading: Reading, source: str) -> bool:
    try:
        reading.tables = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)", str(error))
        line = int(found[1]) if found and found[1] else source.count("\n") + 1
        what = str(error)[: found.start()] if found else str(error)
        sentence = f"This is not TOML: {what}. Look for a missing quote, bracket or = here or on the line above."
        reading.faults.append(Fault(str(reading.path), line, "", sentence))
        return False
    reading.lines = find_lines(source)
    return True


def _judge(reading: Reading) -> None:
    top = {key: value for key, value in reading.tables.items() if key not in TABLES}
    _section(reading, (), SiteKeys, top)
    for name, model in TABLES.items():
        content = reading.tables.get(name, [] if name in ARRAYS else {})
        if name in ARRAYS:
            _array(reading, name, model, content)
        elif isinstance(content, dict):
            _section(reading, (name,), model, content)
        else:
            reading.fault((name,), f"This is a table that stands once; write it as [{name}].")


def _array(reading: Reading, name: str, model: type[Section], content: object) -> None:
    if not isinstance(content, list) or not all(isinstance(each, dict) for each in content):
        reading.fault((name,), f"There may be several of these; write it with two brackets: [[{name}]].")
        return
    for index, table in enumerate(content):
        _section(reading, (name, index), model, table)


def _section(reading: Reading, path: KeyPath, model: type[Section], table: Mapping[str, Any]) -> None:
    try:
        reading.sections[path] = model.model_validate(table, context=reading.base)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        for each in errors:
            _note(reading, path, model, each)
        faulty = {each["loc"][0] for each in errors}
        sound = {key: value for key, value in table.items() if key not in faulty}
        reading.sections[path] = model.model_validate(stand_ins(model) | sound, context=reading.base)


def stand_ins(model: type[Section]) -> dict[str, Any]:
    """The example's values of the required keys, so that the sound rest of a table can be compared with others."""
    required = (
        (field.alias or name, field.examples) for name, field in model.model_fields.items() if field.is_required()
    )
    return {name: tomllib.loads(f"value = {examples[0]}")["value"] for name, examples in required if examples}


def _note(reading: Reading, path: KeyPath, model: type[Section], error: ErrorDetails) -> None:
    if error["type"] == "extra_forbidden" and not path and isinstance(error["input"], dict | list):
        reading.fault((error["loc"][0],), _unknown_table(str(error["loc"][0])))
        return
    location = tuple(piece for piece in error["loc"] if piece != "[key]")
    reading.fault((*path, *location), sentence_of(error, model))


def _unknown_table(name: str) -> str:
    sentence = unknown(name, SiteKeys)
    return sentence[:1].upper() + sentence[1:]
