"""The fast clock: the log of score events, and the score of a post from its reviews and the epoch in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Integer, bindparam, delete, select, update
from sqlalchemy.orm import Session

from scholarnet.db import Key, chunks, now
from scholarnet.models import (
    Post,
    PostScore,
    PostStatus,
    Review,
    ScoreEvent,
    ScoreEventKind,
    ScoreLog,
)
from scholarnet.services.clock import Clock, add_first_epoch, clock_of, current_epoch_id
from scholarnet.services.observations import Observation, as_observations, live_observations, to_reviews
from scholarnet.services.readings import read_table
from scholarnet.services.sort_keys import read_keys
from scoring.item import Scores, score
from scoring.review_table import ReviewTable
from scoring.reviews import Reviews

CHUNK = 500  # posts that are rescored together, so that lists of names in a query stay short


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the log while this transaction holds it."""

    sequence: int
    clock: Clock


# The statements of every review write, built once: building them cost as much as running them.
_POSTS = bindparam("post_ids", type_=Key, expanding=True)
_RESERVE = (
    update(ScoreLog)
    .values(last_sequence=ScoreLog.last_sequence + bindparam("lines", type_=Integer))
    .returning(ScoreLog.last_sequence, ScoreLog.current_epoch_id)
)

_PUBLISHED = select(Post.id, Post.kind).where(Post.id.in_(_POSTS), Post.status == PostStatus.PUBLISHED)
_KNOWN = select(PostScore).where(PostScore.epoch_id == bindparam("epoch_id"), PostScore.post_id.in_(_POSTS))
_OBSERVED = live_observations().where(Review.post_id.in_(_POSTS)).order_by(Review.id)


def hold_log(session: Session, *, lines: int = 0) -> Head:
    """Queue for the log and reserve `lines` sequence numbers; the others wait until this transaction ends.

    So numbers are given in commit order, and what is read from here on holds until the commit.
    """
    last, epoch_id = session.connection().execute(_RESERVE, {"lines": lines}).one()
    if epoch_id is None:
        epoch_id = add_first_epoch(session).id
        session.execute(update(ScoreLog).values(current_epoch_id=epoch_id))
    return Head(last, clock_of(session, epoch_id))


def next_moment(session: Session) -> datetime:
    """Queue for the log, and return a moment later than all given before: moments are in commit order too.

    What an integrator asks for by `updated_at` gets its moment here, so that nothing appears behind one already read.
    """
    hold_log(session)
    last = session.scalar(select(ScoreLog.last_moment))
    moment = now() if last is None else max(now(), last + timedelta(microseconds=1))
    session.execute(update(ScoreLog).values(last_moment=moment))
    return moment


def append(
    session: Session,
    *,
    kind: ScoreEventKind,
    post_id: int,
    review_id: int | None = None,
    payload: dict[str, Any] | None = None,
) -> None:
    """Write a line of the log and the post's new score; both belong to the caller's transaction."""
    head = hold_log(session, lines=1)
    session.add(
        ScoreEvent(sequence=head.sequence, kind=kind, post_id=post_id, review_id=review_id, payload=payload or {})
    )
    session.flush()
    rescore(session, clock=head.clock, post_ids=[post_id])


def rescore(session: Session, *, clock: Clock, post_ids: Sequence[int]) -> None:
    """Compute the scores of these posts in that epoch anew; tiers and decisions stay as they are."""
    for part in chunks(post_ids, CHUNK):
        _rescore(session, clock, part)


def _rescore(session: Session, clock: Clock, post_ids: Sequence[int]) -> None:
    posts = dict(session.execute(_PUBLISHED, {"post_ids": post_ids}).all())
    gone = [post_id for post_id in post_ids if post_id not in posts]
    if gone:
        session.execute(delete(PostScore).where(PostScore.epoch_id == clock.epoch_id, PostScore.post_id.in_(gone)))
    ids = sorted(posts)
    known = {
        row.post_id: row
        for row in session.scalars(
            _KNOWN,
            {"epoch_id": clock.epoch_id, "post_ids": ids},
            execution_options={"populate_existing": True},  # what was read before the log was held may be old
        )
    }
    n_trusted = [known[post_id].n_trusted if post_id in known else 0 for post_id in ids]
    kinds = [posts[post_id] for post_id in ids]
    observations = observe(session, ids)
    table = read_table(session, clock=clock, observations=observations)
    reviews = _reviews(clock, observations, ids, kinds)
    scores = score(reviews, clock.population, table, np.array(n_trusted, dtype=np.int64))
    keys = read_keys(session, clock=clock, post_ids=ids, scores=scores, reviews=reviews)
    for post_id, numbers, key in zip(ids, columns_of(scores), keys, strict=True):
        columns = numbers | key
        if post_id in known:
            for name, value in columns.items():
                setattr(known[post_id], name, value)
        else:
            moment = now()
            session.add(
                PostScore(
                    epoch_id=clock.epoch_id,
                    post_id=post_id,
                    kind=posts[post_id],
                    tier_since=moment,
                    decision_since=moment,
                    **columns,
                )
            )
    session.flush()


def columns_of(scores: Scores) -> list[dict[str, Any]]:
    """Return the stored columns of each item; what is unknown without reviews is None."""
    reviewed = scores.n_reviews > 0
    arrays = {
        name: getattr(scores, name).tolist()
        for name in ("value", "low", "high", "sd", "best", "n_reviews", "n_effective", "prior_share")
    }
    rows = [dict(zip(arrays, values, strict=True)) for values in zip(*arrays.values(), strict=True)]
    for at in np.flatnonzero(~reviewed):
        rows[at] |= {"value": None, "low": None, "high": None, "sd": None, "prior_share": 0.0}
    return rows


def find_score(session: Session, *, post: Post) -> PostScore | None:
    """Return the post's score in the epoch in force."""
    return scores_of(session, post_ids=[post.id]).get(post.id)


def scores_of(session: Session, *, post_ids: Sequence[int]) -> dict[int, PostScore]:
    """Return the scores of many posts in the epoch in force, by post."""
    rows = session.scalars(
        select(PostScore).where(PostScore.epoch_id == current_epoch_id(), PostScore.post_id.in_(post_ids))
    )
    return {row.post_id: row for row in rows}


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
    reviews = _reviews(clock, observations, post_ids, kinds)
    return score(reviews, clock.population, table, np.array(n_trusted, dtype=np.int64))


def _reviews(
    clock: Clock, observations: Sequence[Observation], post_ids: Sequence[int], kinds: Sequence[str]
) -> Reviews:
    return to_reviews(
        observations,
        criteria=clock.criteria,
        reviewer=np.arange(len(observations), dtype=np.int64),  # a row of the table for each review
        n_reviewers=len(observations),
        post_ids=post_ids,
        forms=np.array([clock.kinds.index(kind) for kind in kinds], dtype=np.int64),
    )
