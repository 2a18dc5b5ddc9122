"""The sort keys that a score gives by itself: where reviewers are split, and where one more would help most."""

import numpy as np
from scipy import special

from scoring.arrays import Floats
from scoring.decision import balance_of
from scoring.population import Population

POINTS, WEIGHTS = np.polynomial.hermite_e.hermegauss(15)  # for E f(x), x ~ N(0, 1)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


def controversial(weight_above: Floats, weight_below: Floats, dispersion: Floats) -> Floats:
    """4W₊W₋/W² · max(0, D − 1), float64[items]: 0 where all are of a mind, or differ no more than noise makes them.

    W₊ and W₋ are the weights above and below the acceptance threshold, D the dispersion.
    """
    return np.asarray(balance_of(weight_above, weight_below) * np.maximum(0.0, dispersion - 1.0))


def average_precision(population: Population) -> float:
    """P̄, in 1/θ²: what a review says by somebody trusted whom no epoch has met, who does not state a confidence."""
    return float(min(population.abar**2 / population.newcomer_variance, population.parameters.k_max))


def needs_review(distance: Floats, sd: Floats, precision: float) -> Floats:
    """What one more average review of precision P̄ would teach, in nats, float64[items]: of the merit and the decision.

    distance: float64[items], of θ over the acceptance threshold; sd: float64[items], of θ. The first term is what it
    tells of θ: ½ ln(1 + sd²P̄). The second is the expected drop of the entropy of "θ is above the threshold": now it is
    h(Φ(δ/s)); after the review s'² = s²/(1 + s²P̄), and δ' ~ N(δ, s² − s'²) over what the review may say, so that
    the expectation of h(Φ(δ'/s')) is a Gauss–Hermite sum of 15 points. It is never negative.
    """
    gain = sd * sd * precision
    after = sd / np.sqrt(1.0 + gain)
    spread = np.sqrt(np.maximum(sd * sd - after * after, 0.0))
    expected = np.zeros(len(sd))
    for point, weight in zip(POINTS.tolist(), WEIGHTS.tolist(), strict=True):  # one after the other: the order is fixed
        expected = expected + weight * _entropy((distance + spread * point) / after)
    drop = np.maximum(0.0, _entropy(distance / sd) - expected)
    return np.asarray(0.5 * special.log1p(gain) + drop)


def _entropy(z: Floats) -> Floats:
    """h(Φ(z)) in nats: entropy of a decision that is yes with that probability."""
    return np.asarray(special.entr(special.ndtr(z)) + special.entr(special.ndtr(-z)))
