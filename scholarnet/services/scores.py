"""The fast clock: the log of score events, and the score of a post from its reviews and the epoch in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, bindparam, insert, select, update
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.models import Epoch, Post, PostScore, ScoreEvent, ScoreEventKind, ScoreLog
from scholarnet.services.clock import Clock, add_first_epoch, clock_of, current_epoch_id
from scholarnet.services.rescores import rescore
from scholarnet.writing import begin_writing


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the log while this transaction holds it."""

    sequence: int
    clock: Clock
    last_moment: datetime | None


# The statements of every write that a score depends on, built once: building them cost as much as running them.
_HOLD = (
    update(ScoreLog)
    .values(last_sequence=ScoreLog.last_sequence + bindparam("lines", type_=Integer))
    .returning(
        *(ScoreLog.last_sequence, ScoreLog.current_epoch_id, ScoreLog.last_moment),
        select(Epoch.hash).where(Epoch.id == ScoreLog.current_epoch_id).correlate(ScoreLog).scalar_subquery(),
    )
)
_MOVE_ON = update(ScoreLog).values(last_moment=bindparam("moment"))
_APPEND = insert(ScoreEvent)


def hold_log(session: Session, *, lines: int = 0) -> Head:
    """Queue for the log and reserve `lines` sequence numbers; the others wait until this transaction ends.

    So numbers are given in commit order, and what is read from here on holds until the commit.
    """
    connection = session.connection()
    begin_writing(connection)
    last, epoch_id, moment, epoch_hash = connection.execute(_HOLD, {"lines": lines}).one()
    if epoch_id is None:
        epoch_id = add_first_epoch(session).id
        session.execute(update(ScoreLog).values(current_epoch_id=epoch_id))
    return Head(last, clock_of(session, epoch_id, epoch_hash), moment)


def give_back(session: Session, *, lines: int) -> None:
    """Give reserved numbers back that no line will have; the log is still held."""
    session.connection().execute(_HOLD, {"lines": -lines})


def next_moment(session: Session) -> datetime:
    """Queue for the log, and return a moment later than all given before: moments are in commit order too.

    What an integrator asks for by `updated_at` gets its moment here, so that nothing appears behind one already read.
    """
    last = hold_log(session).last_moment
    moment = now() if last is None else max(now(), last + timedelta(microseconds=1))
    session.connection().execute(_MOVE_ON, {"moment": moment})
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
    append_held(session, hold_log(session, lines=1), kind=kind, post_id=post_id, review_id=review_id, payload=payload)


def append_held(
    session: Session,
    head: Head,
    *,
    kind: ScoreEventKind,
    post_id: int,
    review_id: int | None = None,
    payload: dict[str, Any] | None = None,
) -> None:
    """The same for who has held the log with a line for it."""
    session.flush()
    line = {"sequence": head.sequence, "kind": kind, "post_id": post_id, "review_id": review_id}
    session.connection().execute(_APPEND, line | {"payload": payload or {}, "created_at": now()})
    rescore(session, clock=head.clock, post_ids=[post_id])


def find_score(session: Session, *, post: Post) -> PostScore | None:
    """Return the post's score in the epoch in force."""
    return scores_of(session, post_ids=[post.id]).get(post.id)


def scores_of(session: Session, *, post_ids: Sequence[int]) -> dict[int, PostScore]:
    """Return the scores of many posts in the epoch in force, by post."""
    rows = session.scalars(
        select(PostScore).where(PostScore.epoch_id == current_epoch_id(), PostScore.post_id.in_(post_ids))
    )
    return {row.post_id: row for row in rows}
