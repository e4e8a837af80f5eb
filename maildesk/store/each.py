"""Many values as a table, so that one question is asked about all of them.

``each("ids")`` is a table with one column, ``value``: the values of the parameter ``ids``, a list. A database is asked
as fast about forty values as about one, any number of them fits into one question (they are one parameter, as JSON),
and the question reads the same whatever their number, so that it is compiled once.

A question with a LIMIT for each value is a scalar subquery that is ``correlate``d to the table.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Text, bindparam, column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.types import JSON, Integer


class _Each(FunctionElement[Any]):
    """The function that makes rows of a JSON array; each database has its own name for it."""

    inherit_cache = True
    name = "each"


@compiles(_Each, "sqlite")
def _on_sqlite(element: _Each, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Each, "postgresql")
def _on_postgresql(element: _Each, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array_elements_text({compiler.process(element.clauses, **options)})"


def each(parameter: str) -> TableValuedAlias:
    """The texts of a list, as a table. The statement is executed with ``{parameter: [...]}``."""
    values = _Each(bindparam(parameter, type_=JSON))
    return values.table_valued(column("value", Text), name=f"each_of_{parameter}")


def texts(parameter: str) -> Select[str]:
    """For ``column.in_(...)``: the texts of a list."""
    return select(each(parameter).c.value)


def numbers(parameter: str) -> Select[int]:
    """For ``column.in_(...)``: the numbers of a list. PostgreSQL has them as text."""
    return select(each(parameter).c.value.cast(Integer))
