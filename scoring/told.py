"""The roots of items from what is told in public of their reviews: x, P and φ, as an epoch read them."""

import numpy as np

from scoring.arrays import Floats, Ints
from scoring.item import interval_roots, item_sums, loss_of
from scoring.parameters import Parameters
from scoring.root import ONE


def told_roots(
    reading: Floats, precision: Floats, factor: Floats, item: Ints, q: Floats, parameters: Parameters
) -> Ints:
    """k of θ, of the lower and of the upper end of the interval: int64[3, items], in steps of 2⁻³².

    reading, precision, factor  float64[n], x in θ, P in 1/θ² and φ of each review; item int64[n]
    q  float64[items], what each item's interval is stretched by
    As `item.score` finds them, which gets x, P and φ from the reviews first. Linear in the reviews.
    """
    order = np.argsort(item, kind="stable")
    n_reviews = np.bincount(item, minlength=len(q))
    items = np.flatnonzero(n_reviews)
    loss = loss_of(reading, precision, factor, order, n_reviews[items], parameters.huber_c)
    mass = item_sums((precision * factor)[order], loss, items, len(q), ONE)
    return interval_roots(loss, items, mass, q, parameters)
