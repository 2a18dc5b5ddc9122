"""Lists of keys as one parameter: the statement's text stays the same however many there are, and so do its plans."""

from collections.abc import Collection
from typing import Any

import orjson
from sqlalchemy import BigInteger, BindParameter, ColumnElement, Dialect, Text, bindparam, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class IdList(TypeDecorator[Collection[int]]):
    """An array on PostgreSQL, the text of one on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(BigInteger()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Collection[int] | None, dialect: Dialect) -> Any:
        keys = list(value or ())
        return keys if dialect.name == "postgresql" else orjson.dumps(keys).decode()


class _is_among(FunctionElement[bool]):  # noqa: N801  (named like the SQL it stands for)
    inherit_cache = True  # of no type: of a Boolean SQLAlchemy asks SQLite whether it is 1, and no index serves that


class _is_in_set(_is_among):  # noqa: N801  (named like the SQL it stands for)
    inherit_cache = True


def id_list(name: str) -> BindParameter[Collection[int]]:
    """A parameter of that name, for a list of keys."""
    return bindparam(name, type_=IdList())


def is_looked_up(
    column: ColumnElement[Any] | InstrumentedAttribute[Any], keys: BindParameter[Collection[int]]
) -> ColumnElement[bool]:
    """Whether the column is one of the keys, each of which is looked up in the column's index."""
    return _is_among(column, keys)


def is_checked(column: InstrumentedAttribute[Any], keys: BindParameter[Collection[int]]) -> ColumnElement[bool]:
    """Whether the column is one of the keys, by a set of them for rows that are read anyway and by no index."""
    return _is_in_set(column + 0, keys)


@compiles(_is_among)
def _any(element: _is_among, compiler: SQLCompiler, **kw: Any) -> str:
    column, keys = (compiler.process(part, **kw) for part in element.clauses)
    return f"{column} = ANY ({keys})"


@compiles(_is_in_set)
def _set(element: _is_in_set, compiler: SQLCompiler, **kw: Any) -> str:
    """As a list in the text it would be gone through for each row."""
    column, keys = (compiler.process(part, **kw) for part in element.clauses)
    return f"({column}) IN (SELECT unnest({keys}))"


@compiles(_is_among, "sqlite")
@compiles(_is_in_set, "sqlite")
def _in_json(element: _is_among, compiler: SQLCompiler, **kw: Any) -> str:
    column, keys = (compiler.process(part, **kw) for part in element.clauses)
    return f"({column}) IN (SELECT value FROM json_each({keys}))"  # noqa: S608  (compiled parts)


class _without_index(FunctionElement[Any]):  # noqa: N801  (named like what it does)
    inherit_cache = True


def without_index(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """The column, for rows that are read anyway: SQLite takes no index for it, PostgreSQL judges for itself."""
    return type_coerce(_without_index(column), column.type)


@compiles(_without_index)
def _column(element: _without_index, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses.clauses[0], **kw)


@compiles(_without_index, "sqlite")
def _column_on_sqlite(element: _without_index, compiler: SQLCompiler, **kw: Any) -> str:
    return f"+{compiler.process(element.clauses.clauses[0], **kw)}"
