"""Intervals that cover what they say: q, which stretches every interval, and the interval of one more review.

q is seen in what an epoch has (SCORING.md, section 5): the two halves of each item's reviews are scored alone, and q is
the .9 quantile over items of their standardised difference, over 1.6449; log q is shrunk to 0 with weight 30.
SCORING.md standardises by the posteriors' variances; but two posteriors that are both drawn to 0 differ by less than
those say. Here, with S the ΣφP of a half and s = S/(1 + S), for θ ~ N(0, 1) and readings of variance 1/P:

    Var(m' − m'') = (s' − s'')² + s'²/S' + s''²/S''

Items with few independent sources have a q of their own, those with many another: a review's precision is capped, so
that a crowd with careful reviewers in it knows more than ΣφP says, and one or two reviewers do not. Measured by `make
bench-calibration` on section 10's generators, coverage of the 90 % interval of θ by 1, 2, 3–4, 5–9 and more reviews:

                                without q               one q for all               two
    dense clean    (1–5)        .924/.912/.930/.911/.952    .871/.876/.896/.864/.918
                   (201–205)                                .860/.856/.854/.877/.913    .927/.917/.922/.940/.883
    sparse clean   (201–225)                                .905/.901/.899/.897/.894    .905/.901/.899/.897/.893
    sparse push .3 (201–225)                                .901/.888/.873/.865/.853    .901/.888/.873/.865/.852

The .9 quantile of each review's residual against the others' left the dense 10 and more at .95. What both halves share
no half shows: where 30 % give nothing but the maximum, those who remain are taken for more precise than they are.

A sum over the reviews, and a sort and roots for each draw of halves; 3 to 8 % of the time of a fit. Held by A13
(tests/scoring/test_calibration.py) and A1 to A3.
"""

from dataclasses import dataclass, replace

import numpy as np

from scoring.arrays import Bools, Floats, Ints
from scoring.budgets import Crowds
from scoring.halves import Halves, chosen_items, keys_of
from scoring.item import Scores
from scoring.parameters import Parameters
from scoring.population import Population
from scoring.review_table import ReviewTable
from scoring.reviews import Reviews
from scoring.root import ONE, Loss, solve
from scoring.scale import Scale
from scoring.standards import standardise
from scoring.stretches import stretches
from scoring.sums import STRETCH
from scoring.weight import Weights, weigh


@dataclass(frozen=True, slots=True)
class Differences:
    """One row an item and draw, where both halves say something.

    size       float64[m], |m' − m''| over its standard deviation
    n_sources  int64[m], as `Crowds.n_vouched` counts them
    n_draws    rows that an item has
    """

    size: Floats
    n_sources: Ints
    n_draws: int

    @classmethod
    def of(cls, reviews: Reviews, table: ReviewTable, n_trusted: Ints, population: Population) -> "Differences":
        """The differences among reviews that count, each read by its row of `table`; n_trusted int64[items]."""
        parameters = population.parameters
        if len(reviews) > STRETCH:
            rows = np.flatnonzero(_are_compared(reviews, table, n_trusted, population)[reviews.item])
            reviews, table = reviews.take(rows), table.take(rows)
        weights, crowds, factor = _heard(reviews, table, n_trusted, population)
        root_p = np.sqrt(weights.precision)
        halves = Halves.of(reviews.item, (weights.reading, weights.precision, factor), parameters)
        if not len(halves.row):
            return cls(np.zeros(0), np.zeros(0, dtype=np.int64), 1)
        pull, root_p, reading = (factor * root_p)[halves.row], root_p[halves.row], weights.reading[halves.row]
        loss = Loss(reading, root_p, pull, halves.start, halves.length, parameters.huber_c)
        m = solve(loss, np.zeros(len(halves.start), dtype=np.int64)) / ONE
        mass = np.add.reduceat(np.rint(pull * root_p * ONE).astype(np.int64), halves.start) / ONE
        is_heard = (mass[::2] > 0.0) & (mass[1::2] > 0.0)
        n_sources = crowds.n_vouched()[reviews.item[halves.row[halves.start[::2]]]]
        size = _standardised(m.reshape(-1, 2)[is_heard], mass.reshape(-1, 2)[is_heard])
        return cls(size, n_sources[is_heard], halves.n_draws)


def _are_compared(reviews: Reviews, table: ReviewTable, n_trusted: Ints, population: Population) -> Bools:
    """The items that `Halves` chooses, bool[items], found in stretches of the reviews, which take little memory."""
    number, key = np.bincount(reviews.item, minlength=reviews.n_items), np.zeros(reviews.n_items, dtype=np.uint64)
    for rows, items, some in stretches(reviews):
        weights, _, factor = _heard(some, table.take(rows), n_trusted[items], population)
        key[items] = keys_of(some.item, (weights.reading, weights.precision, factor), some.n_items)
    return chosen_items(number, key, population.parameters)


def _heard(
    reviews: Reviews, table: ReviewTable, n_trusted: Ints, population: Population
) -> tuple[Weights, Crowds, Floats]:
    """What each review says and how loudly, who shares budgets, and φ."""
    z = standardise(reviews, population.forms, population.standards, population.parameters)
    weights = weigh(reviews, z, table, n_trusted, population)
    crowds = Crowds.of(reviews.item, reviews.n_items, table, population.parameters)
    return weights, crowds, crowds.factors(np.sqrt(weights.precision), population.parameters)


def calibrated(reviews: Reviews, table: ReviewTable, n_trusted: Ints, population: Population) -> Population:
    """`population` with its q, as `Differences.of` these shows it; q_many by items with many sources, shrunk to q."""
    seen = Differences.of(reviews, table, n_trusted, population)
    is_many = seen.n_sources >= population.parameters.calibration_many
    q = stretch(seen.size[~is_many], seen.n_draws, 1.0, population.parameters)
    return replace(population, q=q, q_many=stretch(seen.size[is_many], seen.n_draws, q, population.parameters))


def stretch(size: Floats, n_draws: int, prior: float, parameters: Parameters) -> float:
    """(The quantile of n items' differences over the normal's)^share · prior^(1 − share), share n/(n + weight).

    Within 1/limit and limit; `prior` without any.
    """
    if not len(size):
        return prior
    limit, n = parameters.calibration_limit, len(size) / n_draws
    share = n / (n + parameters.calibration_weight)
    seen = float(np.quantile(size, parameters.calibration_quantile)) / parameters.calibration_z
    return float(min(max(seen, 1.0 / limit), limit) ** share * prior ** (1.0 - share))


def _standardised(m: Floats, mass: Floats) -> Floats:
    """|m' − m''|/√Var, given m and ΣφP of both halves, float64[items, 2]."""
    share = mass / (1.0 + mass)
    variance = (share[:, 0] - share[:, 1]) ** 2 + (share * share / mass).sum(axis=1)
    return np.asarray(np.abs(m[:, 0] - m[:, 1]) / np.sqrt(variance))


def predictive(
    scores: Scores, item_form: Ints, population: Population, z: float | None = None
) -> tuple[Floats, Floats]:
    """Where one more review of each item would lie, low and high, float64[items] in rating units, within the scale.

    s₀ā√(sd² + σ²/ā²) on either side of s₀āθ + μ₀, `z` times (90 % unless given); sd is the item's, stretched by q, and
    σ² = 1/τ0 + σ_b² + σ_a² what a reviewer whom nobody knows adds, in z². An item without reviews has θ = 0.
    """
    parameters = population.parameters
    sd = (scores.high_k - scores.low_k) / (2.0 * parameters.interval_z * ONE)
    noise = population.newcomer_variance / population.abar**2
    half = (parameters.calibration_z if z is None else z) * np.sqrt(sd * sd + noise)
    scale, theta = Scale.of(item_form, population), scores.theta_k / ONE
    return scale.clipped(theta - half), scale.clipped(theta + half)
