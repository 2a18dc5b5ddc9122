"""The hot list: a page of ranked posts from one prepared query, authors and tags as JSON text made by the database."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, exists, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from scholarnet.errors import BadQuery
from scholarnet.filters import Filter, clauses, moment, number, one_of
from scholarnet.forms import PostKind
from scholarnet.json_sql import array_text, json_object, json_text
from scholarnet.models import (
    Audience,
    Decision,
    Post,
    PostAuthor,
    PostScore,
    PostStatus,
    PostTag,
    PostVersion,
    Reputation,
    Researcher,
    ScoreLog,
    Tag,
    Tier,
)
from scholarnet.services.tags import slug_of

UNITS_A_POINT = 10_000.0

SORTS: dict[str, InstrumentedAttribute[Any]] = {"best": PostScore.best, "new": Post.published_at}


def _has_tag(names: Sequence[str]) -> ColumnElement[bool]:
    tagged = select(PostTag.post_id).join(Tag, Tag.id == PostTag.tag_id).where(Tag.name.in_(names))
    return Post.id.in_(tagged)


def _has_author(ids: Sequence[str]) -> ColumnElement[bool]:
    return exists().where(
        PostAuthor.post_id == Post.id, PostAuthor.researcher_id == Researcher.id, Researcher.public_id.in_(ids)
    )


FILTERS: dict[str, Filter] = {
    "kind": Filter(one_of(list(PostKind)), PostScore.kind.in_),
    "tier": Filter(one_of(list(Tier)), PostScore.tier.in_),
    "decision": Filter(one_of(list(Decision)), PostScore.decision.in_),
    "tag": Filter(slug_of, _has_tag),
    "author": Filter(str, _has_author),
    "score": Filter(number, PostScore.value.in_, PostScore.value),
    "n_reviews": Filter(number, PostScore.n_reviews.in_, PostScore.n_reviews),
    "created_at": Filter(moment, Post.created_at.in_, Post.created_at),
    "updated_at": Filter(moment, Post.updated_at.in_, Post.updated_at),
    "published_at": Filter(moment, Post.published_at.in_, Post.published_at),
}

_authors = array_text(
    select(
        json_object(
            "id",
            Researcher.public_id,
            "name",
            Researcher.name,
            "handle",
            Researcher.handle,
            "reputation",
            func.coalesce(Reputation.units / UNITS_A_POINT, 0.0),
        )
    )
    .join_from(PostAuthor, Researcher, Researcher.id == PostAuthor.researcher_id)
    .outerjoin(
        Reputation, and_(Reputation.epoch_id == PostScore.epoch_id, Reputation.researcher_id == Researcher.id)
    )
    .where(PostAuthor.post_id == Post.id)
    .order_by(PostAuthor.position)
    .correlate(Post, PostScore)
)
_tags = array_text(
    select(json_text(Tag.name))
    .join_from(PostTag, Tag, Tag.id == PostTag.tag_id)
    .where(PostTag.post_id == Post.id)
    .order_by(Tag.name)
    .correlate(Post)
)
_columns: Select[*tuple[Any, ...]] = (
    select(
        Post.public_id,
        Post.kind,
        PostVersion.title,
        PostVersion.abstract,
        Post.status,
        Post.version_number,
        _authors.label("authors"),
        _tags.label("tags"),
        Post.audience,
        Post.created_at,
        Post.updated_at,
        Post.published_at,
        PostScore.value,
        PostScore.low,
        PostScore.high,
        PostScore.best,
        PostScore.tier,
        PostScore.decision,
        PostScore.n_reviews,
    )
    .join_from(PostScore, Post, Post.id == PostScore.post_id)
    .join(PostVersion, and_(PostVersion.post_id == Post.id, PostVersion.number == Post.version_number))
    .where(
        PostScore.epoch_id == select(ScoreLog.current_epoch_id).scalar_subquery(),
        Post.status == PostStatus.PUBLISHED,
    )
)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Rows of a page in the order asked for, and the cursor of the next; None at the end."""

    rows: Sequence[Row[Any]]
    next_cursor: str | None


def rank_posts(
    session: Session,
    *,
    is_member: bool,
    sort: str = "best",
    filters: str = "",
    cursor: str = "*",
    per_page: int = 25,
) -> Ranking:
    """Return a page of published posts; what only members may see is left out for others.

    `sort` is one of SORTS, best or newest first, with a minus the other way round. Cost: one statement, which reads
    an index backwards from the cursor; the page's number does not matter.
    """
    name, descends = sort.removeprefix("-"), not sort.startswith("-")
    if name not in SORTS:
        msg = f"sort: there is no {sort!r}; there are: {', '.join(f'{one}, -{one}' for one in SORTS)}"
        raise BadQuery(msg)
    keys = (SORTS[name], PostScore.post_id)
    audiences = [Audience.PUBLIC, Audience.MEMBERS] if is_member else [Audience.PUBLIC]
    query = _columns.where(Post.audience.in_(audiences), *clauses(filters, FILTERS))
    if cursor != "*":
        query = query.where(_after(keys, *_read(cursor, name), descends=descends))
    query = query.order_by(*(key.desc() if descends else key.asc() for key in keys)).limit(per_page + 1)
    rows = session.execute(query).all()
    page = rows[:per_page]
    return Ranking(page, _write(page[-1], name) if len(rows) > per_page else None)


def _after(
    keys: tuple[InstrumentedAttribute[Any], InstrumentedAttribute[int]], value: Any, public_id: str, *, descends: bool
) -> ColumnElement[bool]:
    last = tuple_(
        bindparam(None, value, keys[0].type, unique=True),
        select(Post.id).where(Post.public_id == public_id).scalar_subquery(),
    )
    return tuple_(*keys) < last if descends else tuple_(*keys) > last


def _write(row: Row[Any], name: str) -> str:
    value = row.best if name == "best" else row.published_at
    text = orjson.dumps([name, value, row.public_id])
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _read(cursor: str, name: str) -> tuple[Any, str]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        sort, value, public_id = orjson.loads(text)
        value = moment(value) if name == "new" else number(value)
    except (ValueError, TypeError, binascii.Error) as error:
        msg = "cursor: is not one of this list; begin with cursor=*"
        raise BadQuery(msg) from error
    if sort != name or not isinstance(public_id, str):
        msg = f"cursor: belongs to sort={sort}; begin with cursor=*"
        raise BadQuery(msg)
    return value, public_id
