"""How well each reading of an item explains its ratings: one θ, two groups, or a share given at an end of the scale.

Log-likelihoods are rounded to steps of 2⁻³⁶ and summed as whole numbers: the same bits in any order of the rows.
"""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Floats, Ints
from scoring.parameters import Parameters
from scoring.suspects import Suspects

MOST = 2.0**60  # beyond every log-likelihood
ONE = 2.0**36  # a million terms of at most 2⁵ stay below 2⁶¹


@dataclass(frozen=True, slots=True)
class Grid:
    """θ float64[T] with its log prior, N(0, 1); ε float64[E], equally probable."""

    theta: Floats
    log_prior: Floats
    epsilon: Floats

    @classmethod
    def of(cls, n_points: int, epsilon: tuple[float, ...], parameters: Parameters) -> "Grid":
        """The grid of `n_points` of θ over ± `push_reach`."""
        theta = np.linspace(-parameters.push_reach, parameters.push_reach, n_points)
        log_prior = -0.5 * theta * theta
        return cls(theta, log_prior - log_sum(log_prior, 0), np.array(epsilon))


@dataclass(frozen=True, slots=True)
class Side:
    """One end of the scale, and the suspects that may be pushed there.

    items  int64[c], places among the suspects
    rows   int64[m], places of all reviews of these among the suspects' reviews
    owner  int64[m], place of each row's item in `items`
    start  int64[c], first of `rows` of each item
    ends, end_start  int64[k], int64[c]: places in `rows` of the ratings at the end, and the first of each item
    """

    items: Ints
    rows: Ints
    owner: Ints
    start: Ints
    ends: Ints
    end_start: Ints

    @classmethod
    def of(cls, suspects: Suspects, end: int) -> "Side":
        """The side of `end`."""
        items = np.flatnonzero(suspects.may_be[end])
        place = np.full(len(suspects.length), -1, dtype=np.int64)
        place[items] = np.arange(len(items))
        owner = np.repeat(place, suspects.length)
        rows = np.flatnonzero(owner >= 0)
        owner = owner[rows]
        ends = np.flatnonzero(suspects.at_end[end, rows])
        count = np.bincount(owner[ends], minlength=len(items))
        start = np.cumsum(suspects.length[items]) - suspects.length[items]
        return cls(items, rows, owner, start, ends, np.cumsum(count) - count)

    def evidence(self, h: Floats, odds: Floats, grid: Grid) -> Floats:
        """log Π[(1 − ε)h + ε·1{at the end}] − log Πh, float64[c, E, T]; h [suspects' reviews, T].

        odds float64[m] multiplies the odds of ε for each review: what is known of its author from other items.
        """
        result = np.empty((len(self.items), len(grid.epsilon), len(grid.theta)))
        at_end = 1.0 / h[self.rows[self.ends]]
        for k, epsilon in enumerate(_shifted(grid.epsilon, odds)):
            own = epsilon[self.ends, None]
            rest = np.log1p(-epsilon)
            rest[self.ends] = 0.0
            gain = sums(np.log((1.0 - own) + own * at_end), self.end_start)
            result[:, k] = gain + sums(rest[:, None], self.start)
        return result

    def responsibility(self, h: Floats, odds: Floats, weight: Floats, grid: Grid) -> Floats:
        """Σ over ε and θ of weight·ε/((1 − ε)h + ε) of each rating at the end, float64[k]; weight [c, E, T]."""
        at_end, owner = h[self.rows[self.ends]], self.owner[self.ends]
        result = np.zeros(len(self.ends))
        for k, epsilon in enumerate(_shifted(grid.epsilon, odds)):
            own = epsilon[self.ends, None]
            result += (weight[owner, k] * (own / ((1.0 - own) * at_end + own))).sum(axis=1)
        return result


def _shifted(epsilon: Floats, odds: Floats) -> Floats:
    raised = epsilon[:, None] * odds
    return np.asarray(raised / (1.0 - epsilon[:, None] + raised))


def sums(values: Floats, start: Ints) -> Floats:
    """Σ over each item's rows, float64[items, columns], order-free."""
    if not len(start):
        return np.zeros((0, values.shape[1]))
    return np.asarray(np.add.reduceat(np.rint(values * ONE).astype(np.int64), start, axis=0) / ONE)


def log_sum(values: Floats, axis: int | tuple[int, ...]) -> Floats:
    """log Σ exp over `axis`, of which some value must be finite."""
    top = values.max(axis=axis, keepdims=True, initial=-MOST)
    return np.asarray(np.log(np.exp(values - top).sum(axis=axis)) + top.squeeze(axis))


def split_evidence(suspects: Suspects, temper: Floats, parameters: Parameters) -> Floats:
    """log of the integral of Π[(1 − ε)h(θ) + ε·h(θ')] over ε and θ < θ', a step of the grid apart at least.

    Two honest groups that differ about the item, float64[items]; on a grid of its own, half as fine.
    """
    grid = Grid.of(parameters.push_points // 2 + 1, parameters.split_shares, parameters)
    h = suspects.probability(grid.theta, parameters)
    prior = grid.log_prior + np.log(2.0 / len(grid.epsilon))
    parts = []
    for low in range(len(grid.theta) - 2):
        other = slice(low + 2, None)
        for epsilon in grid.epsilon:
            joint = sums(np.log((1.0 - epsilon) * h[:, low, None] + epsilon * h[:, other]), suspects.start)
            parts.append(temper[:, None] * joint + prior[other] + grid.log_prior[low])
    return log_sum(np.concatenate(parts, axis=1), 1)
