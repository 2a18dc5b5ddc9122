"""Loading much at once: columns into tables whose indexes and constraints are set aside, and checked afterwards.

All of it is one transaction: a load that fails leaves the database as it was.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import numpy as np
from sqlalchemy import Column, Engine, PoolProxiedConnection
from sqlalchemy.engine.interfaces import DBAPICursor

from scholarnet.bulk import Bulk, default_of
from scholarnet.db import CROCKFORD, PUBLIC_ID_LENGTH, Base
from scholarnet.errors import Conflict
from seed.aside import on_postgresql, on_sqlite

BATCH = 50_000  # rows that are made and sent together
LETTERS = np.frombuffer(CROCKFORD.encode(), dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Picked:
    """A column of few different values: `values[at[row]]`, or the first of them in every row."""

    values: Sequence[Any] | np.ndarray
    at: np.ndarray | None = None


Content: TypeAlias = "Picked | np.ndarray | Sequence[str] | str | float | bool | datetime | dict[str, Any] | None"


class Loader:
    """Fills tables over a connection of the driver's own."""

    def __init__(self, engine: Engine, cursor: DBAPICursor) -> None:
        self._bulk, self._ids = Bulk(engine.dialect, cursor), np.random.default_rng()
        self._fresh: dict[str, bool] = {}

    def fill(self, model: type[Base], n: int, **content: Content) -> None:
        """Add `n` rows. A column that is not named gets its default; a sequence or array has `n` values."""
        table = Base.metadata.tables[model.__tablename__]
        missing = [column for column in table.columns if column.name not in content and column.default is not None]
        content |= {one.name: Picked([default_of(one, {})]) for one in missing if one.name != "public_id"}
        is_named = any(column.name == "public_id" for column in missing)
        made = {name: self._ready(table.columns[name], one) for name, one in content.items()}
        is_frozen = self._renew(table.name)
        for start in range(0, n, BATCH):
            size = min(BATCH, n - start)
            columns = {name: self._cut(one, start, size) for name, one in made.items()}
            public_ids = {"public_id": self._public_ids(size)} if is_named else {}
            self._bulk.send(table, columns | public_ids, is_frozen=is_frozen)

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """Execute a statement and return its rows."""
        cursor = self._bulk.cursor
        cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []

    def _renew(self, name: str) -> bool:
        """Whether rows may come as if everybody had long seen them: on PostgreSQL into an empty table, made anew."""
        if name not in self._fresh:
            ((is_empty,),) = self.run(f"SELECT NOT EXISTS (SELECT 1 FROM {name})")  # noqa: S608
            self._fresh[name] = bool(is_empty) and not self._bulk.is_sqlite
            if self._fresh[name]:
                self.run(f"TRUNCATE {name}")
        return self._fresh[name]

    def _public_ids(self, n: int) -> list[str]:
        letters = LETTERS[self._ids.integers(0, len(LETTERS), (n, PUBLIC_ID_LENGTH))]
        return letters.view(f"S{PUBLIC_ID_LENGTH}").astype(str).ravel().tolist()

    def _ready(self, column: "Column[Any]", content: Content) -> Content:
        """Values as the driver takes them; of few different ones each is translated once."""
        translate = self._bulk.translator(column)
        if isinstance(content, np.ndarray | list):
            return content
        few = content if isinstance(content, Picked) else Picked([content])
        values = np.empty(len(few.values), dtype=object)
        values[:] = [translate(one) for one in few.values]
        return Picked(values, few.at)

    def _cut(self, content: Content, start: int, size: int) -> Sequence[Any]:
        if isinstance(content, Picked):
            values = np.asarray(content.values)
            return list(values) * size if content.at is None else list(values[content.at[start : start + size]])
        part = content[start : start + size]  # type: ignore[index]
        return self._bulk.plain(part.tolist() if isinstance(part, np.ndarray) else part)


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
