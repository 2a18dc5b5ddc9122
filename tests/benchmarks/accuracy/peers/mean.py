"""The mean rating."""

import numpy as np

from tests.benchmarks.accuracy.sample import Floats, Rated


def mean(given: Rated) -> Floats:
    """float64[n_items]; the mean of all ratings for an item without any."""
    return weighted(given, np.ones(given.n_reviewers))


def weighted(given: Rated, weight: Floats) -> Floats:
    """Each item's mean under its reviewers' weights, float64[n_items]; where all are 0, the mean of all ratings."""
    w = weight[given.reviewer]
    total = np.bincount(given.item, w, given.n_items)
    pulled = np.bincount(given.item, w * given.rating, given.n_items)
    return np.where(total > 0.0, pulled / np.where(total > 0.0, total, 1.0), given.rating.mean())
