"""`controversial` and `needs_review`, by hand and against an integral."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from scoring.parameters import DEFAULT
from scoring.population import prior_population
from scoring.reviews import Forms
from scoring.sort_keys import average_precision, controversial, needs_review


def test_controversial_is_balance_times_dispersion_beyond_noise() -> None:
    above, below = np.array([2.0, 3.0, 4.0, 0.0, 2.0]), np.array([2.0, 1.0, 0.0, 0.0, 2.0])
    dispersion = np.array([2.5, 3.0, 9.0, 0.0, 0.7])
    assert controversial(above, below, dispersion).tolist() == [1.5, 1.5, 0.0, 0.0, 0.0]


def entropy(p: float) -> float:
    return -sum(q * math.log(q) for q in (p, 1.0 - p) if q > 0.0)


@pytest.mark.parametrize(("distance", "sd", "precision"), [(0.0, 1.0, 0.85), (0.4, 0.6, 0.5), (-1.5, 0.8, 2.0)])
def test_needs_review_is_the_gain_and_the_expected_drop_of_the_decisions_entropy(distance, sd, precision) -> None:
    gain = sd * sd * precision
    after = sd / math.sqrt(1.0 + gain)
    spread = math.sqrt(sd * sd - after * after)
    expected, _ = quad(lambda x: norm.pdf(x) * entropy(norm.cdf((distance + spread * x) / after)), -9, 9)
    drop = entropy(norm.cdf(distance / sd)) - expected
    found = needs_review(np.array([distance]), np.array([sd]), precision)[0]
    assert found == pytest.approx(0.5 * math.log(1.0 + gain) + drop, abs=2e-3)


def test_needs_review_is_greatest_where_little_is_known_and_the_decision_is_open() -> None:
    found = needs_review(np.array([0.0, 0.0, 3.0]), np.array([1.0, 0.3, 0.3]), 0.85)
    assert (np.diff(found) < 0).all()
    assert found[2] == pytest.approx(0.5 * math.log(1.0 + 0.09 * 0.85), abs=1e-6), "the decision is certain"


def test_needs_review_of_one_has_the_bits_of_all() -> None:
    rng = np.random.default_rng(3)
    distance, sd = rng.normal(size=37), rng.uniform(0.1, 1.0, 37)
    alone = [needs_review(distance[[at]], sd[[at]], 0.85)[0] for at in range(37)]
    assert alone == needs_review(distance, sd, 0.85).tolist()


def test_the_average_review_says_what_the_population_does() -> None:
    population = prior_population(Forms(np.ones((1, 1)), np.array([1.0]), np.array([10.0])), DEFAULT)
    assert average_precision(population) == pytest.approx(0.459 / (0.455 + 0.086))
