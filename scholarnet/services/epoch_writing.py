"""The rows of an epoch that is being written: millions, so many at a time, and between them others may write."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from scholarnet.db import Base, insert_rows

ROWS = 20_000  # that are in memory, and written, at a time


def go_on() -> None:
    """Nobody waits."""


@dataclass(frozen=True, slots=True)
class Writing:
    """An epoch beside the one in force.

    `pause` is called after each part, when a transaction may end, and `resume` once the rows of the next are at hand:
    nobody waits while they are made.
    """

    session: Session
    epoch_id: int
    pause: Callable[[], None] = go_on
    resume: Callable[[], None] = go_on

    def add(self, table: type[Base], rows: Iterable[dict[str, Any]], *, at_once: int = ROWS) -> None:
        """Add rows of the epoch, which all have the same keys."""
        given = iter(rows)
        while part := [{"epoch_id": self.epoch_id, **row} for row in islice(given, at_once)]:
            self.resume()
            insert_rows(self.session, table, part)
            self.pause()

    def count(self, tables: Iterable[type[Base]]) -> None:
        """Have the planner know of the rows: without it SQLite went through all scores for the newest posts."""
        for table in tables:
            self.resume()
            self.session.execute(text(f"ANALYZE {table.__tablename__}"))
            self.pause()
