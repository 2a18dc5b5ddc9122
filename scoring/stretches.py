"""Reviews in stretches of whole items: what is computed of one stretch after the other takes little memory."""

from collections.abc import Iterator

import numpy as np

from scoring.arrays import Rows, in_order
from scoring.reviews import Reviews
from scoring.sums import STRETCH


def stretches(reviews: Reviews) -> Iterator[tuple[Rows, slice, Reviews]]:
    """Of consecutive items, some hundred thousand reviews or those of one item: rows, items, and the reviews alone.

    Rows are a slice where the reviews are sorted by item; items of a stretch are coded from 0 on.
    """
    order = in_order(reviews.item)
    start = np.r_[0, np.cumsum(np.bincount(reviews.item, minlength=reviews.n_items))]
    if not reviews.n_items:
        yield slice(0, 0), slice(0, 0), reviews
    first = 0
    while first < reviews.n_items:
        last = max(first + 1, int(np.searchsorted(start, start[first] + STRETCH, side="right")) - 1)
        at = slice(int(start[first]), int(start[last]))
        rows = at if order is None else order[at]
        items = slice(first, last)
        yield rows, items, reviews.part(rows, items)
        first = last
