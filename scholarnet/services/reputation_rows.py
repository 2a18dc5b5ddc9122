"""The rows that an epoch keeps of reputations: the numbers, their lines, and what changed."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.db import insert_rows
from scholarnet.models import Epoch, Reputation, ReputationChange, ReputationEntry
from scholarnet.services.clock import current_epoch_id
from scholarnet.services.ledgers import Ledger
from scholarnet.services.unsigned_credits import keep_credits
from scoring.reputation import COMPONENTS

ROWS = 20_000  # that are in memory at a time
NOTHING = dict.fromkeys(COMPONENTS, 0)


def add_ledger(session: Session, *, epoch: Epoch, ledger: Ledger) -> None:
    """Write them beside those of the epoch in force."""
    own = {"epoch_id": epoch.id}
    for rows in _parts(_changes(session, ledger)):
        insert_rows(session, ReputationChange, [own | row for row in rows])
    for rows in _parts(iter(ledger.totals)):
        insert_rows(session, Reputation, [own | row for row in rows])
    for rows in _parts(ledger.entries):
        insert_rows(session, ReputationEntry, [own | row for row in rows])
    keep_credits(session, ledger.credits)


def _changes(session: Session, ledger: Ledger) -> Iterator[dict[str, Any]]:
    """Of everybody of whom a component differs from what it is in the epoch in force."""
    columns = (Reputation.researcher_id, *(getattr(Reputation, name) for name in COMPONENTS))
    rows = session.execute(select(*columns).where(Reputation.epoch_id == current_epoch_id()))
    before = {who: dict(zip(COMPONENTS, units, strict=True)) for who, *units in rows}
    after = {row["researcher_id"]: row for row in ledger.totals}
    for who in sorted(before.keys() | after.keys()):
        new, old = after.get(who, NOTHING), before.get(who, NOTHING)
        moved = {name: new[name] - old[name] for name in COMPONENTS}
        if any(moved.values()):
            yield {"researcher_id": who, "units": sum(new[name] for name in COMPONENTS), **moved}


def _parts(rows: Iterator[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], ...]]:
    part: list[dict[str, Any]] = []
    for row in rows:
        part.append(row)
        if len(part) == ROWS:
            yield tuple(part)
            part = []
    if part:
        yield tuple(part)
