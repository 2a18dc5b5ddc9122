"""The jobs: long work that is done beside the requests. Each is safe to run again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from scholarnet.db import now, reading
from scholarnet.services.epochs import compute_epoch, retire_epochs, switch_epoch, write_epoch
from scholarnet.services.snapshots import read_snapshot


@dataclass(frozen=True, slots=True)
class EpochSummary:
    """What there is to say of an epoch that took over."""

    public_id: str
    hash: str
    n_posts: int
    n_reviews: int
    n_reviewers: int


def run_epoch(
    engine: Engine, *, as_of: datetime | None = None, progress: Callable[[str], None] | None = None
) -> EpochSummary:
    """Fit an epoch as of that moment (now) and switch to it; `progress` is told what begins.

    Reviews are written all the while; they wait only for the switch. Whatever fails leaves the old epoch in force.
    """
    tell = progress or (lambda _what: None)
    tell("Reading the log")
    with Session(reading(engine)) as session:
        snapshot = read_snapshot(session, as_of=as_of or now())
    tell(f"Fitting {len(snapshot.reviewer_ids):,} reviewers to {len(snapshot.observations):,} reviews")
    computed = compute_epoch(snapshot)
    tell(f"Writing the scores of {len(snapshot.post_ids):,} posts")
    with Session(engine, expire_on_commit=False) as session:
        epoch = write_epoch(session, snapshot=snapshot, computed=computed)
        session.commit()
        tell("Switching")
        switch_epoch(session, epoch=epoch)
        session.commit()
        tell("Dropping what nobody reads any more")
        retire_epochs(session)
        session.commit()
    return EpochSummary(epoch.public_id, epoch.hash, epoch.n_posts, epoch.n_reviews, epoch.n_reviewers)
