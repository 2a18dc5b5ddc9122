"""CR, correlation-based ranking: Zhou, Lei & Zhou 2011, A robust ranking algorithm to spamming, EPL 94, 48002.

Items are means weighted by reputation R_r; R_r is Pearson's correlation of r's ratings with them, 0 where it is
negative or where there is none. It starts from r's degree over the number of items.
"""

import numpy as np

from tests.benchmarks.accuracy.peers.mean import weighted
from tests.benchmarks.accuracy.sample import Floats, Rated

TOLERANCE = 1e-6  # mean squared change of an item, at which it ends; as published
ROUNDS = 500
FLAT = 1e-12  # variance below which a reviewer's ratings, or the items they rated, are all the same


def cr(given: Rated, theta: float = 1.0) -> Floats:
    """float64[n_items]; `theta` redistributes reputation as IARR does, 1 leaves it."""
    reputation = np.bincount(given.reviewer, minlength=given.n_reviewers) / given.n_items
    before = np.full(given.n_items, np.inf)
    for _ in range(ROUNDS):
        quality = weighted(given, reputation)
        if np.mean((quality - before) ** 2) < TOLERANCE:
            break
        before = quality
        reputation = np.maximum(correlation(given, quality), 0.0) ** theta
    return quality


def correlation(given: Rated, quality: Floats) -> Floats:
    """Pearson's correlation of each reviewer's ratings with the quality of what they rated, float64[n_reviewers]."""
    who, n = given.reviewer, given.n_reviewers
    count = np.maximum(np.bincount(who, minlength=n), 1)
    x, y = quality[given.item], given.rating
    dx, dy = x - (np.bincount(who, x, n) / count)[who], y - (np.bincount(who, y, n) / count)[who]
    cov, var_x, var_y = (np.bincount(who, part, n) / count for part in (dx * dy, dx * dx, dy * dy))
    is_flat = (var_x < FLAT) | (var_y < FLAT)
    return np.where(is_flat, 0.0, cov / np.sqrt(np.where(is_flat, 1.0, var_x * var_y)))
