"""What both databases are asked before a backup is made of them, or put into them."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from scholarnet.errors import Conflict

Run: TypeAlias = Callable[[str], list[tuple[Any, ...]]]
LOG = "score_log"  # has its one row from the start


def count(run: Run, table: str) -> int:
    """Return how many rows a table has."""
    return int(run(f'SELECT count(*) FROM "{table}"')[0][0])  # noqa: S608  (a name that the catalogue gave)


def revision_of(run: Run) -> str:
    """Return at which migration the tables stand."""
    return str(run("SELECT version_num FROM alembic_version")[0][0])


def empty_or_refuse(run: Run, tables: Sequence[str]) -> None:
    """Raise Conflict where anything is in the tables but what the migrations put there."""
    filled = [name for name in tables if name != LOG and run(f'SELECT 1 FROM "{name}" LIMIT 1')]  # noqa: S608
    if LOG in tables and run(f"SELECT 1 FROM {LOG} WHERE last_sequence > 0"):  # noqa: S608
        filled.append(LOG)
    if filled:
        msg = f"the database is not empty ({', '.join(filled[:3])}): restore into a new one; nothing was changed"
        raise Conflict(msg)
