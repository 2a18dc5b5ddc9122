"""The roots of items from what is told in public of their reviews: x, P and φ, as an epoch read them."""

import numpy as np

from scoring.arrays import Floats, Ints
from scoring.parameters import Parameters
from scoring.root import ONE, Loss, solve


def told_roots(
    reading: Floats, precision: Floats, factor: Floats, item: Ints, q: Floats, parameters: Parameters
) -> Ints:
    """k of θ, of the lower and of the upper end of the interval: int64[3, items], in steps of 2⁻³².

    reading, precision, factor  float64[n], x in θ, P in 1/θ² and φ of each review; item int64[n]; q  float64[items],
    what each item's interval is stretched by. The bits are those
    of `item.score`, which gets x, P and φ from the reviews first. Linear in the reviews.
    """
    n_items = len(q)
    order = np.argsort(item, kind="stable")
    n_reviews = np.bincount(item, minlength=n_items)
    items = np.flatnonzero(n_reviews)
    length = n_reviews[items]
    start = np.cumsum(length) - length
    root_p = np.sqrt(precision[order])
    mass = np.zeros(n_items, dtype=np.int64)
    if len(items):
        mass[items] = np.add.reduceat(np.rint((precision * factor)[order] * ONE).astype(np.int64), start)
    half = np.rint(parameters.interval_z * q * np.sqrt(1.0 + mass / ONE) * ONE).astype(np.int64)
    k = np.stack([np.zeros_like(half), -half, half])
    if len(items):
        loss = Loss(reading[order], root_p, factor[order] * root_p, start, length, parameters.huber_c)
        k[:, items] = solve(loss, k[:, items])
    return k
