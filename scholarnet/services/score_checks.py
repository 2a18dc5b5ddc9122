"""Whether what is stored is what follows: the log without gaps, every score by its reviews, the epoch by its inputs."""

from collections.abc import Iterator

import numpy as np
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from scholarnet.models import Epoch, Post, PostScore, PostStatus, ScoreEvent, ScoreLog
from scholarnet.services.clock import Clock, clock_of
from scholarnet.services.epoch_hashes import epoch_hash
from scholarnet.services.epoch_sources import recorded_epoch
from scholarnet.services.readings import read_table
from scholarnet.services.replays import replay
from scholarnet.services.rescores import CHUNK, columns_of, observe, score_posts


def broken_log(session: Session) -> str | None:
    """Say what is wrong with the log: its lines are numbered 1 to `last_sequence`, each once."""
    last = session.scalar(select(ScoreLog.last_sequence))
    found = session.execute(select(func.count(), func.coalesce(func.max(ScoreEvent.sequence), 0))).one()
    if tuple(found) != (last, last):
        return f"the log ends at {last}, and has {found[0]} lines up to number {found[1]}"
    return None


def unscored(session: Session, *, epoch: Epoch) -> int:
    """Count the published posts without a score in the epoch."""
    is_scored = exists().where(PostScore.epoch_id == epoch.id, PostScore.post_id == Post.id)
    query = select(func.count()).where(Post.status == PostStatus.PUBLISHED, ~is_scored)
    return session.scalar(query) or 0


def wrong_scores(session: Session, *, epoch: Epoch) -> Iterator[tuple[int, list[str]]]:
    """Compute every score of the epoch again from the reviews as they are now, some posts at a time.

    Yields how many were compared, and the public ids of those that are stored otherwise, by any bit of any number.
    """
    clock, last = clock_of(session, epoch.id), 0
    page = (
        select(PostScore, Post.public_id)
        .join(Post, Post.id == PostScore.post_id)
        .where(PostScore.epoch_id == epoch.id)
        .order_by(PostScore.post_id)
        .limit(CHUNK)
    )
    while rows := session.execute(page.where(PostScore.post_id > last)).all():
        scores = [row[0] for row in rows]
        last = scores[-1].post_id
        anew = _computed(session, clock, scores)
        yield (
            len(rows),
            [
                public_id
                for (stored, public_id), columns in zip(rows, anew, strict=True)
                if any(getattr(stored, name) != value for name, value in columns.items())
            ],
        )
        session.expunge_all()


def replayed_hash(session: Session, *, epoch: Epoch) -> str:
    """Return the hash that the epoch has when it is computed again from what it was computed from.

    Raises Dropped where that is not kept, and NotConverged.
    """
    return epoch_hash(*replay(recorded_epoch(session, epoch=epoch)))


def _computed(session: Session, clock: Clock, stored: list[PostScore]) -> list[dict[str, object]]:
    ids = [one.post_id for one in stored]
    observations = observe(session, ids)
    table = read_table(session, clock=clock, observations=observations)
    n_trusted = np.array([one.n_trusted for one in stored], dtype=np.int64)
    return columns_of(score_posts(clock, observations, table, ids, [one.kind for one in stored], n_trusted.tolist()))
