"""The score of an item, against a root found by SciPy and sums done by hand."""

import math

import numpy as np
import pytest
from scipy.optimize import brentq

from scoring.item import score
from scoring.parameters import DEFAULT
from scoring.population import prior_population
from scoring.reviews import Forms
from tests.scoring.clock import score_by

STEP = 9 * 0.25 * math.sqrt(0.459)  # rating units in one θ before any epoch, on a form from 1 to 10


def slow_root(x, p, target):
    """The root of F'(θ) = target, in plain Python."""

    def gradient(theta):
        pull = (max(-2.0, min(2.0, (a - theta) * math.sqrt(b))) * math.sqrt(b) for a, b in zip(x, p, strict=True))
        return theta - sum(pull) - target

    return brentq(gradient, -64, 64, xtol=1e-13)


@pytest.mark.parametrize("seed", range(12))
def test_roots_when_found_in_whole_numbers_are_those_of_scipy(reviews, genesis, table, seed):
    random = np.random.default_rng(seed)
    n = int(random.integers(1, 40))
    rating, slope, variance = random.random(n), random.uniform(0.1, 1.5, n), random.uniform(0.05, 2, n)
    bias = random.normal(0, 0.5, n)
    got = score_by(table(slope, variance, 0.8, bias), reviews(np.arange(n), np.zeros(n, int), rating), genesis)
    x = ((rating - 0.5) / 0.25 - bias) / slope
    p = np.minimum(slope**2 / variance, 10.0)
    half = 1.2816 * math.sqrt(1 + p.sum())
    assert got.theta_k[0] / 2**32 == pytest.approx(slow_root(x, p, 0.0), abs=1e-8)
    assert got.low_k[0] / 2**32 == pytest.approx(slow_root(x, p, -half), abs=1e-8)
    assert got.high_k[0] / 2**32 == pytest.approx(slow_root(x, p, half), abs=1e-8)
    assert got.n_effective[0] == pytest.approx(p.sum() ** 2 / (p**2).sum())
    assert got.information[0] == pytest.approx(1 + p.sum())
    theta = got.theta_k[0] / 2**32
    assert got.dispersion[0] == pytest.approx((p * (x - theta) ** 2).sum() / (n - 1) if n > 1 else 0.0)
    assert got.is_pull_capped.tolist() == (np.abs(x - theta) * np.sqrt(p) >= 2).tolist()
    assert got.is_weight_capped.tolist() == (slope**2 / variance > 10).tolist()


def test_value_when_one_review_is_unlike_the_others_is_in_rating_units(reviews, genesis, table):
    got = score_by(table(1.0, 1.0, 0.8), reviews([0], [0], [0.75]), genesis)
    # z = 1, P = 1: θ = ½; the ends of the interval are (θ − ½)·2 = ∓1.2816·√2
    half = 1.2816 / math.sqrt(2)
    assert got.value[0] == pytest.approx(5.5 + STEP / 2)
    assert got.share[0] == pytest.approx(STEP / 2)
    assert got.prior_share[0] == pytest.approx(5.5)
    assert got.reading[0] == pytest.approx(5.5 + STEP)
    assert got.low[0] == pytest.approx(5.5 + STEP * (0.5 - half))
    assert got.high[0] == pytest.approx(5.5 + STEP * (0.5 + half))
    assert got.sd[0] == pytest.approx(STEP / math.sqrt(2))
    assert got.best[0] == got.low[0]


def test_value_when_beyond_the_scale_is_clipped_and_the_prior_takes_the_cut(reviews, genesis, table):
    got = score_by(table(0.3, 0.1, [0.8] * 30), reviews(np.arange(30), np.zeros(30, int), np.ones(30)), genesis)
    assert got.value[0] == 10.0
    assert got.high[0] == 10.0
    assert got.best[0] > 10.0  # a sort key keeps its order
    assert got.share.sum() + got.prior_share[0] == pytest.approx(10.0, abs=1e-9)
    assert got.prior_share[0] < 5.5


@pytest.mark.parametrize("seed", range(5))
def test_shares_when_added_to_the_prior_give_the_value(community, genesis, seed):
    c = community(seed)
    got = score_by(genesis.newcomers(c.trust), c.reviews, genesis)
    total = np.bincount(c.reviews.item, got.share) + got.prior_share
    assert np.abs(total - got.value).max() < 1e-9


def test_score_when_there_are_no_reviews_is_the_prior(reviews, genesis):
    got = score_by(genesis.newcomers([]), reviews([], [], [], item_form=np.zeros(2, int)), genesis)
    assert np.isnan(got.value).all()
    assert got.best == pytest.approx([5.5 - 1.2816 * STEP] * 2)
    assert got.high == pytest.approx([5.5 + 1.2816 * STEP] * 2)
    assert got.n_reviews.tolist() == [0, 0]
    assert got.n_effective.tolist() == [0, 0]
    assert np.isnan(got.prior_share).all()


def test_reviews_when_a_million_agree_do_not_overflow(reviews, genesis, table):
    n = 10**6
    got = score_by(table(1.0, 0.1, np.full(n, 0.8)), reviews(np.arange(n), np.zeros(n, int), np.ones(n)), genesis)
    assert got.theta_k[0] / 2**32 == pytest.approx(2 * 10 * n / (10 * n + 1), abs=1e-6)
    assert got.n_effective[0] == pytest.approx(n)
    assert got.share.sum() + got.prior_share[0] == pytest.approx(5.5 + STEP * 2 * n / (n + 0.1), abs=1e-6)


def test_slope_when_under_the_least_says_nothing(reviews, genesis, table):
    got = score_by(table([0.049, 0.05], 0.001, 0.8), reviews([0, 1], [0, 0], [1.0, 0.6]), genesis)
    assert got.precision[0] == 0.0
    assert got.share[0] == 0.0
    assert got.precision[1] == pytest.approx(0.05**2 / 0.001)


def test_confidence_and_eligibility_when_given_multiply_the_weight_below_the_cap(reviews, genesis, table):
    confidence = np.array([0, 1, 2, 3, 4, 5], dtype=np.int8)
    eligibility = np.array([1, 1, 1, 1, 1, 0.5])
    one = reviews(np.arange(6), np.zeros(6, int), np.full(6, 0.6), confidence=confidence, eligibility=eligibility)
    got = score_by(table([1.0] * 6, 0.5, 0.8), one, genesis)
    assert got.precision == pytest.approx(2 * np.array([1, 0.6, 0.8, 1, 1.2, 0.7]))
    capped = score_by(table([1.0] * 6, 0.01, 0.4), one, genesis)
    # K = .05 + 9.95·½; nobody buys more with stated confidence, a half eligible review has half
    assert capped.precision == pytest.approx(np.array([1, 1, 1, 1, 1, 0.5]) * 5.025)


def test_unsigned_when_scored_shows_nothing_personal(reviews, genesis, table):
    """P .459/.05 = 9.18 of the population; its own row has another slope, bias and variance."""
    one = reviews([0, 1, 2], [0, 0, 0], [0.9, 0.9, 0.9], is_signed=np.array([False, False, True]))
    got = score_by(table(1.0, [1.9, 2.1, 1.9], 0.8, 0.4), one, genesis)
    assert got.band.tolist() == [2, 2, -1]
    assert got.precision[:2].tolist() == [0.4, 0.4]
    assert got.share[0] == got.share[1]
    assert got.reading[0] == pytest.approx(1 + 9 * 0.9)  # b = 0 and a = ā: it speaks for its own rating
    assert got.reading[2] != got.reading[0]
    low = score_by(table(1.0, 50.0, 0.8), reviews([0], [0], [0.9], is_signed=[False]), genesis)
    assert (low.band[0], low.precision[0]) == (-1, 0.0)
    half = score_by(table(1.0, 1.9, 0.8), reviews([0], [0], [0.9], is_signed=[False], eligibility=[0.5]), genesis)
    assert (half.band[0], half.precision[0]) == (2, 0.2)  # half a review is half of its band


def test_forms_when_items_differ_give_each_its_scale(reviews):
    forms = Forms(np.ones((2, 1)), np.array([1.0, 0.0]), np.array([10.0, 100.0]))
    population = prior_population(forms, DEFAULT)
    two = reviews([0, 1], [0, 1], [0.5, 0.5], item_form=np.array([0, 1]))
    assert score_by(population.newcomers([0.8, 0.8]), two, population).value == pytest.approx([5.5, 50.0])


def test_score_when_tables_do_not_fit_names_what_is_wrong(reviews, genesis, table):
    one = reviews([0, 1], [0, 0], [0.5, 0.5])
    with pytest.raises(ValueError, match="reviewer: expected codes from 0 to 0"):
        score_by(genesis.newcomers([0.8]), one, genesis)
    with pytest.raises(ValueError, match="table: 1 rows for 2"):
        score_by(table(1.0, 1.0, 0.8), one, genesis)
    with pytest.raises(ValueError, match="n_trusted: expected shape"):
        score(one, genesis, table([1.0, 1.0], 1.0, 0.8), np.zeros(2, dtype=np.int64))
    with pytest.raises(ValueError, match="item_form: the epoch has 1"):
        score_by(genesis.newcomers([0.8]), reviews([0], [0], [0.5], item_form=np.array([1])), genesis)
    with pytest.raises(ValueError, match="ratings: 2 criteria"):
        score_by(genesis.newcomers([0.8]), reviews([0], [0], [[0.5, 0.5]]), genesis)
