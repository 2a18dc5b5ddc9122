"""What the ranking can be sorted and filtered by."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute

from scholarnet.filters import Condition, Filter, moment, number, one_of, whole
from scholarnet.forms import PostKind
from scholarnet.id_lists import without_index
from scholarnet.models import (
    Decision,
    Post,
    PostAuthor,
    PostScore,
    PostStatus,
    PostTag,
    PostVersion,
    Researcher,
    Tag,
    Tier,
)
from scholarnet.search import having, words_of
from scholarnet.services.clock import current_epoch_id
from scholarnet.services.tags import slug_of

SORTS: dict[str, InstrumentedAttribute[Any]] = {
    "best": PostScore.best,
    "new": Post.published_at,
    "updated": Post.updated_at,
    "reviews": PostScore.n_reviews,
    "trending": PostScore.trending,
    "controversial": PostScore.controversial,
    "needs_review": PostScore.needs_review,
}
BY_SCORE = frozenset({"best", "reviews", "trending", "controversial", "needs_review"})
OF_SCORE = frozenset({"tier", "decision", "score", "n_reviews"})
WITH_TOMBSTONES = frozenset({"updated_at", "status"})


def _tags(names: Sequence[str]) -> ColumnElement[bool]:
    return PostTag.tag_id.in_(select(Tag.id).where(Tag.name.in_(names)))


def _authors(ids: Sequence[str]) -> ColumnElement[bool]:
    return PostAuthor.researcher_id.in_(select(Researcher.id).where(Researcher.public_id.in_(ids)))


def _has_tag(names: Sequence[str]) -> ColumnElement[bool]:
    return exists().where(PostTag.post_id == Post.id, _tags(names))


def _has_author(ids: Sequence[str]) -> ColumnElement[bool]:
    return exists().where(PostAuthor.post_id == Post.id, _authors(ids))


def _range(read: Callable[[str], Any], column: Any) -> Filter:
    return Filter(read, column.in_, column)


def _is_one(read: Sequence[str], column: Any) -> Filter:
    return Filter(one_of(read), column.in_)


# What rows are checked by while an index of the order is read: no index of their own takes its place.
FILTERS: dict[str, Filter] = {
    "kind": _is_one(list(PostKind), without_index(PostScore.kind)),
    "status": _is_one([PostStatus.PUBLISHED, PostStatus.WITHDRAWN], without_index(Post.status)),
    "tier": _is_one(list(Tier), without_index(PostScore.tier)),
    "decision": _is_one(list(Decision), without_index(PostScore.decision)),
    "tag": Filter(slug_of, _has_tag),
    "author": Filter(str, _has_author),
    "score": _range(number, without_index(PostScore.value)),
    "n_reviews": _range(whole, without_index(PostScore.n_reviews)),
    "created_at": _range(moment, without_index(Post.created_at)),
    "updated_at": _range(moment, without_index(Post.updated_at)),
    "published_at": _range(moment, without_index(Post.published_at)),
}
BEST_FILTERS = FILTERS | {  # each has an index by `best`
    "kind": _is_one(list(PostKind), PostScore.kind),
    "tier": _is_one(list(Tier), PostScore.tier),
    "decision": _is_one(list(Decision), PostScore.decision),
}

_scored = select(PostScore.post_id).where(PostScore.epoch_id == current_epoch_id())
_published = select(Post.id).where(Post.status == literal_column("'published'"))  # as its index says
# Where the posts that a condition leaves are found by an index of its own.
FINDERS: dict[str, tuple[Select[int], Filter]] = {
    "kind": (_scored, _is_one(list(PostKind), PostScore.kind)),
    "tier": (_scored, _is_one(list(Tier), PostScore.tier)),
    "decision": (_scored, _is_one(list(Decision), PostScore.decision)),
    "tag": (select(PostTag.post_id), Filter(slug_of, _tags)),
    "author": (select(PostAuthor.post_id), Filter(str, _authors)),
    "score": (_scored, _range(number, PostScore.value)),
    "n_reviews": (_scored, _range(whole, PostScore.n_reviews)),
    "created_at": (select(Post.id), _range(moment, Post.created_at)),
    "updated_at": (select(Post.id), _range(moment, Post.updated_at)),
    "published_at": (_published, _range(moment, Post.published_at)),
}
FEW = 2000  # posts that are looked up and put in order sooner than an index of the order is read until they come


def find_few(connection: Connection, conditions: Sequence[Condition], search: str) -> list[Select[int]]:
    """Return where the posts of those conditions are that leave FEW at most, by counting no further than that; and
    those with all words of `search`, in whichever version.

    Those of a negated condition are nearly all, and the states of posts have no index: they are not looked for.
    """
    asked = [one for one in conditions if one.field in FINDERS and not one.is_negated]
    found = [query.where(filter_.clause(one)) for one in asked for query, filter_ in [FINDERS[one.field]]]
    if words := words_of(search):
        found.append(having(connection, PostVersion, words).with_only_columns(PostVersion.post_id))
    return [query for query in found if _are_few(connection, query)]


def _are_few(connection: Connection, found: Select[int]) -> bool:
    counted = select(func.count()).select_from(found.limit(FEW + 1).subquery())
    return (connection.scalar(counted) or 0) <= FEW


TOMBSTONE_FILTERS = FILTERS | {"kind": Filter(one_of(list(PostKind)), Post.kind.in_)}  # they have no score


def takes_tombstones(conditions: Sequence[Condition]) -> bool:
    """Whether a filter asks for withdrawn posts too: who follows what changes has to learn of them."""
    asked = [condition for condition in conditions if condition.field in WITH_TOMBSTONES]
    return bool(asked) and not any(_wants_published(condition) for condition in asked)


def _wants_published(condition: Condition) -> bool:
    return condition.field == "status" and not condition.is_negated and set(condition.values) == {PostStatus.PUBLISHED}


def tells_score(sort: str, conditions: Sequence[Condition]) -> bool:
    """Whether being in the list, or the place in it, says something of a post's score."""
    return sort in BY_SCORE or any(condition.field in OF_SCORE for condition in conditions)
