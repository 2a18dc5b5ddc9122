"""The public works on a topic, found by full text, tags and citations, and whose they are.

A number of statements that does not grow, and a number of rows with a bound: of each word at most `MOST_HITS` works,
then the `MOST_WORKS` that have most of the rarest words, then `MOST_NEIGHBOURS` that those cite or are cited by.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import log
from typing import Any, TypeAlias

from sqlalchemy import CompoundSelect, Integer, Select, literal, or_, select, union_all
from sqlalchemy.orm import Session

from scholarnet.edges import NodeKind
from scholarnet.models import (
    Authorship,
    Citation,
    Identity,
    Post,
    PostAuthor,
    PostTag,
    PostVersion,
    Publication,
    Researcher,
    Review,
    Tag,
)
from scholarnet.permissions import live_publications, public_posts, visible_reviews
from scholarnet.search import having
from scholarnet.topics import document, key_terms

MOST_HITS, MOST_WORKS, MOST_NEIGHBOURS, MOST_CITATIONS = 1000, 400, 200, 20_000
FOLLOWED = 100  # works whose citations are looked at

Work: TypeAlias = tuple[NodeKind, int]


@dataclass(frozen=True, slots=True)
class Topic:
    """What is looked for; `post_id` is the post that it comes from, if any, which is not among what is found."""

    title: str
    text: str = ""
    tags: tuple[str, ...] = ()
    post_id: int | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """What readers know a work by."""

    public_id: str
    title: str


@dataclass(frozen=True, slots=True)
class TopicalWorks:
    """`terms` counts those of each work; `wrote` and `reviewed` have (person, work), `citations` (citing, cited).

    A work is its place in `works` there, a person their key.
    """

    works: list[Work]
    labels: list[Label]
    terms: list[Counter[str]]
    wrote: set[tuple[int, int]]
    reviewed: set[tuple[int, int]]
    citations: set[tuple[int, int]]


def find_works(session: Session, *, topic: Topic, viewer: Researcher | None) -> TopicalWorks:
    """Return the works on the topic and around it; reviews are the signed ones `viewer` may see."""
    found = _hits(session, topic)
    published = [key for kind, key in found if kind is NodeKind.PUBLICATION]
    citations = _citations(session, published[:FOLLOWED])
    known = set(published)
    beside = Counter(end for pair in citations for end in pair if end not in known)
    nearest = [key for key, _ in sorted(beside.items(), key=lambda one: (-one[1], one[0]))[:MOST_NEIGHBOURS]]
    posts = [key for kind, key in found if kind is NodeKind.POST]
    read = {**_publications(session, [*published, *nearest]), **_posts(session, posts)}
    place = {work: at for at, work in enumerate(read)}
    return TopicalWorks(
        works=list(read),
        labels=[label for label, _ in read.values()],
        terms=[terms for _, terms in read.values()],
        wrote=_placed(place, NodeKind.PUBLICATION, _authors(session, [*published, *nearest]))
        | _placed(place, NodeKind.POST, _post_authors(session, posts)),
        reviewed=_placed(place, NodeKind.POST, _reviewers(session, posts, viewer)),
        citations={
            (place[NodeKind.PUBLICATION, citing], place[NodeKind.PUBLICATION, cited])
            for citing, cited in citations
            if (NodeKind.PUBLICATION, citing) in place and (NodeKind.PUBLICATION, cited) in place
        },
    )


def _hits(session: Session, topic: Topic) -> list[Work]:
    """The works that have most of the topic's words and tags, a rare one counting more; ties by their keys."""
    words = key_terms(topic.title, topic.text)
    weight: dict[Work, float] = defaultdict(float)
    if words:
        publications = [_with_words(session, one) for one in words]
        _add(weight, NodeKind.PUBLICATION, session.execute(_numbered(publications)))
        posts = [_posts_with_words(session, one, topic) for one in words]
        _add(weight, NodeKind.POST, session.execute(_numbered(posts)))
    if topic.tags:
        _add(weight, NodeKind.POST, session.execute(_posts_with_tags(topic)))
    return sorted(weight, key=lambda work: (-weight[work], work))[:MOST_WORKS]


def _numbered(queries: Sequence[Select[int]]) -> CompoundSelect[int, int]:
    """The rows of all of them in one statement, each with the number of its query."""
    tables = (query.subquery() for query in queries)
    return union_all(*(select(literal(at, Integer), one.c.id) for at, one in enumerate(tables)))


def _add(weight: dict[Work, float], kind: NodeKind, rows: Iterable[Any]) -> None:
    """What is in n works adds ln(MOST_HITS + 1) − ln(n): next to nothing where n is as many as are looked at."""
    by_word = defaultdict[int, list[int]](list)
    for word, key in rows:
        by_word[word].append(key)
    for keys in by_word.values():
        for key in keys:
            weight[kind, key] += log((MOST_HITS + 1) / len(keys))


def _with_words(session: Session, words: Iterable[str]) -> Select[int]:
    return having(session.get_bind(), Publication, words).limit(MOST_HITS)


def _posts_with_words(session: Session, words: Iterable[str], topic: Topic) -> Select[int]:
    return (
        having(session.get_bind(), PostVersion, words)
        .with_only_columns(Post.id)
        .join(Post, (PostVersion.post_id == Post.id) & (PostVersion.number == Post.version_number))
        .where(public_posts(), Post.id != (topic.post_id or 0))
        .limit(MOST_HITS)
    )


def _posts_with_tags(topic: Topic) -> Select[int, int]:
    return (
        select(PostTag.tag_id, Post.id)
        .join(Post, Post.id == PostTag.post_id)
        .join(Tag, Tag.id == PostTag.tag_id)
        .where(Tag.name.in_(topic.tags), public_posts(), Post.id != (topic.post_id or 0))
        .order_by(Post.published_at.desc(), Post.id.desc())
        .limit(MOST_HITS)
    )


def _citations(session: Session, keys: Collection[int]) -> list[tuple[int, int]]:
    ends = or_(Citation.citing_id.in_(keys), Citation.cited_id.in_(keys))
    rows = session.execute(select(Citation.citing_id, Citation.cited_id).where(ends).limit(MOST_CITATIONS))
    return [(citing, cited) for citing, cited in rows]


def _publications(session: Session, keys: Collection[int]) -> dict[Work, tuple[Label, Counter[str]]]:
    rows = session.execute(
        select(Publication.id, Publication.public_id, Publication.title, Publication.abstract)
        .where(Publication.id.in_(keys), live_publications())
        .order_by(Publication.id)
    )
    return {
        (NodeKind.PUBLICATION, row.id): (Label(row.public_id, row.title), document(row.title, row.abstract))
        for row in rows
    }


def _posts(session: Session, keys: Collection[int]) -> dict[Work, tuple[Label, Counter[str]]]:
    tags = defaultdict[int, list[str]](list)
    tagged = select(PostTag.post_id, Tag.name).join(Tag, Tag.id == PostTag.tag_id).where(PostTag.post_id.in_(keys))
    for post_id, name in session.execute(tagged):
        tags[post_id].append(name)
    rows = session.execute(
        select(Post.id, Post.public_id, PostVersion.title, PostVersion.abstract)
        .join(PostVersion, (PostVersion.post_id == Post.id) & (PostVersion.number == Post.version_number))
        .where(Post.id.in_(keys))
        .order_by(Post.id)
    )
    return {
        (NodeKind.POST, row.id): (Label(row.public_id, row.title), document(row.title, row.abstract, tags[row.id]))
        for row in rows
    }


def _authors(session: Session, keys: Collection[int]) -> Sequence[Any]:
    pairs = select(Authorship.researcher_id, Authorship.publication_id)
    return session.execute(pairs.where(Authorship.publication_id.in_(keys))).all()


def _post_authors(session: Session, keys: Collection[int]) -> Sequence[Any]:
    return session.execute(
        select(PostAuthor.researcher_id, PostAuthor.post_id).where(PostAuthor.post_id.in_(keys))
    ).all()


def _reviewers(session: Session, keys: Collection[int], viewer: Researcher | None) -> Sequence[Any]:
    """Of the signed reviews alone: an unsigned one must not show in what its author is found by."""
    return session.execute(
        select(Review.reviewer_id, Review.post_id).where(
            Review.post_id.in_(keys),
            Review.withdrawn_at.is_(None),
            Review.identity == Identity.SIGNED,
            visible_reviews(viewer),
        )
    ).all()


def _placed(place: dict[Work, int], kind: NodeKind, pairs: Sequence[Any]) -> set[tuple[int, int]]:
    return {(person, place[kind, key]) for person, key in pairs if (kind, key) in place}
