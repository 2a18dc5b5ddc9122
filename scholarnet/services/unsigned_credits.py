"""Credit for unsigned reviews: one number a quarter, and nothing in it that tells which they were.

Whoever wrote at least `unsigned_min` unsigned reviews in a quarter, as somebody whom anyone stands for, gets what as
many *average* unsigned reviews of that quarter are worth: the same number for everybody, so that no sum over the
published readings of reviews leads to those that somebody wrote, and no correlation either. Nobody gets any unless
`unsigned_crowd` people do. It is counted once, by the first epoch of 30 days and more after the quarter's end, kept,
and told from the next epoch on. From then on it stands, whatever becomes of the reviews: who withdraws one moves
nobody's number. One more review than those that it takes changes nothing either.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from scholarnet.db import add_missing
from scholarnet.models import UnsignedCredit
from scoring.parameters import Parameters


class Unsigned(NamedTuple):
    """An unsigned review that counts: whose it is, its day, whether its author is trusted, and what it is worth."""

    researcher_id: int
    day: date
    is_trusted: bool
    worth: float


def due_credits(
    unsigned: Iterable[Unsigned], *, as_of: datetime, closed: Collection[str], parameters: Parameters
) -> list[dict[str, Any]]:
    """Return the rows of those quarters that are over, and were not counted before."""
    delay = timedelta(seconds=parameters.verdict_delay_seconds)
    found: dict[str, list[Unsigned]] = {}
    for one in unsigned:
        quarter = quarter_of(one.day)
        if quarter not in closed and _end_of(one.day) + delay <= as_of:
            found.setdefault(quarter, []).append(one)
    rows = []
    for quarter in sorted(found):
        reviews = found[quarter]
        amount = parameters.unsigned_min * sum(sorted(one.worth for one in reviews)) / len(reviews)
        written = Counter(one.researcher_id for one in reviews if one.is_trusted)
        people = sorted(who for who, n in written.items() if n >= parameters.unsigned_min)
        if len(people) >= parameters.unsigned_crowd and amount > 0.0:
            rows += [{"researcher_id": who, "quarter": quarter, "amount": amount} for who in people]
    return rows


def keep_credits(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Keep them for the epochs to come."""
    add_missing(session, UnsignedCredit, list(rows))


def quarter_of(day: date) -> str:
    """Return the name of a day's quarter, such as 2026-Q1."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def _end_of(day: date) -> datetime:
    first = (day.month - 1) // 3 * 3 + 1
    year, month = (day.year + 1, 1) if first == 10 else (day.year, first + 3)
    return datetime(year, month, 1, tzinfo=UTC)
