"""The statements of the ranking: what a row has, in which order, and which posts may be seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Integer,
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
from sqlalchemy.orm import InstrumentedAttribute

from scholarnet.db import Key
from scholarnet.id_lists import without_index
from scholarnet.json_sql import array_text, json_object
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
from scholarnet.services.clock import current_epoch_id
from scholarnet.services.ranking_filters import (
    BY_SCORE,
    SORTS,
)

NO_SCORE = -10_000_000  # what cursors say of tombstones among scores: below all, those without a trend too
Statement: TypeAlias = Select[*tuple[Any, ...]]


class Shown(StrEnum):
    """Which posts a statement reads: those that stand, the tombstones of those that do not, or both in one order."""

    STANDING = "standing"
    WITHDRAWN = "withdrawn"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of page; there are few, and the statement of each is built once.

    In an order by scores no statement reads BOTH: tombstones have none, and all of them stand at its low end.
    """

    sort: str
    descends: bool
    continues: bool
    is_member: bool
    shown: Shown
    tells_score: bool

    @property
    def takes_tombstones(self) -> bool:
        """Whether some of its posts may have no score."""
        return self.shown is not Shown.STANDING


def _text(column: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """A column of an enumeration as it is stored: nobody pays for making members that become text again."""
    return type_coerce(column, String).label(column.key)


def _is_one_of(column: InstrumentedAttribute[Any], members: Sequence[StrEnum]) -> ColumnElement[bool]:
    """The members stand in the statement: SQLite would plan it anew for each parameter that an index might ask for."""
    literals = [literal_column(f"'{member.value}'", String) for member in members]
    return column == literals[0] if len(literals) == 1 else column.in_(literals)


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


def _columns(kind: Kind) -> Statement:
    is_withheld = _withheld if kind.is_member else literal_column("0", Integer)
    return select(
        Post.public_id,
        _text(Post.kind),
        PostVersion.title,
        PostVersion.abstract,
        _text(Post.status),
        Post.version_number,
        _authors(current_epoch_id() if kind.takes_tombstones else PostScore.epoch_id).label("authors"),
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
        is_withheld.label("is_withheld"),
    )


_shown = and_(PostVersion.post_id == Post.id, PostVersion.number == Post.version_number)
_last_id = select(Post.id).where(Post.public_id == bindparam("last", type_=String)).scalar_subquery()
_withheld = holds_draft(bindparam("viewer_id", type_=Key), Post.id)


@cache
def page_of(kind: Kind, *, is_sorted_first: bool = False) -> Statement:
    """Return the statement of a kind of page, built once: building costs as much as running it.

    Of posts that no index has in its order the keys alone `is_sorted_first`, for `whole_page`.
    """
    query = _ordered(kind, select(post_key(kind))) if is_sorted_first else _ordered(kind, _columns(kind))
    audiences = [Audience.PUBLIC, Audience.MEMBERS] if kind.is_member else [Audience.PUBLIC]
    query = query.where(_is_one_of(Post.audience, audiences))
    if kind.is_member and kind.tells_score:
        query = query.where(~_withheld)
    if kind.continues:
        keys, last = _keys(kind), (bindparam("last_value", type_=SORTS[kind.sort].type), _last_id)[-len(_keys(kind)) :]
        query = query.where(tuple_(*keys) < tuple_(*last) if kind.descends else tuple_(*keys) > tuple_(*last))
    return query.limit(bindparam("limit", type_=Integer))


def whole_page(kind: Kind, keys: Statement) -> Statement:
    """The page that has these keys: authors and tags are read of its posts alone, not of all that were sorted."""
    return _ordered(kind, _columns(kind)).where(post_key(kind).in_(keys.correlate(None)))


def post_key(kind: Kind) -> InstrumentedAttribute[int]:
    """The column by which a kind of page finds a post."""
    return Post.id if kind.takes_tombstones else PostScore.post_id


def _ordered(kind: Kind, columns: Statement) -> Statement:
    order = (key.desc() if kind.descends else key.asc() for key in _keys(kind))
    return (_unscored_too(kind, columns) if kind.takes_tombstones else _scored(kind, columns)).order_by(*order)


def _scored(kind: Kind, columns: Statement) -> Statement:
    """Where posts are read by an index of their own, SQLite is not to begin with all scores of the epoch instead."""
    epoch_id = PostScore.epoch_id if kind.sort in BY_SCORE else without_index(PostScore.epoch_id)
    return (
        columns.join_from(PostScore, Post, Post.id == PostScore.post_id)
        .join(PostVersion, _shown)
        .where(epoch_id == current_epoch_id(), _is_one_of(Post.status, [PostStatus.PUBLISHED]))
    )


def _unscored_too(kind: Kind, columns: Statement) -> Statement:
    scored = and_(PostScore.post_id == Post.id, PostScore.epoch_id == current_epoch_id())
    states = [PostStatus.WITHDRAWN] if kind.shown is Shown.WITHDRAWN else [PostStatus.PUBLISHED, PostStatus.WITHDRAWN]
    joined = columns.join_from(Post, PostVersion, _shown).outerjoin(PostScore, scored)
    return joined.where(_is_one_of(Post.status, states))


def _keys(kind: Kind) -> tuple[SQLColumnExpression[Any], ...]:
    if kind.sort not in BY_SCORE:
        return SORTS[kind.sort], Post.id
    return (Post.id,) if kind.takes_tombstones else (SORTS[kind.sort], PostScore.post_id)
