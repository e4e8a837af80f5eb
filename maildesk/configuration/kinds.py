"""What kinds of values the keys of the config take: each is a type with the function of ``values`` that reads it.

Validation is called with the folder at which relative paths start (``Info``).
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, InstanceOf, StrictInt, ValidationInfo

from maildesk.configuration import values
from maildesk.desk.service_time.week import Span as OpenHours

Info = ValidationInfo[Path]


def _path(value: object, info: Info) -> Path:
    return values.path(value, info.context)


def _lmtp(value: object, info: Info) -> str:
    """An LMTP socket: ``host:port``, else the path of a unix socket; "" is none."""
    if value == "":
        return ""
    if isinstance(value, str) and "/" not in value and ":" in value:
        values.host_port(value)
        return value
    return str(values.path(value, info.context))


def _listen(value: object) -> tuple[str, ...]:
    entries = tuple(value) if isinstance(value, list | tuple) else (value,) if value != "" else ()
    for entry in entries:
        values.host_port(entry)
    return tuple(str(entry) for entry in entries)


def _database(value: object, info: Info) -> str:
    return values.database_url(value, info.context)


Listeners = Annotated[tuple[str, ...], BeforeValidator(_listen)]
Lmtp = Annotated[str, BeforeValidator(_lmtp)]
DatabaseUrl = Annotated[str, BeforeValidator(_database)]
FilePath = Annotated[Path, BeforeValidator(_path)]
OptionalPath = Annotated[Path | None, BeforeValidator(lambda value, info: _path(value, info) if value else None)]
Address = Annotated[str, BeforeValidator(values.address)]
OneLine = Annotated[str, BeforeValidator(values.one_line)]
Domain = Annotated[str, BeforeValidator(values.domain)]
Language = Annotated[str, BeforeValidator(values.language)]
Span = Annotated[timedelta, BeforeValidator(values.sane_duration)]
LongSpan = Annotated[timedelta, BeforeValidator(values.positive_duration)]
Octets = Annotated[int, BeforeValidator(values.octets)]
OpenSpan = InstanceOf[OpenHours]
OpenDay = tuple[date, tuple[tuple[int, int], ...]]
Share = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[StrictInt, Field(ge=0)]
PriorityName = Literal["low", "normal", "high", "urgent"]
Results = Literal["", "topmost"]
DEFAULT_SILENCE: dict[PriorityName, timedelta] = {
    "low": timedelta(hours=80),
    "normal": timedelta(hours=40),
    "high": timedelta(hours=24),
    "urgent": timedelta(hours=12),
}
DEFAULT_PROMISE: dict[PriorityName, timedelta] = {"normal": timedelta(hours=8), "urgent": timedelta(hours=1)}


class Section(BaseModel):
    """One table of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")
