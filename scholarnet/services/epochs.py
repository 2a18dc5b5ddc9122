"""The slow clock: fitting an epoch beside the old one, and the moment in which it takes its place."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from sqlalchemy import Select, delete, exists, select, tuple_, union, update
from sqlalchemy.orm import Session

from scholarnet.db import Base
from scholarnet.errors import Conflict, NotFound
from scholarnet.models import (
    AccountTrust,
    Cluster,
    Epoch,
    Move,
    Post,
    PostScore,
    PostStatus,
    Reputation,
    ReputationEntry,
    ReviewerFit,
    ReviewFit,
    ScoreEvent,
    ScoreLog,
    TopicRate,
)
from scholarnet.services import epoch_rows, scores
from scholarnet.services.clock import clock_of, current_epoch_id, stored_population
from scholarnet.services.computed import Computed
from scholarnet.services.contributions import count
from scholarnet.services.epoch_hashes import epoch_hash, roots_of, scores_hash
from scholarnet.services.epoch_shards import drop_shards, keep_shards
from scholarnet.services.epoch_writing import ROWS, Writing, go_on
from scholarnet.services.observations import forms_table
from scholarnet.services.overrides import apply_overrides
from scholarnet.services.reputation_rows import add_ledger
from scholarnet.services.rescores import rescore
from scholarnet.services.snapshots import Snapshot
from scholarnet.services.sort_keys import compute_keys
from scholarnet.services.tier_moves import move_states
from scoring.arrays import Floats, Ints
from scoring.epoch import Fit, Place, fit
from scoring.parameters import DEFAULT, MODEL_VERSION, Parameters
from scoring.parts import score_parts
from scoring.review_table import ReviewTable
from scoring.shard import Shard

KEPT = 2  # complete epochs whose rows stay: the one in force, and the one that a reader may still be reading


def get_epoch(session: Session, public_id: str) -> Epoch:
    """Return the complete epoch of that id."""
    epoch = session.scalar(select(Epoch).where(Epoch.public_id == public_id, Epoch.is_complete))
    if epoch is None:
        raise NotFound("epoch", public_id)
    return epoch


def list_epochs() -> Select[Epoch]:
    """The complete epochs, newest first."""
    return select(Epoch).where(Epoch.is_complete).order_by(Epoch.created_at.desc(), Epoch.public_id.desc())


def current_epoch(session: Session) -> Epoch | None:
    """Return the epoch in force; None before the first score was asked for."""
    return session.scalar(select(Epoch).join(ScoreLog, ScoreLog.current_epoch_id == Epoch.id))


def compute_epoch(
    snapshot: Snapshot,
    *,
    on_sweep: Callable[[], object] | None = None,
    parameters: Parameters = DEFAULT,
    part: Ints | None = None,
    place: Place = Shard.of,
) -> Computed:
    """Fit, score, move tiers and decisions, count reputations. No database; raises NotConverged.

    `place` says where the sweeps of the fit are done: here, or in shards, to the same bits.
    `part`, int64[posts] ≥ 0, has each part of the posts scored by itself, from its own reviews: to the same bits.
    """
    wishes = _wishes(snapshot)
    terms: dict[str, Any] = {"budgets": wishes, "on_sweep": on_sweep, "place": place}
    fitted = fit(snapshot.reviews, forms_table(), snapshot.trust, parameters, **terms)
    table = _as_read(fitted, snapshot)
    parts = np.zeros(len(snapshot.post_ids), dtype=np.int64) if part is None else part
    scored = score_parts(snapshot.reviews, fitted.population, table, fitted.n_trusted, part=parts)
    ledger = count(snapshot, scores=scored, fitted=fitted, table=table)
    moved = move_states(snapshot, scores=scored, parameters=parameters)
    return Computed(fitted, table, scored, moved, ledger, compute_keys(snapshot, fitted=fitted, scores=scored))


def write_epoch(
    session: Session,
    *,
    snapshot: Snapshot,
    computed: Computed,
    pause: Callable[[], None] = go_on,
    resume: Callable[[], None] = go_on,
) -> Epoch:
    """Write the epoch beside the old ones; no reader sees it before it is switched to.

    `pause` is called after every so many rows: a transaction may end there, lest others wait for minutes to write;
    and `resume` before the next.
    What of the epoch was written by then is dropped with it (`retire_epochs`) if the rest never comes.
    """
    if current_epoch(session) is None:
        scores.hold_log(session)  # begins the log with the epoch before any fit, which has to be the older one
    population = computed.fit.population
    epoch = Epoch(
        model_version=MODEL_VERSION,
        hash=epoch_hash(snapshot, computed),
        scores_hash=scores_hash(roots_of(snapshot, computed)),
        log_position=snapshot.log_position,
        as_of=snapshot.as_of,
        population=stored_population(population),
        cohorts=computed.ledger.cohorts,
        base_rate=computed.keys.base_rate,
        n_posts=len(snapshot.post_ids),
        n_reviews=len(snapshot.observations),
        n_reviewers=len(snapshot.reviewer_ids),
    )
    session.add(epoch)
    session.flush()
    writing = Writing(session, epoch.id, pause, resume)
    epoch_rows.add_fit(writing, snapshot, computed.fit, computed.table)
    epoch_rows.add_scores(
        writing, snapshot, computed.scores, computed.fit.n_trusted, computed.moved.states, computed.keys
    )
    writing.add(Move, computed.moved.moves)
    keep_shards(writing, snapshot=snapshot, computed=computed)
    add_ledger(writing, computed.ledger)
    writing.count((PostScore, ReviewFit, ReviewerFit, Reputation, ReputationEntry, Move))
    resume()
    return epoch


def switch_epoch(session: Session, *, epoch: Epoch) -> Epoch:
    """Make it the epoch in force. Writers wait from here to the caller's commit, which should be soon.

    What was written since the snapshot is rescored, whole posts at a time, so that nothing is lost or counted twice;
    posts that only some may see get their scores here, since they have no part in the fit.
    """
    head = scores.hold_log(session)
    if epoch.is_complete or epoch.id <= head.clock.epoch_id:
        msg = "another epoch took over meanwhile; run it again"
        raise Conflict(msg)
    rescore(session, clock=clock_of(session, epoch.id), post_ids=_behind(session, epoch))
    apply_overrides(session, epoch_id=epoch.id)
    epoch.is_complete = True
    session.execute(update(ScoreLog).values(current_epoch_id=epoch.id))
    session.flush()
    return epoch


def retire_epochs(session: Session, *, pause: Callable[[], None] = go_on) -> None:
    """Drop the rows of epochs that nobody reads: older than the one before the current, or given up before it.

    The epochs themselves stay, with their hashes and the moves they made; an incomplete one younger than the current
    may still be in the making, and is left alone. `pause` as of `write_epoch`.
    """
    current = current_epoch_id()
    complete = select(Epoch.id).where(Epoch.is_complete, Epoch.id <= current).order_by(Epoch.id.desc()).limit(KEPT)
    kept = session.scalars(complete).all()
    for table in (ReputationEntry, Reputation, PostScore, TopicRate, ReviewFit, ReviewerFit, AccountTrust, Cluster):
        some = select(*table.__mapper__.primary_key).where(table.epoch_id < current, table.epoch_id.not_in(kept))
        _drop(session, table, some.limit(ROWS), pause)
    drop_shards(session)
    session.execute(
        delete(Epoch).where(Epoch.id < current, Epoch.is_complete.is_(False)),
        execution_options={"synchronize_session": False},
    )


def _drop(session: Session, table: type[Base], some: Select[Any], pause: Callable[[], None]) -> None:
    """Delete those rows until there are none."""
    gone = delete(table).where(tuple_(*table.__mapper__.primary_key).in_(some))
    while session.execute(gone, execution_options={"synchronize_session": False}).rowcount:  # type: ignore[attr-defined]
        pause()


def _wishes(snapshot: Snapshot) -> Floats:
    """The budget that an editor set for whoever signs, by code: inf where it was lifted, NaN without a word."""
    budgets = np.full(snapshot.reviews.n_reviewers, np.nan)
    for code, researcher_id in enumerate(snapshot.reviewer_ids):
        ruling = snapshot.rulings.get(researcher_id)
        if ruling is not None:
            budgets[code] = np.inf if ruling.budget is None else ruling.budget
    return budgets


def _as_read(fitted: Fit, snapshot: Snapshot) -> ReviewTable:
    """How reviews are read: as the fast clock does it, to which no unsigned review has parameters of its own."""
    newcomers = fitted.population.newcomers(snapshot.trust).readings(snapshot.reviews.reviewer)
    signed = snapshot.reviews.is_signed
    columns = {
        field.name: np.where(signed, getattr(fitted.table, field.name), getattr(newcomers, field.name))
        for field in fields(ReviewTable)
    }
    return ReviewTable(**columns | {"push": fitted.table.push})


def _behind(session: Session, epoch: Epoch) -> Sequence[int]:
    """Posts written to since the snapshot, and published ones without a score in this epoch."""
    written = select(ScoreEvent.post_id).where(ScoreEvent.sequence > epoch.log_position)
    is_scored = exists().where(PostScore.epoch_id == epoch.id, PostScore.post_id == Post.id)
    missing = select(Post.id).where(Post.status == PostStatus.PUBLISHED, ~is_scored)
    return sorted(session.scalars(union(written, missing)))
