"""Which items a push could explain better than their merit, found in a few passes over all reviews."""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Bools, Floats, Ints
from scoring.bins import ENDS, Bins, Habits
from scoring.parameters import Parameters
from scoring.sums import Groups

THETA_MAX = 4.0
LOG_MAX = 64.0  # |log h|: pseudo-counts of everybody's ratings keep it far below
WEIGHT_MAX = 2.0**10


@dataclass(frozen=True, slots=True)
class Suspects:
    """Items that the mixture is asked about, and their reviews, sorted by item.

    rows      int64[m], rows of the reviews
    start, length  int64[c], first of `rows` of each item, and how many
    at_end    bool[2, m], whether a review is at the low, the high end
    may_be    bool[2, c], whether the item may be pushed there
    n_judged  items with reviews enough to be judged at all
    """

    rows: Ints
    start: Ints
    length: Ints
    at_end: Bools
    may_be: Bools
    n_judged: int
    bins: Bins
    habits: Habits
    usual: Floats

    @classmethod
    def of(
        cls, item: Ints, rating: Floats, bins: Bins, habits: Habits, usual: Floats, n_items: int, parameters: Parameters
    ) -> "Suspects":
        """The suspects among `n_items` items; all other columns are one a review."""
        items = Groups.of(item, n_items)
        at_end = np.stack([bins.code == bins.end(end) for end in ENDS])
        may_be = np.stack([_may_be(items, rating, at_end[end], end, parameters) for end in ENDS])
        is_any: Bools = np.asarray(may_be.any(axis=0))
        near = np.flatnonzero(is_any[item])
        may_be &= _is_likelier(item[near], at_end[:, near], bins, habits, usual, near, n_items, parameters)
        is_any = np.asarray(may_be.any(axis=0))
        near = near[is_any[item[near]]]
        rows = near[np.argsort(item[near], kind="stable")]
        length = items.count[is_any]
        return cls(
            rows=rows,
            start=np.cumsum(length) - length,
            length=length,
            at_end=at_end[:, rows],
            may_be=may_be[:, is_any],
            n_judged=int((items.count >= parameters.push_min_reviews).sum()),
            bins=Bins(bins.code[rows], bins.n),
            habits=habits.take(rows),
            usual=usual[rows],
        )

    def among(self, items: Bools) -> "Suspects":
        """Those of the suspects that `items` says, bool[c]."""
        kept = np.flatnonzero(np.repeat(items, self.length))
        length = self.length[items]
        return Suspects(
            rows=self.rows[kept],
            start=np.cumsum(length) - length,
            length=length,
            at_end=self.at_end[:, kept],
            may_be=self.may_be[:, items],
            n_judged=self.n_judged,
            bins=Bins(self.bins.code[kept], self.bins.n),
            habits=self.habits.take(kept),
            usual=self.usual[kept],
        )

    def probability(self, theta: Floats, parameters: Parameters) -> Floats:
        """h of each review at each θ, float64[m, T]."""
        column = (slice(None), None)
        code, habits, usual = self.bins.code[column], self.habits.take(column), self.usual[column]
        return self.bins.probability(code, theta, habits, usual, parameters)


def _may_be(items: Groups, rating: Floats, at_end: Bools, end: int, parameters: Parameters) -> Bools:
    """Reviews enough, enough of them at the end, and the others' mean far enough from it; bool[items]."""
    n_end = items.sum(at_end.astype(np.float64), 1.0)
    n_others = items.count - n_end
    mean = items.sum(np.where(at_end, 0.0, rating), 1.0) / np.maximum(n_others, 1)
    is_counted = (n_end >= parameters.push_min_ends) & (n_others >= parameters.push_min_others)
    is_far = np.abs(mean - end) >= parameters.push_distance
    return np.asarray((items.count >= parameters.push_min_reviews) & is_counted & is_far)


def _is_likelier(
    item: Ints,
    at_end: Bools,
    bins: Bins,
    habits: Habits,
    usual: Floats,
    near: Ints,
    n_items: int,
    parameters: Parameters,
) -> Bools:
    """Whether the push at its best guess comes near what H0 has at its own, bool[2, items]."""
    habits, usual, code = habits.take(near), usual[near], bins.code[near]
    groups = Groups.of(item, n_items)
    precision = habits.slope * habits.slope / habits.variance
    pull = habits.slope * ((code / (bins.n - 1) - habits.mean) / habits.sd - habits.bias) / habits.variance

    def guess(kept: Floats) -> Floats:
        mass = 1.0 + groups.sum(np.minimum(kept * precision, WEIGHT_MAX), WEIGHT_MAX)
        pulled = groups.sum(np.clip(kept * pull, -WEIGHT_MAX, WEIGHT_MAX), WEIGHT_MAX)
        return np.clip(pulled / mass, -THETA_MAX, THETA_MAX)

    def log_h(theta: Floats) -> Floats:
        return np.log(bins.probability(code, theta[item], habits, usual, parameters))

    temper = np.minimum(1.0, parameters.push_temper / np.maximum(groups.count, 1))
    plain = groups.sum(log_h(guess(np.ones(len(item)))), LOG_MAX)
    likelier = np.zeros((len(ENDS), n_items), dtype=np.bool_)
    least = np.log(1.0 / parameters.push_share_max) - parameters.push_slack
    for end in ENDS:
        at = at_end[end]
        h = np.exp(log_h(guess(1.0 - at)))
        expected = groups.sum(np.where(at, 0.0, 1.0), 1.0)
        share = np.clip(1.0 - expected / np.maximum(groups.count, 1), 0.05, 0.9)[item]
        mixed = groups.sum(np.log((1.0 - share) * h + share * at), LOG_MAX)
        likelier[end] = temper * (mixed - plain) >= least
    return likelier
