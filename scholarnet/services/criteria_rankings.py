"""A list ranked anew by a reader's own weights of criteria."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from operator import itemgetter
from typing import Any

import numpy as np
import orjson
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from scholarnet import cursors
from scholarnet.criteria import read_criteria, write_criteria
from scholarnet.filters import number
from scholarnet.models import Post, PostScore, PostStatus, Researcher
from scholarnet.services.clock import Clock, clock_of, current_epoch_id
from scholarnet.services.observations import CRITERIA
from scholarnet.services.ranking_rows import NO_SCORE
from scholarnet.services.rankings import rank_posts
from scholarnet.services.readings import read_table
from scholarnet.services.rescores import observe, reviews_of
from scoring.arrays import Ints
from scoring.criteria import scores_by
from scoring.review_table import ReviewTable
from scoring.reviews import Reviews

MOST_POSTS = 1000
MOST_REVIEWS = 20_000  # of these posts together, read in under a second: where there are more, fewer are ranked anew
SHOWN = ("value", "low", "high", "best")
Score = dict[str, Any]
Key = tuple[int, float, str]  # posts with a score before others, the best first, then by public id


@dataclass(frozen=True, slots=True)
class CriteriaRanking:
    """A page: rows as a ranking has them, the score of each by the reader's weights, None where no review that counts
    answers any of these criteria; the cursor of the next page, and how many posts were ranked anew."""

    rows: Sequence[Row[Any]]
    scores: Sequence[Score | None]
    next_cursor: str | None
    n_posts: int


@dataclass(frozen=True, slots=True)
class Items:
    """Posts as the epoch in force reads them, by public id in the order of the arrays."""

    public_ids: Sequence[str]
    clock: Clock
    reviews: Reviews
    table: ReviewTable
    n_trusted: Ints

    def scores(self, weights: dict[str, float]) -> dict[str, Score]:
        """What SHOWN says of each post, by these weights; those without an answer are not in it."""
        columns = np.array([weights.get(name, 0.0) for name in self.clock.criteria])
        found = scores_by(self.reviews, self.clock.population, self.table, self.n_trusted, columns)
        numbers = zip(*(getattr(found, name).tolist() for name in SHOWN), strict=True)
        posts = zip(self.public_ids, numbers, found.n_reviews.tolist(), strict=True)
        return {public_id: dict(zip(SHOWN, values, strict=True)) for public_id, values, n in posts if n}

    def among(self, public_ids: Sequence[str]) -> "Items":
        """The same posts with the reviews of these alone."""
        kept = np.isin(np.array(self.public_ids)[self.reviews.item], public_ids)
        rows = np.flatnonzero(kept)
        return replace(self, reviews=self.reviews.take(rows), table=self.table.take(rows))


def rank_by_criteria(
    session: Session,
    *,
    viewer: Researcher | None,
    criteria: str,
    sort: str = "best",
    filters: str = "",
    search: str = "",
    cursor: str = "*",
    per_page: int = 25,
) -> CriteriaRanking:
    """Return a page of the first thousand of a list, ranked by `best` with the reader's weights in place of the forms'.

    All else of the model is as the epoch in force has it (`scoring.criteria`). Posts without an answer to any of these
    criteria come last, in the order of their own `best`. A place tells of a score: posts of which `viewer` holds an
    open review are left out. BadQuery names what is wrong with `criteria`, and a cursor of other weights is refused.
    Every page ranks the thousand anew, from one snapshot; within an epoch a place moves only by what is reviewed.
    """
    weights = read_criteria(criteria, CRITERIA)
    name = f"{sort} {write_criteria(weights)}"
    after = None if cursor == "*" else _read(cursor, name)
    listed = rank_posts(session, viewer=viewer, sort=sort, filters=filters, search=search, per_page=MOST_POSTS)
    rows = _bounded([row for row in listed.rows if not row.is_withheld])
    items = _read_items(session, [row.public_id for row in rows])
    scores = items.scores(weights) if items else {}
    keyed = sorted(((_key(row, scores.get(row.public_id)), row) for row in rows), key=itemgetter(0))
    left = [pair for pair in keyed if after is None or pair[0] > after]
    page = [row for _, row in left[:per_page]]
    return CriteriaRanking(
        page,
        _by_criterion(items, weights, scores, [row.public_id for row in page]),
        _write(name, left[per_page - 1][0]) if len(left) > per_page else None,
        len(rows),
    )


def _bounded(rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """The first of these posts, as far as their reviews are not too many to be read."""
    total = accumulate(row.n_reviews or 0 for row in rows)
    return [row for row, n in zip(rows, total, strict=True) if n <= MOST_REVIEWS]


def _read_items(session: Session, public_ids: Sequence[str]) -> Items | None:
    """Read the reviews of those that are published; None where none is."""
    posts = session.execute(
        select(Post.id, Post.public_id, Post.kind, PostScore.n_trusted, PostScore.epoch_id)
        .join(PostScore, PostScore.post_id == Post.id)
        .where(
            PostScore.epoch_id == current_epoch_id(),
            Post.public_id.in_(public_ids),
            Post.status == PostStatus.PUBLISHED,
        )
    ).all()
    if not posts:
        return None
    clock = clock_of(session, posts[0].epoch_id)
    post_ids = [post.id for post in posts]
    observations = observe(session, post_ids)
    return Items(
        [post.public_id for post in posts],
        clock,
        reviews_of(clock, observations, post_ids, [post.kind for post in posts]),
        read_table(session, clock=clock, observations=observations),
        np.array([post.n_trusted for post in posts], dtype=np.int64),
    )


def _by_criterion(
    items: Items | None, weights: dict[str, float], scores: dict[str, Score], public_ids: Sequence[str]
) -> list[Score | None]:
    """The scores of these posts with the value by each criterion alone; None where nobody answered it."""
    if items is None:
        return [None] * len(public_ids)
    few = items.among(public_ids)
    alone = {name: few.scores({name: 1.0}) for name in weights}
    return [
        scores[one] | {"by_criterion": {name: alone[name].get(one, {}).get("value") for name in weights}}
        if one in scores
        else None
        for one in public_ids
    ]


def _key(row: Row[Any], score: Score | None) -> Key:
    if score is None:
        return 1, -(NO_SCORE if row.best is None else row.best), row.public_id
    return 0, -score["best"], row.public_id


def _write(name: str, key: Key) -> str:
    return cursors.encode(orjson.dumps([name, *key]).decode())


def _read(cursor: str, name: str) -> Key:
    """Return the place that a cursor of this ranking stands at."""
    text = cursors.decode(cursor)
    try:
        made_for, group, value, public_id = orjson.loads(text)
        key = int(group), number(value), str(public_id)
    except (ValueError, TypeError, OverflowError) as error:
        raise cursors.BadCursor from error
    if made_for != name:
        msg = f"belongs to sort and criteria {made_for!s}"
        raise cursors.BadCursor(msg)
    return key
