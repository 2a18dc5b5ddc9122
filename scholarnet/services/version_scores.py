"""Scores of a post's versions: each from what the reviews said of it, read by the epoch in force.

Of a review that was revised counts the latest revision that judged the version or one before it. It counts half if it
had faded in that version or before. The latest version has the stored score, to the last bit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from scholarnet.errors import NotFound
from scholarnet.models import Post, PostVersion, Researcher, Review, ReviewRevision
from scholarnet.services.clock import clock_of
from scholarnet.services.observations import Observation, live_observations
from scholarnet.services.readings import read_table
from scholarnet.services.rescores import columns_of, score_posts
from scholarnet.services.scores import find_score
from scholarnet.services.withholding import withheld_among

SAID = ("overall", "ratings", "confidence", "faded_in")


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version; `score` (value, low, high, n_reviews) is None for drafts, and where it is withheld."""

    content: PostVersion
    score: dict[str, Any] | None


def view_versions(
    session: Session, *, post: Post, versions: Sequence[PostVersion], viewer: Researcher | None
) -> list[VersionView]:
    """Return versions with their scores as `viewer` may see them, in a number of statements that does not grow."""
    numbers = [version.number for version in versions if version.published_at]
    is_withheld = bool(withheld_among(session, viewer=viewer, post_ids=[post.id]))
    scores = {} if is_withheld else _scores(session, post, numbers)
    return [VersionView(version, scores.get(version.number)) for version in versions]


def observe_version(session: Session, *, post: Post, number: int) -> list[Observation]:
    """Return what the live reviews said of a published version, in the order of their ids; NotFound without it."""
    if not 1 <= number <= post.version_number:
        raise NotFound("published version", str(number))
    return _observe(session, post, [number])[number]


def _scores(session: Session, post: Post, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Score all versions at once: to the model they are as many items, named by their numbers."""
    stored = find_score(session, post=post)
    if stored is None or not numbers:
        return {}
    clock = clock_of(session, stored.epoch_id)
    said = [(number, one) for number, row in _observe(session, post, numbers).items() for one in row]
    table = read_table(session, clock=clock, observations=[one for _, one in said])
    items = [one._replace(post_id=number) for number, one in said]
    of_each = [post.kind] * len(numbers), [stored.n_trusted] * len(numbers)
    return dict(zip(numbers, columns_of(score_posts(clock, items, table, numbers, *of_each)), strict=True))


def _observe(session: Session, post: Post, numbers: Sequence[int]) -> dict[int, list[Observation]]:
    """The observations of each version, from the reviews as they are and the revisions before."""
    present = {
        row.id: (row.version_number, Observation._make(row[: len(Observation._fields)]))
        for row in session.execute(
            live_observations().add_columns(Review.version_number).where(Review.post_id == post.id).order_by(Review.id)
        )
    }
    past: dict[int, list[Any]] = {}
    if any(number < post.version_number for number in numbers):
        for row in session.execute(_past(post)):
            past.setdefault(row.review_id, []).append(row)
    return {
        number: [
            one
            for review_id, (judged, latest) in present.items()
            if (one := _said(latest, judged, past.get(review_id, []), number)) is not None
        ]
        for number in numbers
    }


def _past(post: Post) -> Any:
    columns = (getattr(ReviewRevision, name) for name in ("review_id", "version_number", *SAID))
    return (
        select(*columns)
        .join(Review, and_(Review.id == ReviewRevision.review_id, ReviewRevision.number < Review.revision_number))
        .where(Review.post_id == post.id, Review.withdrawn_at.is_(None))
        .order_by(ReviewRevision.review_id, ReviewRevision.number)
    )


def _said(latest: Observation, judged: int, past: Sequence[Any], number: int) -> Observation | None:
    """What the review said of version `number`; None if it came with a later one."""
    if judged <= number:
        return latest._replace(faded_in=_until(latest.faded_in, number))
    before = [row for row in past if row.version_number <= number]
    if not before:
        return None
    said = {name: getattr(before[-1], name) for name in SAID}
    return latest._replace(**said | {"faded_in": _until(said["faded_in"], number)})


def _until(faded_in: int | None, number: int) -> int | None:
    return faded_in if faded_in is not None and faded_in <= number else None
