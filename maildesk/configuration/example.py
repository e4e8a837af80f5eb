"""The example config, written from the keys themselves, so that it can never say anything else than the program.

``config/maildesk.toml`` is this text; ``make example`` writes it and a test compares. It is valid as it is: what needs
a server of the reader's own (``[[imap]]``, the relay, web forms) is commented out. ``maildesk init`` writes it too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from pydantic.fields import FieldInfo

from maildesk.configuration.keys import ARRAYS, TABLES, SiteKeys
from maildesk.configuration.kinds import Section

COMMENTED_TABLES = frozenset({"imap", "form", "rule", "need"})
COMMENTED_KEYS = frozenset({("outgoing", "relay"), ("smtp", "lmtp"), ("smtp", "certificate"), ("smtp", "private_key")})
_COLUMN = 47  # where comments begin, if the value leaves room
_INTRODUCTION = """\
# The config of maildesk. This file is generated: it shows every key there is, and its default wherever a
# default makes sense. Required is one [[desk]] with name, address, time_zone and hours; all else may go.
# Durations: s m h d, joined ("1h30m"). Relative paths start at the folder of this file, or at its parent
# if that folder is called "config". Secrets are never written here: they are in files that are named here.
# After a change: maildesk check, then restart maildesk or send it SIGHUP.
"""


def example() -> str:
    """The whole example as TOML."""
    parts = [_INTRODUCTION, "\n".join(_keys("", SiteKeys))]
    for name, model in TABLES.items():
        parts.append("\n".join(_table(name, model)))
    return "\n".join(part if part.endswith("\n") else f"{part}\n" for part in parts)


def toml(value: object) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, timedelta):
        return f'"{span(value)}"'
    if isinstance(value, Section):
        value = value.model_dump()
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{key} = {toml(each)}' for key, each in value.items())} }}"
    if isinstance(value, tuple | list | frozenset):
        return f"[{', '.join(toml(each) for each in value)}]"
    text = "" if value is None else str(value)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def span(value: timedelta) -> str:
    """A duration as people write it in the config: "1h30m".

    Days only where nothing is left over: "80h" of business time is ten days of work, and "3d8h" would hide that.
    """
    seconds = int(value.total_seconds())
    text = ""
    units = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
    for unit, size in units if seconds % 86_400 == 0 and seconds > 86_400 else units[1:]:
        count, seconds = divmod(seconds, size)
        text += f"{count}{unit}" if count else ""
    return text or "0s"


def _table(name: str, model: type[Section]) -> Iterator[str]:
    mark = "# " if name in COMMENTED_TABLES else ""
    header = f"[[{name}]]" if name in ARRAYS else f"[{name}]"
    yield mark + header.ljust(_COLUMN) + f" # {_summary(model)}"
    for line in _keys(name, model):
        yield mark + line
    for key, field in model.model_fields.items():
        if type(field.default) is TABLES.get(key):
            header = f"# [{name}.{key}]"
            yield from ("", f"{header.ljust(_COLUMN)} # keys of [{key}] that are different for this {name}")
        elif _is_table(field) and name in ARRAYS:
            yield from ("", f"[{name}.{key}]".ljust(_COLUMN) + f" # {field.description}")
            yield from _keys(name, type(field.default))


def _summary(model: type[Section]) -> str:
    first = (model.__doc__ or "").partition(".")[0]
    return first[:1].lower() + first[1:]


def _keys(table: str, model: type[Section]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if not (_is_table(field) and table in ARRAYS):
            yield from _lines(table, field.alias or name, field)


def _lines(table: str, name: str, field: FieldInfo) -> Iterator[str]:
    """A key on one line; one with several examples in parts, each with the name in front (dotted keys)."""
    if not field.examples or len(field.examples) == 1:
        yield _key(table, name, field)
        return
    yield f"{'':<{_COLUMN}} # {field.description}"
    yield from (f"{name}.{example}" for example in field.examples)


def _key(table: str, name: str, field: FieldInfo) -> str:
    value = field.examples[0] if field.examples else toml(_default(field))
    line = f"{'# ' if (table, name) in COMMENTED_KEYS else ''}{name} = {value}"
    required = "required: " if field.is_required() else ""
    return f"{line.ljust(_COLUMN)} # {required}{field.description}"


def _default(field: FieldInfo) -> object:
    default = field.get_default(call_default_factory=True, validated_data={})
    return str(default) if isinstance(default, Path) else default


def _is_table(field: FieldInfo) -> bool:
    return isinstance(field.default, Section) and len(type(field.default).model_fields) > 2
