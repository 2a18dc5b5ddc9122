"""Importing a venue's papers and reviews: in bulk, in the caller's one transaction, and only what is not there yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from scholarnet.db import chunks, insert_rows
from scholarnet.errors import Invalid
from scholarnet.forms import PostKind, form_of
from scholarnet.models import (
    Post,
    Review,
    ReviewRevision,
    ScoreEvent,
    ScoreEventKind,
    Venue,
)
from scholarnet.services import scores
from scholarnet.services.import_people import People, ensure_people
from scholarnet.services.import_posts import VERSION, ensure_posts, origin_of
from scholarnet.services.rescores import rescore
from scholarnet.services.venues import ensure_venue
from scholarnet.sources.venue_reviews import ItemRow, RatedRow

LONGEST_VENUE = 120  # characters: it is part of every key


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
    post_ids, new_posts = ensure_posts(session, place, rows, people)
    new_reviews = _add_reviews(session, place, scale, reviews, rows, people, post_ids)
    _log(session, new_posts, new_reviews)
    return Added(len(new_posts), len(new_reviews), people.n_new_authors, people.n_new_reviewers)


def _bare(item: str) -> ItemRow:
    return ItemRow(item=item, title=item, abstract="", authors=(), keywords=())


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
    insert_rows(session, ReviewRevision, revisions)
    return [(ids[pair], pair[0]) for pair in new]


def _taken(session: Session, post_ids: Sequence[int]) -> set[tuple[int, int]]:
    """Post and reviewer of every review there is; one that was withdrawn here does not come back."""
    pairs = select(Review.post_id, Review.reviewer_id)
    found = (session.execute(pairs.where(Review.post_id.in_(part))) for part in chunks(post_ids))
    return {(post_id, reviewer_id) for post_id, reviewer_id in chain.from_iterable(found)}


def _content(review: RatedRow, venue: Venue, scale: tuple[float, float]) -> dict[str, Any]:
    overall, (low, high) = form_of(PostKind.PREPRINT).overall, scale
    rating = overall.low + (overall.high - overall.low) * ((review.rating - low) / (high - low))
    return {
        "version_number": VERSION,
        "overall": min(max(rating, float(overall.low)), float(overall.high)),  # rounding must not leave the scale
        "confidence": review.confidence,
        "body": origin_of(venue),
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
    insert_rows(
        session,
        ScoreEvent,
        [{"sequence": at, **dict(zip(names, line, strict=True))} for at, line in enumerate(lines, start=first)],
    )
    moment = scores.next_moment(session)
    for part in chunks(post_ids):
        session.execute(update(Post).where(Post.id.in_(part)).values(updated_at=moment))
    touched = {post_id for _, post_id in reviews}.union(post_ids)
    rescore(session, clock=head.clock, post_ids=sorted(touched))
