"""φ, what is left of each review's weight under the budgets of its cluster and of the unvouched (SCORING.md, 6).

A review pulls θ by at most c·φ√P, so a budget on Σφ√P bounds what all those reviews move it by, whatever they say:

    φ_cluster = min(1, B/Σ_g φ_push √P)                       over the reviews of the item by cluster g
    φ_pool    = min(1, (base + share·Σ_trusted φ√P)/Σ_pool φ√P)   over those by accounts with trust < trusted_at

φ = φ_push φ_cluster φ_pool depends on precisions and trust alone and never on a rating, so that raising a rating
lowers no score (A4); sums are of whole numbers, so that neither order nor partition changes a bit (A3). Linear time
and memory. Held by A6, A7 and A5 (tests/scoring/test_budgets.py, test_axioms.py).
"""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Bools, Floats, Ints
from scoring.parameters import Parameters
from scoring.review_table import ReviewTable

STEPS = 2.0**36  # of 1 in a sum of √P ≤ 10 (k_limit): ten million terms fit int64


@dataclass(frozen=True, slots=True)
class Crowds:
    """Who shares a budget on an item; frozen by an epoch, whatever is read later.

    item       int64[n]
    push       float64[n], φ_push
    clustered  int64[c], the rows whose author's cluster has a budget
    group      int64[c], codes 0..n_groups-1 of their (item, cluster)
    budget     float64[c], of the cluster
    pooled     bool[n], by whom nobody vouches for
    """

    item: Ints
    n_items: int
    push: Floats
    clustered: Ints
    group: Ints
    n_groups: int
    budget: Floats
    pooled: Bools

    @classmethod
    def of(cls, item: Ints, n_items: int, table: ReviewTable, parameters: Parameters) -> "Crowds":
        """The crowds among reviews of `item`, int64[n], which `table` has a row for each of."""
        rows = np.flatnonzero(table.is_budgeted)
        pair = item[rows] * (int(table.cluster.max(initial=0)) + 1) + table.cluster[rows]
        distinct, group = np.unique(pair, return_inverse=True)
        return cls(
            item, n_items, table.push, rows, group, len(distinct), table.budget[rows], table.is_pooled(parameters)
        )

    def factors(self, root_p: Floats, parameters: Parameters) -> Floats:
        """φ of each review, float64[n] in [0, 1], given √P in 1/θ."""
        factor = self.push.copy()
        if len(self.clustered):
            mass = _sums(self.group, (factor * root_p)[self.clustered], self.n_groups)[self.group]
            factor[self.clustered] *= np.minimum(1.0, self.budget / np.maximum(mass, self.budget.clip(1.0 / STEPS)))
        if self.pooled.any():
            mass = factor * root_p
            pool, trusted = (_sums(self.item[side], mass[side], self.n_items) for side in (self.pooled, ~self.pooled))
            budget = parameters.pool_base + parameters.pool_share * trusted
            factor[self.pooled] *= (np.minimum(pool, budget) / np.where(pool > 0.0, pool, 1.0))[self.item[self.pooled]]
        return factor

    def sources(self) -> Ints:
        """The source that each review comes from: its cluster on its item where that has a budget, else itself.

        int64[n]: codes 0..n-1 for reviews alone, from n on for the (item, cluster) pairs.
        """
        source = np.arange(len(self.item))
        source[self.clustered] = len(self.item) + self.group
        return source

    def n_vouched(self) -> Ints:
        """Independent sources of each item that the unvouched cannot add to, int64[items]: a bounded cluster is one."""
        alone = ~self.pooled
        alone[self.clustered] = False
        group_item = np.zeros(self.n_groups, dtype=np.int64)
        group_item[self.group] = self.item[self.clustered]
        return np.bincount(np.append(self.item[alone], group_item), minlength=self.n_items)


def _sums(code: Ints, values: Floats, n: int) -> Floats:
    """Σ of each group, float64[n], of whole steps and so free of order."""
    sums = np.zeros(n, dtype=np.int64)
    np.add.at(sums, code, np.rint(values * STEPS).astype(np.int64))
    return sums / STEPS
