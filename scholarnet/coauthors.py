"""Who has written with whom: publications, and posts."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import networkx as nx
from sqlalchemy import (
    ColumnElement,
    Integer,
    Subquery,
    bindparam,
    cast,
    exists,
    func,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from scholarnet.db import Key, UtcDateTime
from scholarnet.edges import Graph, NodeKind, name_of
from scholarnet.models import Authorship, Post, PostAuthor, Publication, Researcher
from scholarnet.permissions import public_posts

MOST_COAUTHORS = 1000
NO_MOMENT = cast(null(), UtcDateTime())  # made once: SQLAlchemy inspects each new type before it finds the statement


@dataclass(frozen=True, slots=True)
class Coauthor:
    """Somebody with the number of `works` written together, and the year of the latest."""

    id: str
    name: str
    works: int
    latest_year: int


def _is_out() -> ColumnElement[bool]:
    """Whoever its audience is: they know that they wrote it together."""
    return Post.version_number > 0


def _shared_works(researcher_id: Any, *, posts: ColumnElement[bool]) -> Subquery:
    """A row for each other author of each publication, and of each of the `posts`, that the person wrote."""
    own = select(Authorship.publication_id).where(Authorship.researcher_id == researcher_id)
    posted = select(PostAuthor.post_id).where(PostAuthor.researcher_id == researcher_id)
    return union_all(
        select(
            Authorship.researcher_id.label("who"),
            Publication.year.label("year"),
            NO_MOMENT.label("published_at"),
        )
        .join(Publication, Publication.id == Authorship.publication_id)
        .where(Authorship.publication_id.in_(own), Authorship.researcher_id != researcher_id),
        select(PostAuthor.researcher_id, cast(null(), Integer), Post.published_at)
        .join(Post, Post.id == PostAuthor.post_id)
        .where(
            PostAuthor.post_id.in_(posted),
            PostAuthor.researcher_id != researcher_id,
            Post.published_at.is_not(None),
            posts,
        ),
    ).subquery()


def list_coauthors(session: Session, *, researcher: Researcher, since_year: int | None = None) -> list[Coauthor]:
    """Return a person's co-authors, of publications and public posts, most works first, in one statement.

    With `since_year`, those of a work of that year or later. At most MOST_COAUTHORS: the database counts, and no more
    is read, however many works there are.
    """
    shared = _shared_works(researcher.id, posts=public_posts())
    n_works, year, published_at = func.count(), func.max(shared.c.year), func.max(shared.c.published_at)
    rows = session.execute(
        select(Researcher.public_id, Researcher.name, n_works, year, published_at)
        .join(shared, shared.c.who == Researcher.id)
        .group_by(Researcher.public_id, Researcher.name)
        .having(_since(year, published_at, since_year))
        .order_by(n_works.desc(), Researcher.name, Researcher.public_id)
        .limit(MOST_COAUTHORS)
    )
    return [
        Coauthor(public_id, name, n, max(year or 0, published_at.year if published_at else 0))
        for public_id, name, n, year, published_at in rows
    ]


def collaborators(session: Session, *, researcher: Researcher, since_year: int | None = None) -> Graph:
    """Return the researcher with their co-authors; an edge says on how many `works`, until which year."""
    graph: Graph = nx.MultiDiGraph()
    centre = name_of(NodeKind.RESEARCHER, researcher.public_id)
    graph.add_node(centre, kind="researcher", label=researcher.name)
    for other in list_coauthors(session, researcher=researcher, since_year=since_year):
        key = name_of(NodeKind.RESEARCHER, other.id)
        graph.add_node(key, kind="researcher", label=other.name)
        graph.add_edge(centre, key, key="coauthor", works=other.works, latest_year=other.latest_year)
    return graph


def wrote_with(researcher_id: Any, author_ids: Any) -> ColumnElement[bool]:
    """Whether this person shared a work with one of the authors, keys or a selection of keys, as late as the parameters
    `since_year` and `since` say.

    A publication's date is known to the year, so the year that the span begins in counts whole.
    """
    shared = _shared_works(researcher_id, posts=_is_out())
    year, moment = bindparam("since_year", type_=Integer), bindparam("since", type_=UtcDateTime())
    is_late = or_(shared.c.year >= year, shared.c.published_at >= moment)
    return exists().where(shared.c.who.in_(author_ids), is_late)


def since(year: int) -> dict[str, Any]:
    """Return the parameters of :func:`wrote_with`."""
    return {"since_year": year, "since": _first_moment(year)}


_WROTE_WITH = select(
    wrote_with(bindparam("researcher_id", type_=Key), bindparam("author_ids", type_=Key, expanding=True))
)


def have_conflict(session: Session, *, reviewer: Researcher, author_ids: Iterable[int], since_year: int) -> bool:
    """Whether the reviewer is one of the authors or has shared a work with one since that year."""
    authors = set(author_ids)
    given = {"researcher_id": reviewer.id, "author_ids": sorted(authors), **since(since_year)}
    return reviewer.id in authors or bool(session.scalar(_WROTE_WITH, given))


def coauthors(session: Session, *, researcher_ids: Collection[int], among: Collection[int]) -> set[int]:
    """Return those `among` who ever wrote a publication or a published post, whoever may see it, with one of these."""
    found = set[int]()
    for key, person, published in (
        (Authorship.publication_id, Authorship.researcher_id, true()),
        (PostAuthor.post_id, PostAuthor.researcher_id, PostAuthor.post_id.in_(select(Post.id).where(_is_out()))),
    ):
        theirs = select(key).where(person.in_(researcher_ids), published)
        found.update(session.scalars(select(person).where(key.in_(theirs), person.in_(among)).distinct()))
    return found - set(researcher_ids)


def _since(
    year: ColumnElement[int], published_at: ColumnElement[datetime | None], since_year: int | None
) -> ColumnElement[bool]:
    """Whether either is of that year or later."""
    first = since_year or 1
    return or_(year >= first, published_at >= _first_moment(first))


def _first_moment(year: int) -> datetime:
    """That of UTC."""
    return datetime(year, 1, 1, tzinfo=UTC)
