"""What the score of an item would be, were some of its reviews not there: the item is scored anew, in copies."""

import numpy as np

from scoring.arrays import Bools, Floats, Ints
from scoring.item import score
from scoring.population import Population
from scoring.review_table import ReviewTable
from scoring.reviews import Reviews

ROWS = 2**17  # reviews scored together: some ten megabytes


def values_without(
    reviews: Reviews, population: Population, table: ReviewTable, n_trusted: Ints, left_out: Bools
) -> Floats:
    """Values of the one item of `reviews` without each of m sets of them, float64[m] in rating units.

    left_out: bool[m, n], the reviews of each set. NaN where none is left that counts. What the epoch froze stays as it
    is, and budgets are shared anew among those who are left: as if the reviews were withdrawn. Time and memory are
    linear in m·n, memory up to `ROWS`. ValueError if there is more than one item.
    """
    if reviews.n_items != 1:
        raise ValueError(f"reviews: of {reviews.n_items} items, where one is taken apart")
    step = max(1, ROWS // max(1, len(reviews)))
    sets = (left_out[at : at + step] for at in range(0, len(left_out), step))
    return np.concatenate([np.empty(0), *(_values(reviews, population, table, n_trusted, some) for some in sets)])


def _values(reviews: Reviews, population: Population, table: ReviewTable, n_trusted: Ints, left_out: Bools) -> Floats:
    copy, row = np.nonzero(~left_out)
    copies = Reviews(
        reviews.reviewer[row],
        copy,
        reviews.ratings[row],
        reviews.confidence[row],
        reviews.eligibility[row],
        reviews.is_signed[row],
        reviews.n_reviewers,
        np.repeat(reviews.item_form, len(left_out)),
    )
    return score(copies, population, table.take(row), np.repeat(n_trusted, len(left_out))).value
