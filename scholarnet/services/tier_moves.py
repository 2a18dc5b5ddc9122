"""Tiers and decisions are states; the epoch job alone moves them, by the thresholds of the forms."""

import numpy as np

from scholarnet.forms import all_forms
from scholarnet.models import Decision, Tier
from scholarnet.services.snapshots import Snapshot, State
from scoring.decision import DECISIONS, TIERS, Evidence, Thresholds, move_decisions, move_tiers
from scoring.item import Scores
from scoring.parameters import DEFAULT, Parameters

HOUR_SECONDS = 3600.0


def thresholds_table() -> Thresholds:
    """The thresholds of all forms, in rating units, in the order of `observations.KINDS`."""
    forms = list(all_forms().values())
    above_weak = TIERS[TIERS.index(Tier.WEAK) + 1 :]
    return Thresholds(
        tiers=np.array([[form.tiers[name] for name in above_weak] for form in forms]),
        acceptance=np.array([form.acceptance for form in forms]),
    )


def move_states(snapshot: Snapshot, *, scores: Scores, parameters: Parameters = DEFAULT) -> list[State]:
    """The state of each post of the snapshot, given the one before; a new post starts as emerging and under review."""
    thresholds, forms = thresholds_table(), snapshot.reviews.item_form
    start = State(Tier.EMERGING, snapshot.as_of, Decision.UNDER_REVIEW, snapshot.as_of)
    before = [snapshot.states.get(post_id, start) for post_id in snapshot.post_ids]
    evidence = Evidence.of(scores, snapshot.reviews, thresholds)
    tiers = move_tiers(
        evidence,
        thresholds,
        forms,
        previous=np.array([TIERS.index(state.tier) for state in before], dtype=np.int64),
        hours=np.array([_hours(state, snapshot) for state in before], dtype=np.float64),
        parameters=parameters,
    )
    decisions = move_decisions(
        evidence,
        thresholds,
        forms,
        previous=np.array([DECISIONS.index(state.decision) for state in before], dtype=np.int64),
        parameters=parameters,
    )
    moved = zip(before, tiers.tolist(), decisions.tolist(), strict=True)
    return [_next(state, Tier(TIERS[tier]), Decision(DECISIONS[made]), snapshot) for state, tier, made in moved]


def _hours(state: State, snapshot: Snapshot) -> float:
    return (snapshot.as_of - state.tier_since).total_seconds() / HOUR_SECONDS


def _next(state: State, tier: Tier, decision: Decision, snapshot: Snapshot) -> State:
    return State(
        tier,
        state.tier_since if tier is state.tier else snapshot.as_of,
        decision,
        state.decision_since if decision is state.decision else snapshot.as_of,
    )
