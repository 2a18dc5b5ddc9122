"""What the ranking can be sorted and filtered by."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute

from scholarnet.filters import Condition, Filter, moment, number, one_of, whole
from scholarnet.forms import PostKind
from scholarnet.models import Decision, Post, PostAuthor, PostScore, PostStatus, PostTag, Researcher, Tag, Tier
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


def _has_tag(names: Sequence[str]) -> ColumnElement[bool]:
    tagged = select(PostTag.post_id).join(Tag, Tag.id == PostTag.tag_id).where(Tag.name.in_(names))
    return Post.id.in_(tagged)


def _has_author(ids: Sequence[str]) -> ColumnElement[bool]:
    return exists().where(
        PostAuthor.post_id == Post.id, PostAuthor.researcher_id == Researcher.id, Researcher.public_id.in_(ids)
    )


FILTERS: dict[str, Filter] = {
    "kind": Filter(one_of(list(PostKind)), PostScore.kind.in_),
    "status": Filter(one_of([PostStatus.PUBLISHED, PostStatus.WITHDRAWN]), Post.status.in_),
    "tier": Filter(one_of(list(Tier)), PostScore.tier.in_),
    "decision": Filter(one_of(list(Decision)), PostScore.decision.in_),
    "tag": Filter(slug_of, _has_tag),
    "author": Filter(str, _has_author),
    "score": Filter(number, PostScore.value.in_, PostScore.value),
    "n_reviews": Filter(whole, PostScore.n_reviews.in_, PostScore.n_reviews),
    "created_at": Filter(moment, Post.created_at.in_, Post.created_at),
    "updated_at": Filter(moment, Post.updated_at.in_, Post.updated_at),
    "published_at": Filter(moment, Post.published_at.in_, Post.published_at),
}
TOMBSTONE_FILTERS = FILTERS | {"kind": Filter(one_of(list(PostKind)), Post.kind.in_)}  # they have no score


def takes_tombstones(conditions: Sequence[Condition]) -> bool:
    """Whether a filter asks for withdrawn posts too: who follows what changes has to learn of them."""
    return any(condition.field in WITH_TOMBSTONES for condition in conditions)


def tells_score(sort: str, conditions: Sequence[Condition]) -> bool:
    """Whether being in the list, or the place in it, says something of a post's score."""
    return sort in BY_SCORE or any(condition.field in OF_SCORE for condition in conditions)
