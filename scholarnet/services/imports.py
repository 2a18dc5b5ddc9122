"""Importing a venue's papers and reviews: in bulk, in the caller's one transaction, and only what is not there yet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from scholarnet.db import Base, now
from scholarnet.errors import Invalid
from scholarnet.forms import PostKind, form_of
from scholarnet.models import (
    Post,
    PostAuthor,
    PostStatus,
    PostTag,
    PostVersion,
    Review,
    ReviewRevision,
    ScoreEvent,
    ScoreEventKind,
    Venue,
)
from scholarnet.services import scores
from scholarnet.services.import_people import People, ensure_people
from scholarnet.services.posts import MOST_TAGS
from scholarnet.services.tags import ensure_tags, slug_of
from scholarnet.services.venues import ensure_venue
from scholarnet.sources.venue_reviews import ItemRow, RatedRow

CHUNK = 5_000  # names in one IN list: SQLite takes 32,766
LONGEST_VENUE = 120  # characters: it is part of every key
VERSION = 1
T = TypeVar("T")


class ReviewerScope(StrEnum):
    """How far a reviewer's token reaches: `item` makes it a person of its own in each item."""

    ITEM = "item"
    VENUE = "venue"


@dataclass(frozen=True, slots=True)
class Added:
    """How many rows an import added."""

    posts: int
    reviews: int
    authors: int
    reviewers: int


def import_reviews(
    session: Session,
    *,
    venue: str,
    scale: tuple[float, float],
    reviews: Sequence[RatedRow],
    items: Mapping[str, ItemRow],
    scope: ReviewerScope = ReviewerScope.VENUE,
    is_verified: bool = False,
) -> Added:
    """Add posts, authors, tags and reviews, their log and their scores.

    `scale` is the least and the greatest rating of the venue. What was imported before is recognised by its key and
    stays as it is; a post that was withdrawn here takes no more reviews.
    """
    place = ensure_venue(session, name=venue)
    if len(place.name) > LONGEST_VENUE:
        raise Invalid("venue", f"has {len(place.name)} characters; at most {LONGEST_VENUE} are allowed")
    rows = {review.item: items.get(review.item) or _bare(review.item) for review in reviews} | dict(items)
    people = ensure_people(
        session,
        venue=place.name,
        items=list(rows.values()),
        reviews=reviews,
        by_item=scope is ReviewerScope.ITEM,
        is_verified=is_verified,
    )
    post_ids, new_posts = _add_posts(session, place, rows, people)
    new_reviews = _add_reviews(session, place, scale, reviews, rows, people, post_ids)
    _log(session, new_posts, new_reviews)
    return Added(len(new_posts), len(new_reviews), people.n_new_authors, people.n_new_reviewers)


def _bare(item: str) -> ItemRow:
    return ItemRow(item=item, title=item, abstract="", authors=(), keywords=())


def _add_posts(
    session: Session, venue: Venue, rows: Mapping[str, ItemRow], people: People
) -> tuple[dict[str, int], list[int]]:
    """Return the ids of the posts that can be reviewed by item, and those of the new ones."""
    keys = {people.key("item", item): item for item in rows}
    known: dict[str, int] = {}
    gone: set[str] = set()
    for part in _chunks(sorted(keys)):
        for post in session.execute(select(Post.source_key, Post.id, Post.status).where(Post.source_key.in_(part))):
            item = keys[post.source_key]
            known[item] = post.id
            if post.status is not PostStatus.PUBLISHED:
                gone.add(item)
    missing = {key: item for key, item in keys.items() if item not in known}
    new = {missing[row.source_key]: row.id for row in _insert_posts(session, venue, missing)}
    _add_contents(session, venue, {new[item]: rows[item] for item in new}, people)
    ids = {item: post_id for item, post_id in (known | new).items() if item not in gone}
    return ids, sorted(new.values())


def _insert_posts(session: Session, venue: Venue, keys: Iterable[str]) -> Sequence[Any]:
    moment = now()
    posts = [
        {
            "kind": PostKind.PREPRINT,
            "status": PostStatus.PUBLISHED,
            "version_number": VERSION,
            "venue_id": venue.id,
            "source_key": key,
            "published_at": moment,
        }
        for key in keys
    ]
    return session.execute(insert(Post).returning(Post.source_key, Post.id), posts).all() if posts else []


def _add_contents(session: Session, venue: Venue, rows: Mapping[int, ItemRow], people: People) -> None:
    """Add the frozen version, the authors and the tags of new posts."""
    moment = now()
    tag_ids = _ensure_tags(session, rows.values())
    versions = [
        {
            "post_id": post_id,
            "number": VERSION,
            "title": row.title,
            "abstract": row.abstract or _origin(venue),
            "published_at": moment,
        }
        for post_id, row in rows.items()
    ]
    authors = [
        {"post_id": post_id, "researcher_id": people.author_ids[name], "position": position}
        for post_id, row in rows.items()
        for position, name in enumerate(row.authors, start=1)
    ]
    tags = [{"post_id": post_id, "tag_id": tag_ids[slug]} for post_id, row in rows.items() for slug in _slugs(row)]
    for table, lines in ((PostVersion, versions), (PostAuthor, authors), (PostTag, tags)):
        _insert(session, table, lines)


def _ensure_tags(session: Session, rows: Iterable[ItemRow]) -> dict[str, int]:
    labels = {slug: keyword for row in rows for slug, keyword in _slugs(row).items()}
    ids: dict[str, int] = {}
    for part in _chunks(sorted(labels)):
        found = ensure_tags(session, labels=[labels[slug] for slug in part])
        ids |= {slug: tag.id for slug, tag in found.items()}
    return ids


def _slugs(row: ItemRow) -> dict[str, str]:
    """The keywords that can be tags, by slug, as many as a post may have."""
    slugs = {slug_of(keyword): keyword for keyword in row.keywords}
    return {slug: slugs[slug] for slug in [slug for slug in slugs if slug][:MOST_TAGS]}


def _add_reviews(
    session: Session,
    venue: Venue,
    scale: tuple[float, float],
    reviews: Sequence[RatedRow],
    rows: Mapping[str, ItemRow],
    people: People,
    post_ids: Mapping[str, int],
) -> list[tuple[int, int]]:
    """Return the ids of new reviews and of their posts."""
    taken = _taken(session, sorted(set(post_ids.values())))
    new: dict[tuple[int, int], dict[str, Any]] = {}
    for review in reviews:
        reviewer = people.reviewer_of(review)
        pair = (post_ids.get(review.item, 0), reviewer.id)
        if pair[0] and pair not in taken:
            new[pair] = {
                "post_id": pair[0],
                "reviewer_id": pair[1],
                "trust": reviewer.trust,
                "eligibility": 0.0 if _is_author(review, rows[review.item]) else 1.0,
                **_content(review, venue, scale),
            }
    if not new:
        return []
    added = session.execute(insert(Review).returning(Review.id, Review.post_id, Review.reviewer_id), [*new.values()])
    ids = {(post_id, reviewer_id): review_id for review_id, post_id, reviewer_id in added}
    content = ("version_number", "overall", "confidence", "body")
    revisions = [
        {"review_id": ids[pair], "number": 1, **{name: row[name] for name in content}} for pair, row in new.items()
    ]
    _insert(session, ReviewRevision, revisions)
    return [(ids[pair], pair[0]) for pair in new]


def _taken(session: Session, post_ids: Sequence[int]) -> set[tuple[int, int]]:
    """Post and reviewer of every review there is; one that was withdrawn here does not come back."""
    pairs = select(Review.post_id, Review.reviewer_id)
    found = (session.execute(pairs.where(Review.post_id.in_(part))) for part in _chunks(post_ids))
    return {(post_id, reviewer_id) for post_id, reviewer_id in chain.from_iterable(found)}


def _content(review: RatedRow, venue: Venue, scale: tuple[float, float]) -> dict[str, Any]:
    overall, (low, high) = form_of(PostKind.PREPRINT).overall, scale
    rating = overall.low + (overall.high - overall.low) * ((review.rating - low) / (high - low))
    return {
        "version_number": VERSION,
        "overall": min(max(rating, float(overall.low)), float(overall.high)),  # rounding must not leave the scale
        "confidence": review.confidence,
        "body": _origin(venue),
    }


def _is_author(review: RatedRow, row: ItemRow) -> bool:
    """A name never proves who somebody is, but it is reason enough not to count a review of what may be one's own."""
    return review.reviewer.casefold() in {name.casefold() for name in row.authors}


def _log(session: Session, post_ids: Sequence[int], reviews: Sequence[tuple[int, int]]) -> None:
    """Write the lines of all that is new, and the scores that follow, as one block of the log."""
    published = [(ScoreEventKind.POST_PUBLISHED, post_id, None, {"version": VERSION}) for post_id in post_ids]
    submitted = [
        (ScoreEventKind.REVIEW_SUBMITTED, post_id, review_id, {"revision": 1}) for review_id, post_id in reviews
    ]
    lines = [*published, *submitted]
    if not lines:
        return
    head = scores.hold_log(session, lines=len(lines))
    names = ("kind", "post_id", "review_id", "payload")
    first = head.sequence - len(lines) + 1
    _insert(
        session,
        ScoreEvent,
        [{"sequence": at, **dict(zip(names, line, strict=True))} for at, line in enumerate(lines, start=first)],
    )
    touched = {post_id for _, post_id in reviews}.union(post_ids)
    scores.rescore(session, clock=head.clock, post_ids=sorted(touched))


def _origin(venue: Venue) -> str:
    return f"Imported from {venue.name}."


def _insert(session: Session, table: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(table), rows)


def _chunks(values: Sequence[T]) -> Iterable[Sequence[T]]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
