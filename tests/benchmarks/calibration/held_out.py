"""Conference reviews held out, and whether the predictive interval of the reviews that remain holds them."""

import numpy as np

from scoring.calibration import predictive
from scoring.epoch import fit
from scoring.item import score
from scoring.reviews import Forms, Reviews
from tests.benchmarks.accuracy import real
from tests.benchmarks.accuracy.ours import VERIFIED
from tests.benchmarks.accuracy.sample import Bools, Floats, Ints
from tests.benchmarks.calibration.coverage import QUANTILES, Cases

RATED = (1.0, 10.0)
STEP = 1.0  # ratings are whole numbers


def held_out(name: str, seed: int) -> tuple[Cases, Cases]:
    """Cases as they are, and smoothed, of one of `real.CONFERENCES`.

    Each paper keeps 1 to n − 1 of its n reviews, all numbers equally probable, and the rest are held out: the fit reads
    nothing of them. As they are: an interval holds a rating that is not outside it. Smoothed: it holds the part of the
    rating's own step, half a step to either side, that is inside it; at an end of the scale the step reaches beyond.
    """
    data = real.conference(name)
    is_kept = kept(data.ratings.item, seed)
    given = data.ratings
    n, kept_rows = len(given.item), np.flatnonzero(is_kept)
    whole = Reviews(
        reviewer=given.reviewer,
        item=given.item,
        ratings=given.rating[:, None],
        confidence=data.confidence.astype(np.int8),
        eligibility=np.ones(n),
        is_signed=np.ones(n, dtype=np.bool_),
        n_reviewers=given.n_reviewers,
        item_form=np.zeros(given.n_items, dtype=np.int64),
    )
    reviews = whole.take(kept_rows)
    epoch = fit(reviews, Forms.single(*RATED), np.full(given.n_reviewers, VERIFIED))
    scores = score(reviews, epoch.population, epoch.table, epoch.n_trusted)
    item = given.item[~is_kept]
    rating = RATED[0] + (RATED[1] - RATED[0]) * given.rating[~is_kept]
    ends = [predictive(scores, reviews.item_form, epoch.population, z) for z in QUANTILES]
    low, high = (np.stack([pair[side][item] for pair in ends], axis=1) for side in (0, 1))
    columns = scores.n_reviews[item], item
    return Cases(*columns, ratings_in(rating, low, high)), Cases(*columns, part_of(rating, low, high))


def kept(item: Ints, seed: int) -> Bools:
    """Which reviews remain, bool[n]: 1 to n − 1 of an item's n, of its only one that one."""
    random = np.random.default_rng(seed)
    number = np.bincount(item)
    order = np.lexsort((random.random(len(item)), item))
    place = np.empty(len(item), dtype=np.int64)
    place[order] = np.arange(len(item)) - (np.cumsum(number) - number)[item[order]]
    return np.asarray(place < random.integers(1, np.maximum(number, 2))[item])


def ratings_in(rating: Floats, low: Floats, high: Floats) -> Floats:
    """1 where `rating`, float64[n], is not outside the interval from `low` to `high`, float64[n, levels]."""
    y = rating[:, None]
    rounding = 1e-9  # of y, which has been on [0, 1]
    return ((y >= low - rounding) & (y <= high + rounding)).astype(np.float64)


def part_of(rating: Floats, low: Floats, high: Floats) -> Floats:
    """The part of the rating's own step that is inside; an interval that ends with the scale has all beyond it."""
    y = rating[:, None]
    low, high = np.where(low <= RATED[0], -np.inf, low), np.where(high >= RATED[1], np.inf, high)
    inside = np.minimum(high, y + STEP / 2) - np.maximum(low, y - STEP / 2)
    return np.clip(inside / STEP, 0.0, 1.0)
