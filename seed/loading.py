"""Loading much at once: columns into tables whose indexes and constraints are set aside, and checked afterwards.

All of it is one transaction: a load that fails leaves the database as it was.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any, TypeAlias

import numpy as np
from sqlalchemy import Column, Engine, PoolProxiedConnection, Table
from sqlalchemy.engine.interfaces import DBAPICursor

from scholarnet.db import CROCKFORD, Base
from scholarnet.errors import Conflict
from seed.aside import on_postgresql, on_sqlite

BATCH = 50_000  # rows that are made and sent together
LETTERS = np.frombuffer(CROCKFORD.encode(), dtype=np.uint8)
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})  # in the text that COPY reads
NULL = "\\N"


@dataclass(frozen=True, slots=True)
class Picked:
    """A column of few different values: `values[at[row]]`, or the first of them in every row."""

    values: Sequence[Any] | np.ndarray
    at: np.ndarray | None = None


Content: TypeAlias = "Picked | np.ndarray | Sequence[str] | str | float | bool | datetime | dict[str, Any] | None"


class Loader:
    """Fills tables over a connection of the driver's own."""

    def __init__(self, engine: Engine, cursor: DBAPICursor) -> None:
        self._dialect, self._cursor, self._ids = engine.dialect, cursor, np.random.default_rng()
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._fresh: dict[str, bool] = {}

    def fill(self, model: type[Base], n: int, **content: Content) -> None:
        """Add `n` rows. A column that is not named gets its default; a sequence or array has `n` values."""
        table = Base.metadata.tables[model.__tablename__]
        missing = [column for column in table.columns if column.name not in content and column.default is not None]
        content |= {one.name: Picked([_default(one)]) for one in missing if one.name != "public_id"}
        names = [*content, *(["public_id"] if any(column.name == "public_id" for column in missing) else [])]
        made = {name: self._ready(table.columns[name], one) for name, one in content.items()}
        for start in range(0, n, BATCH):
            size = min(BATCH, n - start)
            columns = [self._cut(one, start, size) for one in made.values()]
            send = self._insert if self._is_sqlite else self._copy
            send(table, names, [*columns, *self._public_ids(names, size)])

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """Execute a statement and return its rows."""
        self._cursor.execute(statement)
        return list(self._cursor.fetchall()) if self._cursor.description else []

    def _insert(self, table: Table, names: list[str], columns: list[list[Any]]) -> None:
        marks, quoted = ", ".join("?" * len(names)), ", ".join(f'"{name}"' for name in names)
        statement = f"INSERT INTO {table.name} ({quoted}) VALUES ({marks})"  # noqa: S608
        self._cursor.executemany(statement, zip(*columns, strict=True))

    def _copy(self, table: Table, names: list[str], columns: list[list[str]]) -> None:
        """Rows as the lines that COPY reads, which costs a tenth of handing them over one by one."""
        quoted, frozen = ", ".join(f'"{name}"' for name in names), str(self._renew(table.name))
        with self._cursor.copy(f"COPY {table.name} ({quoted}) FROM STDIN WITH (FREEZE {frozen})") as copy:
            copy.write("\n".join(map("\t".join, zip(*columns, strict=True))) + "\n")

    def _renew(self, name: str) -> bool:
        """Whether the table is one of this transaction's own, into which rows may come as if all had long seen them.

        An empty one is made so, and needs no vacuum afterwards.
        """
        if name not in self._fresh:
            ((self._fresh[name],),) = self.run(f"SELECT NOT EXISTS (SELECT 1 FROM {name})")  # noqa: S608
            if self._fresh[name]:
                self.run(f"TRUNCATE {name}")
        return self._fresh[name]

    def _public_ids(self, names: list[str], n: int) -> list[list[str]]:
        if "public_id" not in names:
            return []
        letters = LETTERS[self._ids.integers(0, len(LETTERS), (n, 13))]
        return [letters.view("S13").astype("U13").ravel().tolist()]

    def _ready(self, column: "Column[Any]", content: Content) -> Content:
        """Values as the driver takes them; of few different ones each is translated once."""
        process = column.type.dialect_impl(self._dialect).bind_processor(self._dialect) or (lambda value: value)
        write = process if self._is_sqlite else lambda value: self._as_text(process(value))
        if isinstance(content, Picked):
            values = np.empty(len(content.values), dtype=object)
            values[:] = [write(one) for one in content.values]
            return Picked(values, content.at)
        return content if isinstance(content, np.ndarray | list) else Picked([write(content)])

    def _as_text(self, value: Any) -> str:
        if value is None:
            return NULL
        psycopg = import_module("psycopg.adapt")
        dumped = psycopg.Transformer(self._cursor).get_dumper(value, psycopg.PyFormat.TEXT).dump(value)
        return bytes(dumped).decode().translate(ESCAPES)

    def _cut(self, content: Content, start: int, size: int) -> list[Any]:
        if isinstance(content, Picked):
            if content.at is None:
                return list(content.values) * size
            return list(np.asarray(content.values, dtype=object)[content.at[start : start + size]])
        part = content[start : start + size]  # type: ignore[index]
        values = part.tolist() if isinstance(part, np.ndarray) else part
        if self._is_sqlite:
            return values
        if isinstance(values[0], str):
            return [one.translate(ESCAPES) for one in values]
        return list(map(str, values))


def _default(column: "Column[Any]") -> Any:
    default: Any = column.default
    return default.arg if default.is_scalar else default.arg(None)


@contextmanager
def loading(
    engine: Engine, connection: PoolProxiedConnection, on_progress: Callable[[str], None] = lambda _: None
) -> Iterator[Loader]:
    """A loader over a raw connection of the engine; when the block ends every index and constraint is back and checked.

    Committing is the caller's, as is parting with the connection, which is no other's after this. Raises Conflict
    where a row refers to one that is not there, or, on SQLite, where somebody else has the database open.
    """
    loader, dbapi = Loader(engine, connection.cursor()), engine.dialect.loaded_dbapi
    aside = on_sqlite if engine.dialect.name == "sqlite" else on_postgresql
    try:
        with aside(loader.run, on_progress, dbapi.OperationalError):
            yield loader
    except dbapi.IntegrityError as error:
        raise Conflict(str(error)) from error
