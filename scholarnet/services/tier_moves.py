"""Tiers and decisions are states; the epoch job alone moves them, by the thresholds of the forms, and says why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scholarnet.forms import PostKind, form_of
from scholarnet.models import Decision, MoveCause, MoveKind, MoveReason, Tier
from scholarnet.services.observations import KINDS
from scholarnet.services.snapshots import Snapshot, State
from scoring.arrays import Floats, Ints
from scoring.decision import DECISIONS, REASONS, TIERS, WEAK, Evidence, Thresholds
from scoring.item import Scores
from scoring.moves import CAUSES, Judgement, Standing, judge
from scoring.parameters import DEFAULT, Parameters

HOUR_SECONDS = 3600.0
SHOWN = ("value", "low", "high", "n_reviews", "n_effective")  # of the scores, beside each move
THIN = REASONS.index("too_few_reviews")


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of the posts: the state of each, in the order of the snapshot, and the columns of every move."""

    states: list[State]
    moves: list[dict[str, Any]]


def thresholds_table(kinds: Sequence[str] = KINDS) -> Thresholds:
    """The thresholds of the forms of these kinds, in rating units, in that order."""
    forms = [form_of(PostKind(kind)) for kind in kinds]
    above_weak = TIERS[TIERS.index(Tier.WEAK) + 1 :]
    return Thresholds(
        tiers=np.array([[form.tiers[name] for name in above_weak] for form in forms]),
        acceptance=np.array([form.acceptance for form in forms]),
    )


def move_states(snapshot: Snapshot, *, scores: Scores, parameters: Parameters = DEFAULT) -> Moved:
    """Judge each post of the snapshot, given where it stood before; a new one starts as emerging and under review."""
    thresholds, forms = thresholds_table(), snapshot.reviews.item_form
    start = State(Tier.EMERGING, snapshot.as_of, Decision.UNDER_REVIEW, snapshot.as_of)
    before = [snapshot.states.get(post_id, start) for post_id in snapshot.post_ids]
    evidence, standing = Evidence.of(scores, snapshot.reviews, thresholds), _standing(snapshot, before)
    now = judge(evidence, thresholds, forms, standing, parameters)
    boundary = _boundary(thresholds, forms, standing.tier, now.tier.state)
    moves = [
        *_moves(snapshot, scores, evidence, now, MoveKind.TIER, standing.tier, boundary),
        *_moves(snapshot, scores, evidence, now, MoveKind.DECISION, standing.decision, thresholds.acceptance[forms]),
    ]
    return Moved([_next(snapshot, scores, now, at, state) for at, state in enumerate(before)], moves)


def _standing(snapshot: Snapshot, before: list[State]) -> Standing:
    seconds = [(snapshot.as_of - state.tier_since).total_seconds() for state in before]
    causes = [CAUSES.index(state.due or "") for state in before]
    return Standing(
        tier=np.array([TIERS.index(state.tier) for state in before], dtype=np.int64),
        decision=np.array([DECISIONS.index(state.decision) for state in before], dtype=np.int64),
        hours=np.array(seconds, dtype=np.float64) / HOUR_SECONDS,
        judged_value=np.array([state.judged_value for state in before], dtype=np.float64),
        is_touched=np.array([post_id in snapshot.touched for post_id in snapshot.post_ids], dtype=bool),
        due=np.array(causes, dtype=np.int64),
    )


def _boundary(thresholds: Thresholds, forms: Ints, before: Ints, after: Ints) -> Floats:
    """Where the higher of the two tiers begins; NaN where that is the lowest, which begins nowhere."""
    higher = np.maximum(before, after)
    starts = thresholds.tiers[forms, np.maximum(higher - WEAK - 1, 0)]
    return np.where(higher > WEAK, starts, np.nan)


def _moves(
    snapshot: Snapshot,
    scores: Scores,
    evidence: Evidence,
    now: Judgement,
    kind: MoveKind,
    before: Ints,
    threshold: Floats,
) -> Iterator[dict[str, Any]]:
    moved, names = (now.tier, TIERS) if kind is MoveKind.TIER else (now.decision, DECISIONS)
    threshold = np.where(moved.reason == THIN, np.nan, threshold)
    probability = evidence.probability(threshold)
    for at in np.flatnonzero(moved.reason).tolist():
        yield {
            "post_id": snapshot.post_ids[at],
            "kind": kind,
            "before": names[before[at]],
            "after": names[moved.state[at]],
            "reason": MoveReason(REASONS[moved.reason[at]]),
            "cause": MoveCause(CAUSES[now.cause[at]]),
            "threshold": _known(threshold[at]),
            "probability": _known(probability[at]),
            **{name: _known(getattr(scores, name)[at]) for name in SHOWN},
            "at": snapshot.as_of,
        }


def _next(snapshot: Snapshot, scores: Scores, now: Judgement, at: int, before: State) -> State:
    tier, decision = Tier(TIERS[now.tier.state[at]]), Decision(DECISIONS[now.decision.state[at]])
    due = CAUSES[now.due[at]]
    return State(
        tier,
        before.tier_since if tier is before.tier else snapshot.as_of,
        decision,
        before.decision_since if decision is before.decision else snapshot.as_of,
        _known(scores.value[at]) if now.is_judged[at] else before.judged_value,
        snapshot.log_position if now.is_judged[at] else before.judged_sequence,
        MoveCause(due) if due else None,
    )


def _known(number: np.generic) -> Any:
    """The number as the database takes it; None for NaN."""
    plain = number.item()
    return None if plain != plain else plain
