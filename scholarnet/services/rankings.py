"""The hot list: a page of ranked posts from one prepared query, authors and tags as JSON text made by the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import (
    Connection,
    Row,
    select,
)
from sqlalchemy.orm import Session

from scholarnet import cursors
from scholarnet.filters import Filter, clauses, moment, number, parse, whole
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
    FILTERS,
    SORTS,
    TOMBSTONE_FILTERS,
    find_few,
    takes_tombstones,
    tells_score,
)
from scholarnet.services.ranking_rows import NO_SCORE, Kind, page_of, post_key, whole_page

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
    holds an open review. Cost: one statement, which reads an index from the cursor on, and one to find the
    cursor's post; the page's number does not matter. It needs no session: a connection does, and costs less.

    Under `new` whatever is there throughout is seen exactly once. Under the keys of scores so is each post whose
    score does not move meanwhile; after a new epoch paging goes on from the same value among the new scores.
    """
    connection = reads if isinstance(reads, Connection) else reads.connection()
    name, descends = read_sort(sort, SORTS)
    conditions = parse(filters)
    kind = Kind(
        sort=name,
        descends=descends,
        continues=cursor != "*",
        is_member=viewer is not None,
        takes_tombstones=takes_tombstones(conditions),
        tells_score=tells_score(name, conditions),
    )
    few = find_few(connection, conditions, search)
    is_sorted_first = bool(few) or (kind.takes_tombstones and name != "updated")
    query = page_of(kind, is_sorted_first=is_sorted_first)
    if conditions or few:  # else the statement stays the same one, of which SQLAlchemy knows what it was compiled to
        found = (post_key(kind).in_(posts.correlate(None)) for posts in few)
        query = query.where(*clauses(conditions, _filters(kind)), *found)
    values: dict[str, Any] = {"limit": per_page + 1}
    if search:  # of a tombstone the abstract is gone, for finding too
        query = query.where(*matching(PostVersion, search), Post.status == PostStatus.PUBLISHED)
    if is_sorted_first:
        query = whole_page(kind, query)
    if viewer is not None:
        values["viewer_id"] = viewer.id
    if kind.continues:
        values["last_value"], values["last_id"] = _read(connection, cursor, name)
    rows = connection.execute(query, values).all()
    page = rows[:per_page]
    return Ranking(page, _write(page[-1], name) if len(rows) > per_page else None)


def _filters(kind: Kind) -> Mapping[str, Filter]:
    if kind.takes_tombstones:
        return TOMBSTONE_FILTERS
    return BEST_FILTERS if kind.sort == "best" else FILTERS


def _write(row: Row[Any], name: str) -> str:
    value = getattr(row, SORTS[name].key)
    return cursors.encode(orjson.dumps([name, NO_SCORE if value is None else value, row.public_id]).decode())


def _read(connection: Connection, cursor: str, name: str) -> tuple[Any, int]:
    """Return where a cursor of this order stands: the value, and the key of its post."""
    text = cursors.decode(cursor)
    try:
        sort, value, public_id = orjson.loads(text)
        value = READ[name](value)
    except (ValueError, TypeError) as error:
        raise cursors.BadCursor from error
    if sort != name:
        msg = f"belongs to sort={sort}"
        raise cursors.BadCursor(msg)
    is_id = isinstance(public_id, str) and public_id.isalnum()
    last_id = connection.scalar(select(Post.id).where(Post.public_id == public_id)) if is_id else None
    if last_id is None:
        raise cursors.BadCursor
    return value, last_id
