"""Scores computed part by part, as one machine each would do it: the bits are those of all at once (A3)."""

from dataclasses import fields

import numpy as np

from scoring.arrays import Ints
from scoring.item import Scores, score
from scoring.population import Population
from scoring.review_table import ReviewTable
from scoring.reviews import Reviews

OF_REVIEWS = frozenset({"share", "reading", "precision", "factor", "is_pull_capped", "is_weight_capped", "band"})


def score_parts(reviews: Reviews, population: Population, table: ReviewTable, n_trusted: Ints, *, part: Ints) -> Scores:
    """Scores of all items of `reviews`, where `part`, int64[items], says which items are scored together.

    Each part sees its own reviews alone. Linear in the reviews, and in items × parts.
    """
    codes = np.unique(part)
    if len(codes) <= 1:
        return score(reviews, population, table, n_trusted)
    items = [np.flatnonzero(part == code) for code in codes]
    rows = [np.flatnonzero(part[reviews.item] == code) for code in codes]
    found = [score(reviews.take(at), population, table.take(at), n_trusted) for at in rows]
    columns = {}
    for name in (field.name for field in fields(Scores)):
        of_reviews = name in OF_REVIEWS
        column = np.empty(len(reviews) if of_reviews else reviews.n_items, dtype=getattr(found[0], name).dtype)
        for at, of, scored in zip(rows, items, found, strict=True):
            column[at if of_reviews else of] = getattr(scored, name) if of_reviews else getattr(scored, name)[of]
        columns[name] = column
    return Scores(**columns)
