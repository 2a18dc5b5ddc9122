"""Rows in bulk, within what the databases take in one statement."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import insert
from sqlalchemy.orm import Session

from scholarnet.db import Base

CHUNK = 5_000  # names in one IN list: SQLite takes 32,766
T = TypeVar("T")


def insert_rows(session: Session, table: type[Base], rows: list[dict[str, Any]]) -> None:
    """Insert the rows, which may be none."""
    if rows:
        session.execute(insert(table), rows)


def chunks(values: Sequence[T]) -> Iterable[Sequence[T]]:
    """Cut a list of names into lists that fit into a statement."""
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
