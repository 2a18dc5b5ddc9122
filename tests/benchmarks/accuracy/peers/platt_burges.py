"""Platt & Burges 2012, Regularized least squares to remove reviewer bias: rating = μ + item + reviewer + noise.

Items and reviewers are ridge estimates, by turns: g_p = Σ(y − μ − b_r)/(n_p + λ_g), b_r = Σ(y − μ − g_p)/(n_r + λ_b).
Each λ is the variance of noise over that of the effect, as in the calibration of NeurIPS 2014; the variances are found
with the effects (MacKay's fixed point), in place of the paper's cross-validation.
"""

import numpy as np

from tests.benchmarks.accuracy.sample import Floats, Ints, Rated

TOLERANCE = 1e-10  # mean squared change of an item, at which it ends
ROUNDS = 500
LEAST = 1e-6  # of a variance


def platt_burges(given: Rated) -> Floats:
    """float64[n_items]: μ + g."""
    mu = given.rating.mean()
    centred = given.rating - mu
    item, bias = np.zeros(given.n_items), np.zeros(given.n_reviewers)
    noise = item_variance = bias_variance = float(centred.var()) / 3.0
    for _ in range(ROUNDS):
        before = item
        item, item_known = _ridge(centred - bias[given.reviewer], given.item, given.n_items, noise / item_variance)
        bias, bias_known = _ridge(centred - item[given.item], given.reviewer, given.n_reviewers, noise / bias_variance)
        residual = centred - item[given.item] - bias[given.reviewer]
        noise = max(float(residual @ residual) / (len(residual) - item_known - bias_known), LEAST)
        item_variance = max(float(item @ item) / item_known, LEAST)
        bias_variance = max(float(bias @ bias) / bias_known, LEAST)
        if np.mean((item - before) ** 2) < TOLERANCE:
            break
    return mu + item


def _ridge(values: Floats, code: Ints, n: int, penalty: float) -> tuple[Floats, float]:
    """The effect of each of n codes, and how many of them the data determine: Σ n/(n + λ)."""
    count = np.bincount(code, minlength=n)
    return np.bincount(code, values, n) / (count + penalty), float((count / (count + penalty)).sum())
