"""What bounding a cluster does to the items that its members reviewed: their scores as they are, and with its reviews
counted in full, under no budget and no suspicion of a push."""

from dataclasses import dataclass, replace

import numpy as np

from scoring.arrays import Bools, Floats, Ints
from scoring.item import score
from scoring.population import Population
from scoring.review_table import ReviewTable
from scoring.reviews import Reviews


@dataclass(frozen=True, slots=True)
class Effects:
    """One row an item that two or more of the cluster reviewed; values in rating units.

    item       int64[m]
    n_reviews  int64[m], by the cluster
    value, value_in_full  float64[m]
    """

    item: Ints
    n_reviews: Ints
    value: Floats
    value_in_full: Floats


def cluster_effects(
    reviews: Reviews, population: Population, table: ReviewTable, n_trusted: Ints, cluster: int
) -> Effects:
    """Effects of bounding `cluster`; `table` and `n_trusted` are what the epoch reads the reviews with.

    Scores each item twice, from its reviews alone: linear in the reviews of those items.
    """
    is_theirs = (table.cluster == cluster) & (reviews.eligibility > 0.0)
    n_reviews = np.bincount(reviews.item[is_theirs], minlength=reviews.n_items)
    items = np.flatnonzero(n_reviews >= 2)
    rows = np.flatnonzero((n_reviews >= 2)[reviews.item])
    kept, reading = reviews.take(rows), table.take(rows)
    lifted = lift(reading, reading.cluster == cluster)
    value, in_full = (score(kept, population, one, n_trusted).value[items] for one in (reading, lifted))
    return Effects(items, n_reviews[items], value, in_full)


def lift(table: ReviewTable, rows: Bools) -> ReviewTable:
    """The same table with the reviews of `rows`, bool[n], under no cluster's budget and no suspicion of a push."""
    return replace(table, budget=np.where(rows, np.inf, table.budget), push=np.where(rows, 1.0, table.push))
