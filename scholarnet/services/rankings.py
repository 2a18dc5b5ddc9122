"""The hot list: a page of ranked posts from one prepared query, authors and tags as JSON text made by the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    SQLColumnExpression,
    String,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from scholarnet import cursors
from scholarnet.db import Key
from scholarnet.filters import clauses, moment, number, parse, whole
from scholarnet.json_sql import array_text, json_object
from scholarnet.listings import read_sort
from scholarnet.models import (
    Audience,
    Post,
    PostAuthor,
    PostScore,
    PostStatus,
    PostTag,
    PostVersion,
    Reputation,
    Researcher,
    Tag,
)
from scholarnet.models.reputation import UNITS_A_POINT
from scholarnet.permissions import holds_draft
from scholarnet.search import matching
from scholarnet.services.clock import current_epoch_id
from scholarnet.services.ranking_filters import (
    BY_SCORE,
    FILTERS,
    SORTS,
    TOMBSTONE_FILTERS,
    takes_tombstones,
    tells_score,
)

NO_SCORE = -10_000_000  # where tombstones stand among scores: below all, those without a trend too
READ = dict.fromkeys(SORTS, number) | {"new": moment, "updated": moment, "reviews": whole}


def _text(column: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """A column of an enumeration as it is stored: nobody pays for making members that become text again."""
    return type_coerce(column, String).label(column.key)


def _is_one_of(column: InstrumentedAttribute[Any], members: Sequence[StrEnum]) -> ColumnElement[bool]:
    """The members stand in the statement: with parameters SQLite takes half as long again for the whole page."""
    return column.in_([literal_column(f"'{member.value}'", String) for member in members])


def _authors(epoch_id: Any) -> ColumnElement[str]:
    return array_text(
        select(
            json_object(
                "id",
                Researcher.public_id,
                "name",
                Researcher.name,
                "handle",
                Researcher.handle,
                "reputation",
                func.coalesce(Reputation.units / float(UNITS_A_POINT), 0.0),
            )
        )
        .join_from(PostAuthor, Researcher, Researcher.id == PostAuthor.researcher_id)
        .outerjoin(Reputation, and_(Reputation.epoch_id == epoch_id, Reputation.researcher_id == Researcher.id))
        .where(PostAuthor.post_id == Post.id)
        .order_by(PostAuthor.position)
        .correlate(Post, PostScore)
    )


_tags = array_text(
    select(Tag.name)
    .join_from(PostTag, Tag, Tag.id == PostTag.tag_id)
    .where(PostTag.post_id == Post.id)
    .order_by(Tag.name)
    .correlate(Post)
)
# What the answer calls the first columns of a row, and those after them, which are of its score.
ENTRY = (
    *("id", "kind", "title", "abstract", "status", "version", "authors", "tags", "audience"),
    *("created_at", "updated_at", "published_at"),
)
SCORE = ("value", "low", "high", "tier", "decision", "decision_by", "n_reviews")


def _columns(epoch_id: Any) -> Select[*tuple[Any, ...]]:
    return select(
        Post.public_id,
        _text(Post.kind),
        PostVersion.title,
        PostVersion.abstract,
        _text(Post.status),
        Post.version_number,
        _authors(epoch_id).label("authors"),
        _tags.label("tags"),
        _text(Post.audience),
        Post.created_at,
        Post.updated_at,
        Post.published_at,
        PostScore.value,
        PostScore.low,
        PostScore.high,
        _text(PostScore.tier),
        _text(PostScore.decision),
        _text(PostScore.decision_by),
        PostScore.n_reviews,
        *(PostScore.best, PostScore.trending, PostScore.controversial, PostScore.needs_review),
    )


_shown = and_(PostVersion.post_id == Post.id, PostVersion.number == Post.version_number)
_withheld = holds_draft(bindparam("viewer_id", type_=Key), Post.id)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of page; there are few, and the statement of each is built once."""

    sort: str
    descends: bool
    continues: bool
    is_member: bool
    takes_tombstones: bool
    tells_score: bool


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
    query = _query(kind)
    if conditions:
        query = query.where(*clauses(conditions, TOMBSTONE_FILTERS if kind.takes_tombstones else FILTERS))
    if search:  # of a tombstone the abstract is gone, for finding too
        query = query.where(*matching(PostVersion, search), Post.status == PostStatus.PUBLISHED)
    values: dict[str, Any] = {"limit": per_page + 1}
    if viewer is not None:
        values["viewer_id"] = viewer.id
    if kind.continues:
        values["last_value"], values["last_id"] = _read(connection, cursor, name)
    rows = connection.execute(query, values).all()
    page = rows[:per_page]
    return Ranking(page, _write(page[-1], name) if len(rows) > per_page else None)


@cache
def _query(kind: Kind) -> Select[*tuple[Any, ...]]:
    """Return the statement of a kind of page, built once: building costs as much as running it."""
    query = _tombstones_too() if kind.takes_tombstones else _scored()
    audiences = [Audience.PUBLIC, Audience.MEMBERS] if kind.is_member else [Audience.PUBLIC]
    query = query.where(_is_one_of(Post.audience, audiences))
    if kind.is_member and kind.tells_score:
        query = query.where(~_withheld)
    is_withheld = _withheld if kind.is_member else literal_column("0", Integer)
    keys = _keys(kind)
    if kind.continues:
        last = tuple_(bindparam("last_value", type_=SORTS[kind.sort].type), bindparam("last_id", type_=Key))
        query = query.where(tuple_(*keys) < last if kind.descends else tuple_(*keys) > last)
    order = (key.desc() if kind.descends else key.asc() for key in keys)
    return query.add_columns(is_withheld.label("is_withheld")).order_by(*order).limit(bindparam("limit", type_=Integer))


def _scored() -> Select[*tuple[Any, ...]]:
    return (
        _columns(PostScore.epoch_id)
        .join_from(PostScore, Post, Post.id == PostScore.post_id)
        .join(PostVersion, _shown)
        .where(PostScore.epoch_id == current_epoch_id(), _is_one_of(Post.status, [PostStatus.PUBLISHED]))
    )


def _tombstones_too() -> Select[*tuple[Any, ...]]:
    scored = and_(PostScore.post_id == Post.id, PostScore.epoch_id == current_epoch_id())
    return (
        _columns(current_epoch_id())
        .join_from(Post, PostVersion, _shown)
        .outerjoin(PostScore, scored)
        .where(_is_one_of(Post.status, [PostStatus.PUBLISHED, PostStatus.WITHDRAWN]))
    )


def _keys(kind: Kind) -> tuple[SQLColumnExpression[Any], SQLColumnExpression[int]]:
    column = SORTS[kind.sort]
    if kind.sort not in BY_SCORE:
        return column, Post.id
    return (func.coalesce(column, NO_SCORE), Post.id) if kind.takes_tombstones else (column, PostScore.post_id)


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
