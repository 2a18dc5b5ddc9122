"""200 epochs with reviews arriving: what moves has a reason, hardly anything is taken back, and decisions hold."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import pytest

from scoring.decision import ACCEPTED, REJECTED
from scoring.moves import NO_CAUSE, REFIT, REVIEWS
from scoring.parameters import DEFAULT, Parameters
from tests.scoring.arrivals import HOURS, N_ITEMS, Step, epochs, judged

SEEDS = (101, 102, 103)
SOON = 48.0 / HOURS  # epochs in which a move counts as taken back
ENOUGH = 10  # honest reviews
LOOSE = replace(
    DEFAULT,
    refit_margin=0.0,
    tier_up=0.5,
    tier_down=0.5,
    tier_hours=0.0,
    keep_n_effective=DEFAULT.min_n_effective,
    undecide_at=DEFAULT.decide_at,
    uncontested_dispersion=DEFAULT.contested_dispersion,
    uncontested_balance=DEFAULT.contested_balance,
)


@dataclass(frozen=True)
class Move:
    """A move of an item's tier or decision, in that epoch."""

    item: int
    epoch: int
    before: int
    after: int
    reason: int
    cause: int
    was_due: bool
    drift: float


@dataclass
class Course:
    """What happened in one community: moves, and decisions at 10 reviews, reached and left."""

    tiers: list[Move]
    decisions: list[Move]
    n_reached: int = 0
    n_left: int = 0


@pytest.fixture(scope="module")
def communities() -> list[list[Step]]:
    return [list(epochs(seed)) for seed in SEEDS]


@pytest.fixture(scope="module")
def firm(communities: list[list[Step]]) -> Course:
    """What happens by the parameters as they are."""
    return courses(communities, DEFAULT)


@pytest.fixture(scope="module")
def loose(communities: list[list[Step]]) -> Course:
    """What would happen without margin and hysteresis: the simulation is one that can fail."""
    return courses(communities, LOOSE)


def course(steps: list[Step], parameters: Parameters) -> Course:
    found, held = Course([], []), np.zeros(N_ITEMS, dtype=bool)
    for epoch, (step, (before, now)) in enumerate(zip(steps, judged(steps, parameters), strict=True)):
        drift = np.abs(step.evidence.value - before.judged_value)
        for moves, old, new in (
            (found.tiers, before.tier, now.tier),
            (found.decisions, before.decision, now.decision),
        ):
            for at in np.flatnonzero(old != new.state).tolist():
                numbers = (int(one[at]) for one in (old, new.state, new.reason, now.cause))
                moves.append(Move(at, epoch, *numbers, bool(before.due[at] == REFIT), float(drift[at])))
        left = held & (now.decision.state != before.decision)
        decided = np.isin(now.decision.state, (ACCEPTED, REJECTED)) & (step.n_reviews >= ENOUGH)
        found.n_left += int(left.sum())
        found.n_reached += int((decided & (left | ~held)).sum())
        held = decided
    return found


def courses(communities: list[list[Step]], parameters: Parameters) -> Course:
    """Those of all communities together; items keep their communities apart."""
    total = Course([], [])
    for number, steps in enumerate(communities):
        one = course(steps, parameters)
        apart = [[replace(move, item=move.item + number * N_ITEMS) for move in m] for m in (one.tiers, one.decisions)]
        total.tiers += apart[0]
        total.decisions += apart[1]
        total.n_reached += one.n_reached
        total.n_left += one.n_left
    return total


def n_taken_back(moves: list[Move]) -> int:
    """Moves from A to B that follow one from B to A within two days."""
    last: dict[int, Move] = {}
    count = 0
    for move in moves:
        one = last.get(move.item)
        if one and (one.before, one.after) == (move.after, move.before) and move.epoch - one.epoch <= SOON:
            count += 1
        last[move.item] = move
    return count


def test_tiers_when_reviews_arrive_hardly_ever_flip_back_and_forth(firm, loose):
    assert len(firm.tiers) > 900
    assert n_taken_back(firm.tiers) < 0.01 * len(firm.tiers)
    assert n_taken_back(loose.tiers) > 0.3 * len(loose.tiers)


def test_a_decision_when_ten_honest_reviews_reached_it_is_hardly_ever_left(firm, loose):
    assert firm.n_reached > 300
    assert firm.n_left < 0.02 * firm.n_reached
    assert loose.n_left > 0.2 * loose.n_reached


def test_a_move_when_there_is_one_has_a_reason_and_a_cause(communities, firm):
    moves = firm.tiers + firm.decisions
    assert all(move.reason for move in moves)
    assert Counter(move.cause for move in moves).keys() == {REVIEWS, REFIT}
    for before, now in judged(communities[0], DEFAULT):
        for old, new in ((before.tier, now.tier), (before.decision, now.decision)):
            np.testing.assert_array_equal(new.reason != 0, new.state != old, "a reason where it moved, and nowhere")
        assert (now.cause[now.is_judged] != NO_CAUSE).all()


def test_a_refit_alone_moves_nothing_that_it_changed_less_than_the_margin(communities, firm):
    by_refit = [move for move in firm.tiers + firm.decisions if move.cause == REFIT]
    assert 0 < len(by_refit) < 0.1 * len(firm.tiers + firm.decisions)
    assert all(move.drift > DEFAULT.refit_margin or move.was_due for move in by_refit)
    without = courses(communities, replace(DEFAULT, refit_margin=0.0))
    assert sum(move.cause == REFIT for move in without.tiers + without.decisions) > 2.5 * len(by_refit)
