"""Tiers and decisions: every move, by probabilities of a normal that are looked up, not computed here."""

import numpy as np
import pytest

from scoring.decision import (
    DECISIONS,
    REASONS,
    TIERS,
    Evidence,
    Thresholds,
    move_decisions,
    move_tiers,
    quantile_tiers,
)
from tests.scoring.clock import score_by

THRESHOLDS = Thresholds(np.array([[5.0, 6.0, 7.0, 8.0]]), np.array([6.0]))
# Pr(value ≥ t) with sd 1, from a table of the normal distribution: .80 at t = value − .8416, .30 at t = value + .5244
UP, DOWN = 0.8417, 0.5244


def evidence(value, *, sd=1.0, n_effective=5.0, n_clusters=5, dispersion=1.0, above=1.0, below=0.0):
    numbers = (value, sd, n_effective, n_clusters, dispersion, above, below)
    return Evidence(*(np.atleast_1d(np.asarray(number, dtype=float)) for number in numbers))


def moved_tier(before, hours=48.0, **known):
    form, previous = np.array([0]), np.array([TIERS.index(before)])
    return move_tiers(evidence(**known), THRESHOLDS, form, previous, np.array([hours]))


def moved_decision(before, **known):
    form, previous = np.array([0]), np.array([DECISIONS.index(before)])
    return move_decisions(evidence(**known), THRESHOLDS, form, previous)


def tier(before, **known):
    return TIERS[moved_tier(before, **known).state[0]]


def decision(before, **known):
    return DECISIONS[moved_decision(before, **known).state[0]]


@pytest.mark.parametrize(
    ("value", "first"),
    [(1.0, "weak"), (4.99, "weak"), (5.0, "developing"), (6.0, "sound"), (7.5, "strong"), (8.0, "exceptional")],
)
def test_tier_when_it_is_the_first_holds_the_value(value, first):
    assert tier("emerging", value=value, hours=0.0) == first


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("sound", 7.0 + UP, "strong"),
        ("sound", 7.0 + UP - 0.001, "sound"),
        ("sound", 8.0 + UP, "exceptional"),
        ("sound", 6.0 - DOWN, "sound"),
        ("sound", 6.0 - DOWN - 0.001, "developing"),
        ("strong", 5.0 - DOWN - 0.001, "weak"),
        ("exceptional", 7.4, "strong"),
        ("weak", 5.8, "weak"),
    ],
)
def test_tier_when_the_value_moves_follows_with_hysteresis(before, value, after):
    assert tier(before, value=value) == after


def test_tier_when_a_day_has_not_passed_stays():
    assert tier("sound", value=9.9, hours=23.99) == "sound"
    assert tier("sound", value=1.0, hours=23.99) == "sound"
    assert tier("sound", value=9.9, hours=24.0) == "exceptional"


@pytest.mark.parametrize("known", [{"n_effective": 1.59}, {"n_clusters": 1}, {"value": np.nan, "n_effective": 0.0}])
def test_tier_when_evidence_is_thin_is_emerging(known):
    assert tier("strong", **{"value": 9.0, **known}) == "emerging"


def test_tier_when_evidence_is_a_little_less_than_it_once_took_stays():
    assert tier("emerging", value=9.0, n_effective=2.39) == "emerging"
    assert tier("exceptional", value=9.0, n_effective=1.6) == "exceptional"


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("under_review", 6.0 + 1.6449, "accepted"),  # .95
        ("under_review", 6.0 + 1.6448, "under_review"),
        ("under_review", 6.0 - 1.6449, "rejected"),
        ("under_review", 6.0 - 1.6448, "under_review"),
        ("accepted", 6.0 - 0.2533, "accepted"),  # .40
        ("accepted", 6.0 - 0.2534, "under_review"),
        ("rejected", 6.0 + 0.2533, "rejected"),
        ("rejected", 6.0 + 0.2534, "under_review"),
        ("accepted", 6.0 - 1.7, "rejected"),
        ("contested", 7.0, "under_review"),
    ],
)
def test_decision_when_the_probability_crosses_moves_with_hysteresis(before, value, after):
    assert decision(before, value=value) == after


@pytest.mark.parametrize(
    ("known", "after"),
    [
        ({"dispersion": 1.51, "above": 6.0, "below": 1.03}, "contested"),  # 4·6·1.03/7.03² = .5002
        ({"dispersion": 1.50, "above": 6.0, "below": 1.03}, "under_review"),
        ({"dispersion": 1.51, "above": 6.0, "below": 1.02}, "under_review"),  # .4966
        ({"dispersion": 9.0, "above": 1.0, "below": 1.0, "n_effective": 2.0}, "under_review"),
        ({"dispersion": 9.0, "above": 1.0, "below": 1.0, "value": 9.0}, "accepted"),
    ],
)
def test_decision_when_reviewers_are_split_is_contested(known, after):
    assert decision("under_review", **{"value": 6.0, **known}) == after


@pytest.mark.parametrize(
    ("known", "after"),
    [
        ({"dispersion": 0.81, "above": 9.0, "below": 1.0}, "contested"),  # 4·9·1/10² = .36
        ({"dispersion": 0.80, "above": 9.0, "below": 1.0}, "under_review"),
        ({"dispersion": 0.81, "above": 12.0, "below": 1.0}, "under_review"),  # 4·12·1/13² = .28
    ],
)
def test_decision_when_it_was_contested_stays_so_while_reviewers_are_split_still(known, after):
    assert decision("contested", **{"value": 6.0, **known}) == after


@pytest.mark.parametrize(
    ("before", "known", "reason"),
    [
        ("emerging", {"value": 7.0}, "enough_reviews"),
        ("sound", {"value": 7.0 + UP}, "surely_higher"),
        ("sound", {"value": 5.0}, "hardly_there"),
        ("sound", {"value": 5.0, "hours": 23.0}, "too_soon"),
        ("sound", {"value": 7.0, "n_clusters": 1}, "too_few_reviews"),
        ("sound", {"value": 6.5}, ""),
    ],
)
def test_tier_when_it_moves_says_why(before, known, reason):
    assert REASONS[moved_tier(before, **known).reason[0]] == reason


@pytest.mark.parametrize(
    ("before", "known", "reason"),
    [
        ("under_review", {"value": 9.0}, "acceptable"),
        ("accepted", {"value": 1.0}, "unacceptable"),
        ("accepted", {"value": 5.7}, "unsettled"),
        ("accepted", {"value": 6.0, "n_clusters": 1}, "too_few_reviews"),
        ("under_review", {"value": 6.0, "dispersion": 2.0, "above": 1.0, "below": 1.0}, "split"),
        ("accepted", {"value": 9.0}, ""),
    ],
)
def test_decision_when_it_moves_says_why(before, known, reason):
    assert REASONS[moved_decision(before, **known).reason[0]] == reason


def test_evidence_when_taken_from_scores_weighs_both_sides(reviews, genesis, table):
    one = reviews([0, 1, 2, 3], [0, 0, 0, 1], [5 / 9, 4 / 9, 0.9, 0.1], eligibility=np.array([1.0, 1.0, 0.5, 0.0]))
    # with ā's slope and no bias a review speaks for its own rating: 6, 5, 9.1 and 1.9
    got = Evidence.of(score_by(table(genesis.abar, 0.459, [0.8] * 4), one, genesis), one, THRESHOLDS)
    assert got.weight_above == pytest.approx([1.5, 0.0])
    assert got.weight_below == pytest.approx([1.0, 0.0])
    assert got.n_clusters.tolist() == [3, 0]


def test_tiers_when_ranked_are_quantiles_of_what_has_reviews():
    best = np.r_[np.arange(100.0), 1e9]
    got = quantile_tiers(best, np.r_[np.ones(100, bool), False])
    assert np.bincount(got).tolist() == [1, 20, 30, 30, 15, 5]
    assert TIERS[got[99]] == "exceptional"
    assert TIERS[got[100]] == "emerging"
    assert quantile_tiers(np.zeros(0), np.zeros(0, bool)).tolist() == []


def test_thresholds_when_not_ascending_are_refused():
    with pytest.raises(ValueError, match="tiers: expected four ascending"):
        Thresholds(np.array([[5.0, 5.0, 6.0, 7.0]]), np.array([6.0]))
