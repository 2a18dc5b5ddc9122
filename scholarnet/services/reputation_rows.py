"""The rows that an epoch keeps of reputations: the numbers, their lines, and what changed."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.models import Reputation, ReputationChange, ReputationEntry
from scholarnet.services.clock import current_epoch_id
from scholarnet.services.epoch_writing import Writing
from scholarnet.services.ledgers import Ledger
from scholarnet.services.unsigned_credits import keep_credits
from scoring.reputation import COMPONENTS

NOTHING = dict.fromkeys(COMPONENTS, 0)


def add_ledger(writing: Writing, ledger: Ledger) -> None:
    """Write them beside those of the epoch in force."""
    writing.add(ReputationChange, _changes(writing.session, ledger))
    writing.add(Reputation, ledger.totals)
    writing.add(ReputationEntry, ledger.entries)
    keep_credits(writing.session, ledger.credits)


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
