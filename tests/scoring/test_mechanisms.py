"""A test of the tests: each axiom of SCORING.md, section 9, is seen to fail when its mechanism is taken out.

By a switch in the parameters where the mechanism has one; else the piece of code that holds it is exchanged for what
one would write without thinking of the axiom.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from scoring import hyper, shard
from scoring.cavity import Items
from scoring.parameters import DEFAULT, Parameters
from scoring.population import prior_population
from scoring.reviews import Forms, Reviews
from scoring.root import ONE, Loss
from scoring.shard import Sizes
from scoring.sums import Groups
from tests.scoring import test_axioms, test_budgets, test_calibration

Patch = Callable[[pytest.MonkeyPatch], None]


def float_totals(patch: pytest.MonkeyPatch) -> None:
    for module in (hyper, shard):
        patch.setattr(module, "total", lambda values, _bound, _n=None: float(values.sum()))


def float_sums(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Groups, "sum", lambda self, values, _bound: np.bincount(self.code, values, minlength=self.n))


def redescending_loss(patch: pytest.MonkeyPatch) -> None:
    """A review far from the others pulls less and less, as under Student's t."""

    def terms(loss: Loss, k: np.ndarray) -> np.ndarray:
        u = (loss.reading - np.repeat(k / ONE, loss.length, axis=-1)) * loss.root_p
        return np.rint(u / (1.0 + u * u) * loss.pull * ONE).astype(np.int64)

    patch.setattr(Loss, "terms", terms)


def nobody_ineligible(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Reviews, "counted", lambda self: (self, np.arange(len(self))))


def pairs_twice(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Reviews, "_check_pairs", lambda _self: None)


def empty_items_counted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Items, "is_seen", property(lambda self: np.ones(self.item.n, dtype=bool)))
    sizes = Sizes.of
    patch.setattr(Sizes, "of", lambda reviews: replace(sizes(reviews), n_seen=reviews.n_items))


def parameters_not_hashed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Parameters, "hash", property(lambda _self: ""))


@dataclass(frozen=True)
class Mechanism:
    """The axiom's test, what it is called with, and what is taken out."""

    axiom: Callable[..., None]
    called: dict[str, Any] = field(default_factory=dict)
    switched: dict[str, float] = field(default_factory=dict)
    patch: Patch | None = None


SEED = {"seed": 1}
MECHANISMS = {
    "A1": Mechanism(
        test_axioms.test_a1_anonymity_when_reviewers_are_relabelled_nothing_changes, SEED, {}, float_totals
    ),
    "A2": Mechanism(
        test_axioms.test_a2_neutrality_when_items_are_relabelled_scores_are_permuted, SEED, {}, float_totals
    ),
    "A3": Mechanism(
        test_axioms.test_a3_order_when_reviews_come_in_any_order_the_bits_are_the_same, SEED, {}, float_sums
    ),
    "A4": Mechanism(
        test_axioms.test_a4_monotone_when_a_rating_rises_no_score_of_its_item_falls,
        {"seed": 3, "to": 1.0, "eligibility": 1.0},
        {},
        redescending_loss,
    ),
    "A5": Mechanism(
        test_axioms.test_a5_one_account_when_it_adds_or_changes_moves_theta_by_its_cap_at_most,
        {"seed": 1, "trust": 0.5, "confidence": 5},
        {"k_max": 1e6, "k_limit": 1e6},
    ),
    "A6": Mechanism(
        test_budgets.test_a6_when_any_number_of_the_unvouched_join_the_pool_bounds_them,
        {"n_sybils": 10_000, "n_trusted": 0},
        {"pool_base": np.inf},
    ),
    "A7": Mechanism(
        test_budgets.test_a7_when_an_epoch_finds_a_ring_its_members_move_no_item_by_more_than_the_budget,
        {"kind": "camouflaged"},
        {"cluster_budget": np.inf},
    ),
    "A8": Mechanism(
        test_axioms.test_a8_when_a_review_is_ineligible_nothing_changes_bit_for_bit, {}, {}, nobody_ineligible
    ),
    "A9": Mechanism(test_axioms.test_a9_when_a_reviewer_rated_twice_the_latest_counts_once, {}, {}, pairs_twice),
    "A10": Mechanism(
        test_axioms.test_a10_when_an_item_has_no_reviews_no_other_score_changes, {}, {}, empty_items_counted
    ),
    "A11": Mechanism(
        test_axioms.test_a11_when_a_reviewer_stretches_and_shifts_all_its_ratings_items_hardly_move,
        {"each": 20, "most": 0.02},
        {"fit_min_reviewers": 10**9},
    ),
    "A12": Mechanism(
        test_axioms.test_a12_when_a_reviewer_is_constant_or_shuffles_its_weight_vanishes,
        {"n_items": 150, "share": 0.2},
        {"fit_min_reviewers": 10**9},
    ),
    "A13": Mechanism(
        test_calibration.test_a13_coverage_when_all_are_too_sure_of_themselves_is_that_of_the_interval,
        {},
        {"calibration_weight": np.inf},
    ),
    "A15": Mechanism(
        test_axioms.test_a15_replay_when_the_inputs_are_the_same_so_is_the_hash, {}, {}, parameters_not_hashed
    ),
}


@pytest.fixture
def run(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Call an axiom's test, with or without its switch; fixtures by name."""

    def call(mechanism: Mechanism, *, switched: bool) -> None:
        test = getattr(mechanism.axiom, "hypothesis", None)
        function = test.inner_test if test else mechanism.axiom
        parameters = replace(DEFAULT, **mechanism.switched) if switched else DEFAULT
        given = {"parameters": parameters, "genesis": prior_population(Forms.single(1.0, 10.0), parameters)}
        names = function.__code__.co_varnames[: function.__code__.co_argcount]
        wanted = (name for name in names if name not in mechanism.called)
        fixtures = {name: given[name] if name in given else request.getfixturevalue(name) for name in wanted}
        function(**fixtures, **mechanism.called)

    return call


@pytest.mark.parametrize("axiom", MECHANISMS)
def test_an_axiom_when_its_mechanism_is_taken_out_is_seen_to_fail(axiom, run, monkeypatch):
    mechanism = MECHANISMS[axiom]
    run(mechanism, switched=False)
    if mechanism.patch:
        mechanism.patch(monkeypatch)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        run(mechanism, switched=True)
