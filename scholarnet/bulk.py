"""Many rows at once, as the driver takes them best: whole columns for one statement on SQLite, COPY on PostgreSQL."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any, cast

from sqlalchemy import Column, Dialect, Enum, Table, TypeDecorator
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

AT_ONCE = 20_000  # rows that are translated and sent together
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})  # in the lines that COPY reads
NULL = "\\N"


class Bulk:
    """Sends columns over a cursor of the driver's own, in its transaction."""

    def __init__(self, dialect: Dialect, cursor: DBAPICursor) -> None:
        self.is_sqlite, self.cursor, self._dialect = dialect.name == "sqlite", cursor, dialect
        self._adapt: Any = import_module("psycopg.adapt") if not self.is_sqlite else None
        self._transformer: Any = self._adapt.Transformer(cursor) if self._adapt else None

    def translator(self, column: "Column[Any]") -> Callable[[Any], Any]:
        """What makes a value of the column what `send` takes."""
        process: Any = column.type.dialect_impl(self._dialect).bind_processor(self._dialect) or (lambda value: value)
        translate = process if self.is_sqlite else lambda value: self._as_text(process(value))
        return lru_cache(maxsize=10_000)(translate) if isinstance(column.type, Enum | TypeDecorator) else translate

    def plain(self, values: Sequence[Any]) -> Sequence[Any]:
        """Numbers, or strings, as `send` takes them."""
        if self.is_sqlite:
            return values
        return [one.translate(ESCAPES) if isinstance(one, str) else str(one) for one in values]

    def send(self, table: Table, columns: Mapping[str, Sequence[Any]], *, is_frozen: bool = False) -> None:
        """Add rows of translated values. What is frozen needs no vacuum, and can be it only in a table that this
        transaction made or emptied."""
        quoted, rows = ", ".join(f'"{name}"' for name in columns), zip(*columns.values(), strict=True)
        if self.is_sqlite:
            marks = ", ".join("?" * len(columns))
            self.cursor.executemany(f"INSERT INTO {table.name} ({quoted}) VALUES ({marks})", cast("Any", rows))  # noqa: S608
            return
        with self.cursor.copy(f"COPY {table.name} ({quoted}) FROM STDIN WITH (FREEZE {is_frozen})") as copy:
            copy.write("\n".join(map("\t".join, rows)) + "\n")

    def _as_text(self, value: Any) -> str:
        if value is None:
            return NULL
        if isinstance(value, int | float):
            return str(value)
        if not isinstance(value, str):
            dumper = self._transformer.get_dumper(value, self._adapt.PyFormat.TEXT)
            value = bytes(dumper.dump(value)).decode()
        return value.translate(ESCAPES)  # type: ignore[no-any-return]


def insert_many(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all have the keys of the first, in the session's transaction; other columns get defaults."""
    session.flush()
    connection = session.connection()
    dialect = connection.dialect
    dbapi = dialect.loaded_dbapi
    bulk = Bulk(dialect, connection.connection.cursor())
    try:
        for start in range(0, len(rows), AT_ONCE):
            _send(bulk, table, rows[start : start + AT_ONCE])
    except dbapi.Error as error:
        raise DBAPIError.instance(f"INSERT INTO {table.name}", None, error, dbapi.Error, dialect=dialect) from error
    finally:
        bulk.cursor.close()


def _send(bulk: Bulk, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    columns: dict[str, Sequence[Any]] = {}
    for column in table.columns:
        translate, name = bulk.translator(column), column.name
        if name in rows[0]:
            columns[name] = [translate(row[name]) for row in rows]
        elif column.default is not None:
            columns[name] = [translate(default_of(column, row)) for row in rows]
    bulk.send(table, columns)


@dataclass(frozen=True, slots=True)
class Given:
    """What a default may ask of the row that it is for, as of SQLAlchemy's own context."""

    row: Mapping[str, Any]

    def get_current_parameters(self) -> Mapping[str, Any]:
        """What the row says."""
        return self.row


def default_of(column: "Column[Any]", row: Mapping[str, Any]) -> Any:
    """The value that Python gives a column of a row that does not name it; the column must have one."""
    default: Any = column.default
    return default.arg if default.is_scalar else default.arg(Given(row))
