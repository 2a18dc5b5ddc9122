"""Researchers by reputation: first who has one, along its index, then who has none, whichever way round.

A page goes on from a value and a key, so it does among the numbers of a new epoch too: whoever's number stays is seen
exactly once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import and_, exists, select, tuple_
from sqlalchemy.orm import Session

from scholarnet import cursors
from scholarnet.filters import clauses, parse
from scholarnet.listings import read_sort
from scholarnet.models import Reputation, Researcher
from scholarnet.permissions import live_researchers
from scholarnet.services.clock import current_epoch_id
from scholarnet.services.lists import RESEARCHERS

SORT = "reputation"
SORTS = (*RESEARCHERS.sorts, SORT)


@dataclass(frozen=True, slots=True)
class Ranking:
    """People of a page, and the cursor of the next; None at the end."""

    people: Sequence[Researcher]
    next_cursor: str | None


def rank_researchers(
    session: Session, *, sort: str = SORT, filters: str = "", cursor: str = "*", per_page: int = 25
) -> Ranking:
    """Return a page, highest first, or lowest with a minus. BadQuery as of other lists. One or two statements."""
    _, descends = read_sort(sort, [SORT])
    conditions = [live_researchers(), *clauses(parse(filters), RESEARCHERS.filters)]
    units, last_id = _read(session, cursor)
    rows: list[tuple[Researcher, int | None]] = []
    if cursor == "*" or units is not None:
        last = None if units is None else (units, last_id)
        rows += _with_reputation(session, conditions, last, per_page + 1, descends=descends)
        last_id = 0
    if len(rows) <= per_page:
        rows += _without(session, conditions, last_id, per_page + 1 - len(rows))
    page = rows[:per_page]
    return Ranking([one for one, _ in page], _write(*page[-1]) if len(rows) > per_page else None)


def _with_reputation(
    session: Session, conditions: Sequence[Any], last: tuple[int, int] | None, limit: int, *, descends: bool
) -> list[tuple[Researcher, int | None]]:
    keys = (Reputation.units, Reputation.researcher_id)
    query = (
        select(Researcher, Reputation.units)
        .join(Reputation, Reputation.researcher_id == Researcher.id)
        .where(Reputation.epoch_id == current_epoch_id(), *conditions)
        .order_by(*(key.desc() if descends else key.asc() for key in keys))
        .limit(limit)
    )
    if last is not None:
        query = query.where(tuple_(*keys) < last if descends else tuple_(*keys) > last)
    return [(row[0], row[1]) for row in session.execute(query)]


def _without(
    session: Session, conditions: Sequence[Any], last_id: int, limit: int
) -> list[tuple[Researcher, int | None]]:
    mine = and_(Reputation.epoch_id == current_epoch_id(), Reputation.researcher_id == Researcher.id)
    query = select(Researcher).where(~exists().where(mine), Researcher.id > last_id, *conditions)
    return [(one, None) for one in session.scalars(query.order_by(Researcher.id).limit(limit))]


def _write(researcher: Researcher, units: int | None) -> str:
    return cursors.encode(orjson.dumps([SORT, units, researcher.public_id]).decode())


def _read(session: Session, cursor: str) -> tuple[int | None, int]:
    if cursor == "*":
        return None, 0
    try:
        sort, units, public_id = orjson.loads(cursors.decode(cursor))
    except (ValueError, TypeError) as error:
        raise cursors.BadCursor from error
    is_value = units is None or (type(units) is int and 0 <= units < 2**31)
    if sort != SORT or not is_value or not (isinstance(public_id, str) and public_id.isalnum()):
        raise cursors.BadCursor
    last_id = session.scalar(select(Researcher.id).where(Researcher.public_id == public_id))
    if last_id is None:
        raise cursors.BadCursor
    return units, last_id
