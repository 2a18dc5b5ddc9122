"""The hot list: a page of ranked posts from one prepared query, authors and tags as JSON text made by the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
from sqlalchemy import (
    Connection,
    Row,
    Select,
    select,
)
from sqlalchemy.orm import Session

from scholarnet import cursors
from scholarnet.filters import Condition, Filter, clauses, moment, number, parse, whole
from scholarnet.listings import read_sort
from scholarnet.models import (
    Post,
    PostStatus,
    PostVersion,
    Researcher,
)
from scholarnet.search import matching
from scholarnet.services.ranking_filters import (
    BEST_FILTERS,
    BY_SCORE,
    FILTERS,
    SORTS,
    TOMBSTONE_FILTERS,
    find_few,
    takes_tombstones,
    tells_score,
)
from scholarnet.services.ranking_rows import NO_SCORE, Kind, Shown, Statement, page_of, post_key, whole_page

READ = dict.fromkeys(SORTS, number) | {"new": moment, "updated": moment, "reviews": whole}


@dataclass(frozen=True, slots=True)
class Ranking:
    """Rows of a page in the order asked for, and the cursor of the next; None at the end.

    Of a row with `is_withheld` the viewer, who holds an open review of it, gets no score; a withdrawn one has none.
    """

    rows: Sequence[Row[Any]]
    next_cursor: str | None


def rank_posts(
    reads: Session | Connection,
    *,
    viewer: Researcher | None,
    sort: str = "best",
    filters: str = "",
    search: str = "",
    cursor: str = "*",
    per_page: int = 25,
) -> Ranking:
    """Return a page of the published posts that all who are what `viewer` is may see; with tombstones where asked for.

    `sort` is one of SORTS, best or newest first, with a minus the other way round. What scores tell is kept from who
    holds an open review. Cost: one statement, which reads an index from the cursor on; the page's number does not
    matter. It needs no session: a connection does, and costs less.

    Under `new` whatever is there throughout is seen exactly once. Under the keys of scores so is each post whose
    score does not move meanwhile; after a new epoch paging goes on from the same value among the new scores.
    """
    connection = reads if isinstance(reads, Connection) else reads.connection()
    name, descends = read_sort(sort, SORTS)
    conditions = parse(filters)
    last = _read(cursor, name) if cursor != "*" else None
    kind = Kind(
        sort=name,
        descends=descends,
        continues=last is not None,
        is_member=viewer is not None,
        shown=Shown.BOTH if takes_tombstones(conditions) else Shown.STANDING,
        tells_score=tells_score(name, conditions),
    )
    wanted = _Wanted(conditions, search, find_few(connection, conditions, search))
    values: dict[str, Any] = {"viewer_id": viewer.id} if viewer is not None else {}
    if last is not None:
        values |= {"last_value": last[0], "last": last[1]}
    rows = list[Row[Any]]()
    for part in _parts(kind, last):
        if len(rows) <= per_page:
            rows += connection.execute(_statement(part, wanted), values | {"limit": per_page + 1 - len(rows)}).all()
    if last is not None and not rows:
        _refuse_unknown(connection, last[1])
    page = rows[:per_page]
    return Ranking(page, _write(page[-1], name) if len(rows) > per_page else None)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a page is filtered by; `few` are where the posts of conditions are that leave few."""

    conditions: Sequence[Condition]
    search: str
    few: Sequence[Select[int]]


def _parts(kind: Kind, last: tuple[Any, str] | None) -> list[Kind]:
    """The statements that give a page in turn: where scores order it, tombstones come behind or before all others."""
    if kind.shown is not Shown.BOTH or kind.sort not in BY_SCORE:
        return [kind]
    order = [Shown.STANDING, Shown.WITHDRAWN] if kind.descends else [Shown.WITHDRAWN, Shown.STANDING]
    if last is not None:
        order = order[order.index(Shown.WITHDRAWN if last[0] == NO_SCORE else Shown.STANDING) :]
    return [replace(kind, shown=shown, continues=kind.continues and at == 0) for at, shown in enumerate(order)]


def _statement(kind: Kind, wanted: _Wanted) -> Statement:
    is_sorted_first = bool(wanted.few) or (kind.shown is Shown.BOTH and kind.sort != "updated")
    query = page_of(kind, is_sorted_first=is_sorted_first)
    if wanted.conditions or wanted.few:  # else it stays the same one, which SQLAlchemy knows compiled
        found = (post_key(kind).in_(posts.correlate(None)) for posts in wanted.few)
        query = query.where(*clauses(wanted.conditions, _filters(kind)), *found)
    if wanted.search:  # of a tombstone the abstract is gone, for finding too
        query = query.where(*matching(PostVersion, wanted.search), Post.status == PostStatus.PUBLISHED)
    return whole_page(kind, query) if is_sorted_first else query


def _filters(kind: Kind) -> Mapping[str, Filter]:
    if kind.takes_tombstones:
        return TOMBSTONE_FILTERS
    return BEST_FILTERS if kind.sort == "best" else FILTERS


def _write(row: Row[Any], name: str) -> str:
    value = getattr(row, SORTS[name].key)
    return cursors.encode(orjson.dumps([name, NO_SCORE if value is None else value, row.public_id]).decode())


def _read(cursor: str, name: str) -> tuple[Any, str]:
    """Return where a cursor of this order stands: the value, and the id of its post."""
    text = cursors.decode(cursor)
    try:
        sort, value, public_id = orjson.loads(text)
        value = READ[name](value)
    except (ValueError, TypeError) as error:
        raise cursors.BadCursor from error
    if sort != name:
        msg = f"belongs to sort={sort}"
        raise cursors.BadCursor(msg)
    if not isinstance(public_id, str) or not public_id.isalnum():
        raise cursors.BadCursor
    return value, public_id


def _refuse_unknown(connection: Connection, public_id: str) -> None:
    """A post that there never was is behind nothing, and so would be taken for the last one."""
    if connection.scalar(select(Post.id).where(Post.public_id == public_id)) is None:
        raise cursors.BadCursor
