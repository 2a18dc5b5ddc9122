"""JSON made by the database, as text: what a hot list splices into its answer without reading it."""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, Select, String, Text, cast, func, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement, coalesce
from sqlalchemy.types import JSON


class json_object(FunctionElement[Any]):  # noqa: N801  (named like the SQL function it is)
    """An object of alternating names and values."""

    type = JSON()
    inherit_cache = True


class json_array(FunctionElement[Any]):  # noqa: N801  (named like the SQL function it is)
    """An aggregate: the array of a column of JSON or text."""

    type = JSON()
    inherit_cache = True


@compiles(json_object)
def _object(element: json_object, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_build_object({compiler.process(element.clauses, **kw)})"


@compiles(json_object, "sqlite")
def _object_on_sqlite(element: json_object, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_object({compiler.process(element.clauses, **kw)})"


@compiles(json_array)
def _array(element: json_array, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_agg({compiler.process(element.clauses, **kw)})"


@compiles(json_array, "sqlite")
def _array_on_sqlite(element: json_array, compiler: SQLCompiler, **kw: Any) -> str:
    values = compiler.process(element.clauses, **kw)
    is_json = isinstance(element.clauses.clauses[0].type, JSON)
    return f"json_group_array(json({values}))" if is_json else f"json_group_array({values})"


def array_text(rows: Select[Any]) -> ColumnElement[str]:
    """Return the text of the array of the values, JSON or text, in `rows`' one column, in their order."""
    inner = rows.subquery()
    aggregate = select(coalesce(cast(json_array(inner.c[0]), Text), "[]")).scalar_subquery()
    return func.coalesce(aggregate, "[]")


class _has_entry(FunctionElement[bool]):  # noqa: N801  (named like the SQL function it stands for)
    type = Boolean()
    inherit_cache = True


def has_entry(column: ColumnElement[Any] | InstrumentedAttribute[Any], text: str) -> ColumnElement[bool]:
    """Whether the array of texts in a JSON column holds this one."""
    return _has_entry(column, literal(text, String))


@compiles(_has_entry)
def _entry(element: _has_entry, compiler: SQLCompiler, **kw: Any) -> str:
    array, text = (compiler.process(part, **kw) for part in element.clauses)
    return f"EXISTS (SELECT 1 FROM json_array_elements_text({array}) AS entry(value) WHERE entry.value = {text})"  # noqa: S608  (compiled parts)


@compiles(_has_entry, "sqlite")
def _entry_on_sqlite(element: _has_entry, compiler: SQLCompiler, **kw: Any) -> str:
    array, text = (compiler.process(part, **kw) for part in element.clauses)
    return f"EXISTS (SELECT 1 FROM json_each({array}) AS entry WHERE entry.value = {text})"  # noqa: S608  (compiled parts)
