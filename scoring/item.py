"""The score of items: a pure function of their reviews and a frozen epoch (SCORING.md, section 5).

The fast clock: one post in a web request, or every item at once in the epoch job, to the same bits. Budgets
(`budgets.Crowds`) multiply what a review pulls by, never what it says. Linear in the reviews. Held by A1 to A10.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from scoring.arrays import Bools, Floats, Ints, codes
from scoring.budgets import Crowds
from scoring.parameters import Parameters
from scoring.population import Population
from scoring.review_table import ReviewTable
from scoring.reviews import Reviews
from scoring.root import ONE, Loss, solve
from scoring.scale import Scale
from scoring.standards import standardise
from scoring.weight import Weights, weigh

COARSE = 2.0**23  # steps in 1 of a sum of squares: a million terms of up to 2¹⁹ fit int64
FINE = 2.0**60  # steps in 1 of a sum of squared shares, which is 1 at most


@dataclass(frozen=True, slots=True)
class Scores:
    """One row an item, then one row a review; rating units are those of the item's form.

    theta_k, best_k, low_k, high_k  int64[items], θ in steps of 2⁻³²: the numbers to hash and to sort by
    information  float64[items], 1 + ΣφP in 1/θ²
    value        float64[items], clipped to the scale; NaN without reviews
    low, high    float64[items], ends of the 80 % interval, clipped to the scale
    best         float64[items], the sort key: the interval's lower end, not clipped, so that order is kept
    sd           float64[items], (high − low)/(2z) before clipping
    prior_share  float64[items], what the prior and the clipping contribute to value; NaN without reviews
    n_reviews    int64[items], reviews that count
    n_effective  float64[items], (ΣφP)²/Σ(φP)², where the reviews of one cluster with a budget are one
    n_sources    int64[items], of those sources, the ones that have weight
    dispersion   float64[items], ΣφP(x − θ)²/(n − 1); 0 with fewer than two reviews
    share        float64[n], what each review contributes to value; 0 where ineligible
    reading      float64[n], the value each review alone speaks for, not clipped
    precision    float64[n], P in 1/θ²
    factor       float64[n], φ in [0, 1], what budgets leave of it; 0 where ineligible
    is_pull_capped, is_weight_capped  bool[n]: beyond huber_c; at the account's cap K
    band         int64[n], public band of an unsigned review, else -1
    """

    theta_k: Ints
    best_k: Ints
    low_k: Ints
    high_k: Ints
    information: Floats
    value: Floats
    low: Floats
    high: Floats
    best: Floats
    sd: Floats
    prior_share: Floats
    n_reviews: Ints
    n_effective: Floats
    n_sources: Ints
    dispersion: Floats
    share: Floats
    reading: Floats
    precision: Floats
    factor: Floats
    is_pull_capped: Bools
    is_weight_capped: Bools
    band: Ints


def score(reviews: Reviews, population: Population, table: ReviewTable, n_trusted: Ints) -> Scores:
    """Scores of all items of `reviews`, each review read by its row of `table`.

    n_trusted: int64[items], reviews by trusted accounts when the epoch was fitted (0 for an item it has not met); it
    sets the cap of one account. ValueError if the columns do not fit, or the forms are not the epoch's.
    """
    _check(reviews, population, table, n_trusted)
    counted, rows = reviews.counted()
    table = table if len(rows) == len(table) else table.take(rows)
    z = standardise(counted, population.forms, population.standards, population.parameters)
    weights = weigh(counted, z, table, n_trusted, population)
    crowds = Crowds.of(counted.item, reviews.n_items, table, population.parameters)
    factor = crowds.factors(np.sqrt(weights.precision), population.parameters)
    order = np.argsort(counted.item, kind="stable")
    n_reviews = np.bincount(counted.item, minlength=reviews.n_items)
    items = np.flatnonzero(n_reviews)
    c = population.parameters.huber_c
    loss = loss_of(weights.reading, weights.precision, factor, order, n_reviews[items], c)
    weight = weights.precision * factor
    mass = item_sums(weight[order], loss, items, reviews.n_items, ONE)
    k = interval_roots(loss, items, mass, population.stretch(crowds.n_vouched()), population.parameters)
    scale = Scale.of(reviews.item_form, population)
    pull = np.zeros(len(counted), dtype=np.int64)
    pull[order] = loss.terms(k[0, items])
    deviation = _deviation(weight[order], loss, items, k[0])
    return Scores(
        **_of_items(k, mass, deviation, n_reviews, scale, population),
        **_of_sources(weight, crowds, mass),
        **_prior(k[0], pull, counted.item, n_reviews, scale),
        **_of_reviews(len(reviews), rows, weights, factor, pull, scale.take(counted.item), population),
    )


def _check(reviews: Reviews, population: Population, table: ReviewTable, n_trusted: Ints) -> None:
    if len(table) != len(reviews):
        raise ValueError(f"table: {len(table)} rows for {len(reviews)} reviews")
    codes(n_trusted, "n_trusted", reviews.n_items, below=2**31)
    forms, criteria = population.forms.weights.shape
    if reviews.ratings.shape[1] != criteria:
        raise ValueError(f"ratings: {reviews.ratings.shape[1]} criteria, the epoch has {criteria}")
    if reviews.item_form.max(initial=0) >= forms:
        raise ValueError(f"item_form: the epoch has {forms} forms")


def loss_of(reading: Floats, precision: Floats, factor: Floats, order: Ints, length: Ints, huber_c: float) -> Loss:
    """The losses of items from x, P and φ of each review; `order` sorts them by item, of which each has `length`."""
    start = np.cumsum(length) - length
    root_p = np.sqrt(precision[order])
    return Loss(reading[order], root_p, factor[order] * root_p, start, length, huber_c)


def item_sums(values: Floats, loss: Loss, items: Ints, n_items: int, steps: float) -> Ints:
    """Σ over each item's rows, int64[n_items] in units of 1/`steps`."""
    result = np.zeros(n_items, dtype=np.int64)
    if len(items):
        result[items] = np.add.reduceat(np.rint(values * steps).astype(np.int64), loss.start)
    return result


def interval_roots(loss: Loss, items: Ints, mass_k: Ints, q: Floats, parameters: Parameters) -> Ints:
    """k of θ and of both ends of the interval, int64[3, items]; without reviews F'(θ) is θ itself."""
    half = parameters.interval_z * q * np.sqrt(1.0 + mass_k / ONE)
    half_k = np.rint(half * ONE).astype(np.int64)
    k = np.stack([np.zeros_like(half_k), -half_k, half_k])
    if len(items):
        k[:, items] = solve(loss, k[:, items])
    return k


def _deviation(weight: Floats, loss: Loss, items: Ints, theta_k: Ints) -> Floats:
    """ΣφP(x − θ)² of each item."""
    residual = loss.reading - np.repeat(theta_k[items] / ONE, loss.length)
    return item_sums(weight * residual * residual, loss, items, len(theta_k), COARSE) / COARSE


def _of_sources(weight: Floats, crowds: Crowds, mass_k: Ints) -> dict[str, Any]:
    """How many sources an item has, by number and as 1/Σ share² of their shares in its ΣφP."""
    source = crowds.sources()
    n = len(weight) + crowds.n_groups
    of_source, item = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    np.add.at(of_source, source, np.rint(weight * ONE).astype(np.int64))
    item[source] = crowds.item
    heard = np.flatnonzero(of_source)
    share = of_source[heard] / mass_k[item[heard]]
    square = np.zeros(crowds.n_items, dtype=np.int64)
    np.add.at(square, item[heard], np.rint(share * share * FINE).astype(np.int64))
    return {
        "n_effective": np.where(square > 0, FINE / np.maximum(square, 1), 0.0),
        "n_sources": np.bincount(item[heard], minlength=crowds.n_items),
    }


def _of_items(
    k: Ints,
    mass_k: Ints,
    deviation: Floats,
    n_reviews: Ints,
    scale: Scale,
    population: Population,
) -> dict[str, Any]:
    low, high = k[1:] / ONE
    return {
        "theta_k": k[0],
        "best_k": k[1],
        "low_k": k[1],
        "high_k": k[2],
        "information": 1.0 + mass_k / ONE,
        "low": scale.clipped(low),
        "high": scale.clipped(high),
        "best": scale.rating(low),
        "sd": scale.step * ((high - low) / (2.0 * population.parameters.interval_z)),
        "n_reviews": n_reviews,
        "dispersion": np.where(n_reviews > 1, deviation / np.maximum(n_reviews - 1, 1), 0.0),
    }


def _prior(theta_k: Ints, pull: Ints, item: Ints, n_reviews: Ints, scale: Scale) -> dict[str, Any]:
    """The value, and what of it no review contributes: μ₀, the cut of the clipping, the rounding of the root."""
    pulled = np.zeros(len(theta_k), dtype=np.int64)
    np.add.at(pulled, item, pull)
    value = np.where(n_reviews > 0, scale.clipped(theta_k / ONE), np.nan)
    return {"value": value, "prior_share": value - scale.step * (pulled / ONE)}


def _of_reviews(
    n: int, rows: Ints, weights: Weights, factor: Floats, pull: Ints, scale: Scale, population: Population
) -> dict[str, Any]:
    bound = population.parameters.huber_c * (factor * np.sqrt(weights.precision))
    at_bound = (np.abs(pull) >= np.rint(bound * ONE)) & (bound > 0.0)
    return {
        "share": _spread_rows(n, rows, scale.step * (pull / ONE), 0.0),
        "reading": _spread_rows(n, rows, scale.rating(weights.reading), np.nan),
        "precision": _spread_rows(n, rows, weights.precision, 0.0),
        "factor": _spread_rows(n, rows, factor, 0.0),
        "is_pull_capped": _spread_rows(n, rows, at_bound, fill=False),
        "is_weight_capped": _spread_rows(n, rows, weights.is_capped, fill=False),
        "band": _spread_rows(n, rows, weights.band, -1),
    }


def _spread_rows(n: int, rows: Ints, values: Any, fill: Any) -> Any:
    """`values` at `rows` of n, `fill` elsewhere: what reviews that do not count have."""
    if len(rows) == n:
        return values
    result = np.full(n, fill, dtype=values.dtype)
    result[rows] = values
    return result
