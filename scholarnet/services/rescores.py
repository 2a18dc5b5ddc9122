"""Scores of posts computed anew on the fast clock: three statements read all that they rest on, and one writes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import String, and_, bindparam, delete, func, insert, select, type_coerce, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from scholarnet.db import Key, chunks, now
from scholarnet.models import Epoch, Post, PostScore, PostStatus, PostTag, Review, TopicRate
from scholarnet.services.clock import Clock
from scholarnet.services.happening_columns import Happenings, to_events
from scholarnet.services.happenings import has_marks, of_review, read_marks
from scholarnet.services.observation_columns import Observations, to_reviews
from scholarnet.services.observations import Observation, as_observations, live_observations
from scholarnet.services.readings import Reading, clusters_in, table_of, with_readings
from scholarnet.services.single_scores import columns_of_one, to_happened
from scholarnet.services.sort_keys import keys_of
from scoring.arrays import Floats
from scoring.item import Scores, score
from scoring.review_table import ReviewTable
from scoring.reviews import Reviews
from scoring.single import FEW

CHUNK = 500  # posts that are rescored together, so that lists of names in a query stay short
OBSERVED = len(Observation._fields)

# The statements of every review write, built once, and rows of columns: the ORM costs more than they do.
_EPOCH, _POSTS = bindparam("epoch_id", type_=Key), bindparam("post_ids", type_=Key, expanding=True)
_base = select(Epoch.base_rate).where(Epoch.id == _EPOCH).scalar_subquery()
_busiest = (  # so that nobody gains by adding a quiet topic
    select(func.max(func.coalesce(TopicRate.rate, _base)))
    .select_from(PostTag)
    .outerjoin(TopicRate, and_(TopicRate.tag_id == PostTag.tag_id, TopicRate.epoch_id == _EPOCH))
    .where(PostTag.post_id == Post.id)
    .scalar_subquery()
)
_ITEMS = (
    select(
        Post.id, type_coerce(Post.kind, String), PostScore.n_trusted, func.coalesce(_busiest, _base), has_marks(Post.id)
    )
    .outerjoin(PostScore, and_(PostScore.post_id == Post.id, PostScore.epoch_id == _EPOCH))
    .where(Post.id.in_(_POSTS), Post.status == PostStatus.PUBLISHED)
    .order_by(Post.id)
)
_OBSERVED = live_observations().where(Review.post_id.in_(_POSTS)).order_by(Review.id)
_REVIEWS = with_readings(_OBSERVED.add_columns(Review.created_on))
_ADD = insert(PostScore)
_of_post = PostScore.epoch_id == bindparam("of_epoch"), PostScore.post_id == bindparam("of_post")
_CHANGE = update(PostScore).where(*_of_post)
_DROP = delete(PostScore).where(PostScore.epoch_id == _EPOCH, PostScore.post_id.in_(_POSTS))


@dataclass(frozen=True, slots=True)
class Items:
    """Published posts as they stand, by column; `n_trusted` is None where the epoch has no score of it yet."""

    ids: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    n_trusted: tuple[int | None, ...] = ()
    rates: tuple[float, ...] = ()
    have_marks: tuple[bool, ...] = ()

    @property
    def trusted(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The reviews by trusted accounts when the epoch was fitted, int64[items]."""
        return np.array([n or 0 for n in self.n_trusted], dtype=np.int64)


def rescore(session: Session, *, clock: Clock, post_ids: Sequence[int]) -> None:
    """Compute the scores of these posts in that epoch anew; tiers and decisions stay as they are.

    The caller holds the log, so that what is read holds until the commit.
    """
    session.flush()
    for part in chunks(post_ids, CHUNK):
        _rescore(session, clock, part)


def _rescore(session: Session, clock: Clock, post_ids: Sequence[int]) -> None:
    given = {"epoch_id": clock.epoch_id, "post_ids": post_ids}
    rows = session.connection().execute(_ITEMS, given).all()
    items = Items(*zip(*rows, strict=True)) if rows else Items()
    gone = [post_id for post_id in post_ids if post_id not in items.ids]
    if gone:
        session.connection().execute(_DROP, given | {"post_ids": gone})
    if rows:
        _write(session, clock, items, _compute(session, clock, items))
    for post_id in post_ids:
        _forget(session, clock.epoch_id, post_id)


def _compute(session: Session, clock: Clock, items: Items) -> list[dict[str, Any]]:
    """Read the reviews and marks of these posts, and return the columns of each."""
    given = {"epoch_id": clock.epoch_id, "post_ids": items.ids}
    rows = session.connection().execute(_REVIEWS, given).all()
    observations = [Observation._make(row[:OBSERVED]) for row in rows]
    readings = [Reading._make(row[OBSERVED + 1 :]) for row in rows]
    marked = [post_id for post_id, has_marks in zip(items.ids, items.have_marks, strict=True) if has_marks]
    marks, clusters = read_marks(session, epoch_id=clock.epoch_id, post_ids=marked) if marked else ([], {})
    happenings = [
        *(of_review(one, row[OBSERVED]) for one, row in zip(observations, rows, strict=True) if one.eligibility > 0.0),
        *marks,
    ]
    clusters |= clusters_in(observations, readings)
    if len(items.ids) == 1 and len(rows) <= FEW:
        of_one = items.kinds[0], items.n_trusted[0] or 0, list(zip(observations, readings, strict=True))
        return [columns_of_one(clock, *of_one, to_happened(happenings, clusters), items.rates[0])]
    events = to_events(Happenings.of([happenings]), post_ids=items.ids, clusters=clusters)
    reviews = reviews_of(clock, observations, items.ids, items.kinds)
    scores = score(reviews, clock.population, table_of(clock, observations, readings), items.trusted)
    keys = keys_of(scores, reviews, clock.kinds, clock.population, events, _floats(items.rates))
    return [numbers | key for numbers, key in zip(columns_of(scores), keys, strict=True)]


def _write(session: Session, clock: Clock, items: Items, columns: Sequence[dict[str, Any]]) -> None:
    known, new = list[dict[str, Any]](), list[dict[str, Any]]()
    moment = now()
    for post_id, kind, n_trusted, row in zip(items.ids, items.kinds, items.n_trusted, columns, strict=True):
        if n_trusted is not None:
            known.append({"of_epoch": clock.epoch_id, "of_post": post_id} | row)
        else:
            keys = {"epoch_id": clock.epoch_id, "post_id": post_id, "kind": kind}
            new.append(keys | {"tier_since": moment, "decision_since": moment} | row)
    for statement, rows in ((_CHANGE, known), (_ADD, new)):
        if rows:
            session.connection().execute(statement, rows if len(rows) > 1 else rows[0])


def _forget(session: Session, epoch_id: int, post_id: int) -> None:
    """What the session has read of a score before is old."""
    row = session.identity_map.get(identity_key(PostScore, (epoch_id, post_id)))
    if row is not None:
        session.expire(row)


def columns_of(scores: Scores, part: slice = slice(None)) -> list[dict[str, Any]]:
    """Return the stored columns of each item of the part; what is unknown without reviews is None."""
    reviewed = scores.n_reviews[part] > 0
    arrays = {
        name: getattr(scores, name)[part].tolist()
        for name in ("value", "low", "high", "sd", "best", "n_reviews", "n_effective", "prior_share")
    }
    rows = [dict(zip(arrays, values, strict=True)) for values in zip(*arrays.values(), strict=True)]
    for at in np.flatnonzero(~reviewed):
        rows[at] |= {"value": None, "low": None, "high": None, "sd": None, "prior_share": 0.0}
    return rows


def observe(session: Session, post_ids: Sequence[int]) -> list[Observation]:
    """Read the live reviews of these posts, in the order of their ids."""
    return as_observations(session.execute(_OBSERVED, {"post_ids": post_ids}).all())


def score_posts(
    clock: Clock,
    observations: Sequence[Observation],
    table: ReviewTable,
    post_ids: Sequence[int],
    kinds: Sequence[str],
    n_trusted: Sequence[int],
) -> Scores:
    """Score these posts, which are of these kinds, from their observations, each read by its row of `table`.

    `n_trusted` is what the epoch counted of each post's trusted reviews, 0 for a post that it has not met.
    """
    reviews = reviews_of(clock, observations, post_ids, kinds)
    return score(reviews, clock.population, table, np.array(n_trusted, dtype=np.int64))


def reviews_of(
    clock: Clock, observations: Sequence[Observation], post_ids: Sequence[int], kinds: Sequence[str]
) -> Reviews:
    """The arrays of these observations, which have a row of a `ReviewTable` each, as reviews of these posts."""
    return to_reviews(
        Observations.of([observations]),
        criteria=clock.criteria,
        reviewer=np.arange(len(observations), dtype=np.int64),  # a row of the table for each review
        n_reviewers=len(observations),
        post_ids=post_ids,
        forms=np.array([clock.kinds.index(kind) for kind in kinds], dtype=np.int64),
    )


def _floats(values: Sequence[float]) -> Floats:
    return np.array(values, dtype=np.float64)
