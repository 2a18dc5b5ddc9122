"""IR: Laureti, Moret, Zhang & Yu 2006, Information filtering via iterative refinement, EPL 75, 1006.

Items are means weighted by w_r, and w_r = V_r^−β, V_r the mean squared distance of r's ratings from them; β = 1 (the
maximum-likelihood choice). ε keeps who agrees to the last digit finite.
"""

import numpy as np

from tests.benchmarks.accuracy.peers.mean import weighted
from tests.benchmarks.accuracy.sample import Floats, Rated

BETA = 1.0
EPSILON = 1e-8
TOLERANCE = 1e-12  # mean squared change of an item, at which it ends
ROUNDS = 500


def ir(given: Rated) -> Floats:
    """float64[n_items]."""
    n = np.maximum(np.bincount(given.reviewer, minlength=given.n_reviewers), 1)
    weight, before = np.ones(given.n_reviewers), np.full(given.n_items, np.inf)
    for _ in range(ROUNDS):
        quality = weighted(given, weight)
        if np.mean((quality - before) ** 2) < TOLERANCE:
            break
        before = quality
        square = (given.rating - quality[given.item]) ** 2
        weight = (np.bincount(given.reviewer, square, given.n_reviewers) / n + EPSILON) ** -BETA
    return quality
