"""What editors decided about the budgets of clusters, applied to the clusters that a fit has found anew.

A ruling is about accounts, since clusters have no identity from one fit to the next: it holds for a cluster that has
more than half of the ruling's members, which are more than half of its own. So at most one cluster follows a ruling,
and of several rulings on one cluster the last holds. Linear in the members.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.arrays import Floats, Ints


@dataclass(frozen=True, slots=True)
class Ruling:
    """members: int64[m], codes of the reviewers, -1 for one that has no review.

    budget: Σφ√P in 1/θ that they have on one item, ≥ 0; inf: none.
    """

    members: Ints
    budget: float


def follow(code: Ints, budget: Floats, rulings: Sequence[Ruling]) -> tuple[Floats, Ints]:
    """The budget of each cluster under `rulings`, float64[clusters], and the ruling that it follows, int64[clusters].

    code: int64[reviewers], the cluster of each, -1 without. budget: float64[clusters], without rulings. The ruling is
    its place among `rulings`; -1 where there is none on the cluster.
    """
    ruled, followed = budget.copy(), np.full(len(budget), -1, dtype=np.int64)
    size = np.bincount(code[code >= 0], minlength=len(budget))
    for place, ruling in enumerate(rulings):
        members = ruling.members
        found = code[members[members >= 0]]
        found = found[found >= 0]
        if not len(found):
            continue
        shared = np.bincount(found, minlength=len(budget))
        cluster = int(shared.argmax())
        if 2 * shared[cluster] > max(len(members), size[cluster]):
            ruled[cluster], followed[cluster] = ruling.budget, place
    return ruled, followed
