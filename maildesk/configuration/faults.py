"""Faults of a config file in plain sentences: where, which key, what is wrong and what to write instead.

pydantic finds them all at once; here its findings become sentences that an admin understands who has never heard of
pydantic. Unknown keys come with the known key that was probably meant, also from another table.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

from pydantic_core import ErrorDetails

from maildesk.configuration.keys import ARRAYS, TABLES, SiteKeys
from maildesk.configuration.kinds import Section
from maildesk.configuration.lines import KeyPath
from maildesk.configuration.values import shown

_TYPES = {
    "string_type": "write a text in quotes, not {input}",
    "bool_type": "write true or false, not {input}",
    "int_type": "write a whole number, not {input}",
    "float_type": "write a number, not {input}",
    "list_type": "write a list in brackets, such as [{input}]",
    "tuple_type": "write a list in brackets, such as [{input}]",
    "dict_type": 'write a table such as {{ normal = "8h" }}, not {input}',
    "model_type": "write a table such as {{ hour = 5 }}, not {input}",
    "greater_than": "must be more than {gt}, not {input}",
    "greater_than_equal": "must be {ge} or more, not {input}",
    "less_than": "must be less than {lt}, not {input}",
    "less_than_equal": "must be {le} or less, not {input}",
    "literal_error": "must be {expected}, not {input}",
    "string_too_short": "must not be empty",
    "too_short": "needs at least one entry",
    "string_pattern_mismatch": 'must be "leave", "seen", "delete" or "move:FOLDER", not {input}',
}


def sentence_of(error: ErrorDetails, section: type[Section]) -> str:
    """What pydantic found, in a sentence with the way out."""
    kind = error["type"]
    if kind == "missing":
        return _finish(f"this key is required and missing; {_example_of(section, error['loc'])}")
    if kind == "extra_forbidden":
        return _finish(unknown(str(error["loc"][-1]), model_at(section, error["loc"][:-1])))
    context = error.get("ctx", {})
    if kind == "value_error":
        return _finish(str(context["error"]))
    wording = _TYPES.get(kind)
    if wording is None:
        return _finish(error["msg"])
    return _finish(wording.format(input=shown(error["input"]), **context).replace("'", '"'))


def unknown(key: str, section: type[Section]) -> str:
    """There is no such key; which one was meant, or in which table it stands."""
    names = [field.alias or name for name, field in section.model_fields.items()]
    if section is SiteKeys:
        names += TABLES
    close = difflib.get_close_matches(key.lower().replace("-", "_"), names, n=1)
    if close:
        return f'there is no such key; did you mean "{close[0]}"?'
    elsewhere = [_header(table) for table, model in TABLES.items() if key in model.model_fields]
    if key in TABLES:
        return f"this is a table of its own; write it as {_header(key)}"
    if key in SiteKeys.model_fields:
        return "this key stands at the top of the file, before the first [table]"
    if elsewhere:
        return f"there is no such key here; it belongs under {' or '.join(elsewhere)}"
    return f"there is no such key; known here are {', '.join(names)}"


def model_at(section: type[Section], location: Sequence[str | int]) -> type[Section]:
    """The section a path inside ``section`` leads to: the nearest one, where the path ends in a value."""
    for piece in location:
        field = section.model_fields.get(str(piece))
        annotation: Any = field.annotation if field else None
        if isinstance(annotation, type) and issubclass(annotation, Section):
            section = annotation
    return section


def key_name(path: KeyPath) -> str:
    """A path as people say it: tables of one name are told apart by their line, so numbers are left out."""
    return ".".join(piece for piece in path if isinstance(piece, str))


def _header(table: str) -> str:
    return f"[[{table}]]" if table in ARRAYS else f"[{table}]"


def _example_of(section: type[Section], location: Sequence[str | int]) -> str:
    for name, field in section.model_fields.items():
        if (field.alias or name) == location[-1] and field.examples:
            return f"write for example {location[-1]} = {field.examples[0]}"
    return "add it"


def _finish(sentence: str) -> str:
    sentence = sentence[:1].upper() + sentence[1:]
    return sentence if sentence.endswith((".", "?")) else sentence + "."
