"""The keys of a scenario for ``maildesk rehearse``, with the kinds of values they take; see ``scenario.py``."""

from __future__ import annotations

import difflib
import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, StrictBool, StrictInt, StrictStr
from pydantic_core import ErrorDetails

from maildesk.configuration import values
from maildesk.configuration.faults import sentence_of
from maildesk.configuration.kinds import Address, Info, Section
from maildesk.mail.letter import Mailbox

_NAMED = re.compile(r"\s*([^\r\n]*?)\s*<([^<>]*)>\s*")
"""A name may be anything that a stranger would write, also what no header can hold bare."""
LONGEST = timedelta(days=3660)
"""Ten years: farther from the start somebody has mistyped a number."""


def _start(value: object) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError(
            f"{_written(value)} is not a moment; write date, time and offset, such as 2026-11-23T09:00:00+01:00"
        )
    return value.astimezone(UTC)


def _written(value: object) -> str:
    """A wrong value as it stands in the file, TOML's dates and times too."""
    return value.isoformat() if isinstance(value, datetime | date | time) else values.shown(value)


def _after_start(value: object) -> timedelta:
    try:
        if not isinstance(value, str):
            raise ValueError
        span = values.duration(value.strip().removeprefix("+"))
    except ValueError:
        raise ValueError(
            f'{values.shown(value)} is no time after the start; write it with units d, h, m or s, such as "+2d3h"'
        ) from None
    if span > LONGEST:
        raise ValueError(f"{values.shown(value)} is more than ten years after the start; look at the number")
    return span


def _person(value: object) -> Mailbox:
    found = _NAMED.fullmatch(value) if isinstance(value, str) else None
    try:
        return Mailbox(found[1].strip(' "'), values.address(found[2])) if found else Mailbox("", values.address(value))
    except ValueError:
        raise ValueError(
            f'{values.shown(value)} is not a person; write "maria@example.org" or "Maria Muster <maria@example.org>"'
        ) from None


def _several(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _file(value: object, info: Info) -> Path:
    return values.path(value, info.context)


Moment = Annotated[datetime, BeforeValidator(_start)]
Span = Annotated[timedelta, BeforeValidator(_after_start)]
Person = Annotated[Mailbox, BeforeValidator(_person)]
File = Annotated[Path, BeforeValidator(_file)]


class ScenarioKeys(Section):
    """The keys above the events."""

    start: Moment = Field(description="when it begins, with offset", examples=["2026-11-23T09:00:00+01:00"])
    until: Span = Field(description="when it ends, from the start", examples=['"+11d"'])
    config: File | None = Field(default=None, description="wins over --config; from the folder of this file")


class EventKeys(Section):
    """One thing that happens: a customer or an agent writes."""

    at: Span = Field(description="when, from the start", examples=['"+2d3h"'])
    from_: Person | None = Field(default=None, alias="from", description="the customer who writes")
    agent: Person | None = Field(default=None, description="the agent who writes")
    to: Annotated[tuple[Address, ...], BeforeValidator(_several)] = Field(default=(), description="else the first desk")
    ticket: StrictInt | None = Field(default=None, description="whose newest mail it answers")
    reply: StrictBool | None = Field(default=None, description="false: a new mail; true: an answer")
    subject: StrictStr | None = Field(default=None, description="of the mail")
    body: StrictStr | None = Field(default=None, description="its text")
    raw: File | None = Field(default=None, description="a file with the whole mail, instead of subject and body")
    authenticated: StrictBool = Field(default=True, description="false: nothing proves the sender")


def sentence(error: ErrorDetails, model: type[Section]) -> str:
    """What is wrong with a key, in a sentence with the way out."""
    if error["type"] != "extra_forbidden":
        return sentence_of(error, model)
    names = [field.alias or name for name, field in model.model_fields.items()]
    key = str(error["loc"][-1])
    close = difflib.get_close_matches(key.lower(), names, n=1)
    return f'There is no such key; did you mean "{close[0]}"?' if close else _elsewhere(key, names, model)


def _elsewhere(key: str, names: list[str], model: type[Section]) -> str:
    if model is ScenarioKeys and (key in EventKeys.model_fields or key == "from"):
        return "There is no such key here; it belongs under [[event]]."
    if model is EventKeys and key in ScenarioKeys.model_fields:
        return "This key stands at the top of the file, before the first [[event]]."
    return f"There is no such key; known here are {', '.join(names)}."
