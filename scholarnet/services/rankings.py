"""The hot list: a page of ranked posts from one prepared query, authors and tags as JSON text made by the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    exists,
    func,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from scholarnet import cursors
from scholarnet.errors import BadQuery
from scholarnet.filters import Filter, clauses, moment, number, one_of
from scholarnet.forms import PostKind
from scholarnet.json_sql import array_text, json_object
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
    Tag,
    Tier,
)
from scholarnet.models.reputation import UNITS_A_POINT
from scholarnet.services.clock import current_epoch_id
from scholarnet.services.tags import slug_of

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


def _text(column: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """A column of an enumeration as it is stored: nobody pays for making members that become text again."""
    return type_coerce(column, String).label(column.key)


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
            func.coalesce(Reputation.units / float(UNITS_A_POINT), 0.0),
        )
    )
    .join_from(PostAuthor, Researcher, Researcher.id == PostAuthor.researcher_id)
    .outerjoin(Reputation, and_(Reputation.epoch_id == PostScore.epoch_id, Reputation.researcher_id == Researcher.id))
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
_columns: Select[*tuple[Any, ...]] = (
    select(
        Post.public_id,
        _text(Post.kind),
        PostVersion.title,
        PostVersion.abstract,
        _text(Post.status),
        Post.version_number,
        _authors.label("authors"),
        _tags.label("tags"),
        _text(Post.audience),
        Post.created_at,
        Post.updated_at,
        Post.published_at,
        PostScore.value,
        PostScore.low,
        PostScore.high,
        PostScore.best,
        _text(PostScore.tier),
        _text(PostScore.decision),
        PostScore.n_reviews,
    )
    .join_from(PostScore, Post, Post.id == PostScore.post_id)
    .join(PostVersion, and_(PostVersion.post_id == Post.id, PostVersion.number == Post.version_number))
    .where(
        PostScore.epoch_id == current_epoch_id(),
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
    query = _query(name, is_member=is_member, descends=descends, continues=cursor != "*")
    if filters:
        query = query.where(*clauses(filters, FILTERS))
    values: dict[str, Any] = {"limit": per_page + 1}
    if cursor != "*":
        values["last_value"], values["last_id"] = _read(cursor, name)
    rows = session.connection().execute(query, values).all()  # rows of columns: the ORM would only copy them
    page = rows[:per_page]
    return Ranking(page, _write(page[-1], name) if len(rows) > per_page else None)


@cache
def _query(name: str, *, is_member: bool, descends: bool, continues: bool) -> Select[*tuple[Any, ...]]:
    """Return the statement of one of the few kinds of page, built once: building costs as much as running it."""
    keys = (SORTS[name], PostScore.post_id)
    query = _columns.where(Post.audience.in_([Audience.PUBLIC, Audience.MEMBERS] if is_member else [Audience.PUBLIC]))
    if continues:
        query = query.where(_after(keys, descends=descends))
    return query.order_by(*(key.desc() if descends else key.asc() for key in keys)).limit(
        bindparam("limit", type_=Integer)
    )


def _after(
    keys: tuple[InstrumentedAttribute[Any], InstrumentedAttribute[int]], *, descends: bool
) -> ColumnElement[bool]:
    last = tuple_(
        bindparam("last_value", type_=keys[0].type),
        select(Post.id).where(Post.public_id == bindparam("last_id")).scalar_subquery(),
    )
    return tuple_(*keys) < last if descends else tuple_(*keys) > last


def _write(row: Row[Any], name: str) -> str:
    value = row.best if name == "best" else row.published_at
    return cursors.encode(orjson.dumps([name, value, row.public_id]).decode())


def _read(cursor: str, name: str) -> tuple[Any, str]:
    text = cursors.decode(cursor)
    try:
        sort, value, public_id = orjson.loads(text)
        value = moment(value) if name == "new" else number(value)
    except (ValueError, TypeError) as error:
        raise cursors.BadCursor from error
    if sort != name or not isinstance(public_id, str):
        msg = f"belongs to sort={sort}"
        raise cursors.BadCursor(msg)
    return value, public_id
