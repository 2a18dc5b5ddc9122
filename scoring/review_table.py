"""How an epoch reads each review: what it froze of the review's author, of the author's cluster, of the pair."""

from dataclasses import dataclass, fields

import numpy as np

from scoring.arrays import Bools, Floats, Ints
from scoring.parameters import Parameters


@dataclass(frozen=True, slots=True)
class ReviewTable:
    """One row a review; z = bias + slope·θ + noise.

    bias      float64[n], in z
    slope     float64[n] ≥ 0, z per θ
    variance  float64[n] > 0, in z²: noise plus what is not known about bias and slope
    trust     float64[n] in [0, 1], of the author
    cluster   int64[n], code of the author's cluster; -1: of none
    budget    float64[n] ≥ 0, Σφ√P in 1/θ that this cluster has on one item; inf: none
    push      float64[n] in [0, 1], φ_push: what is left of the review's weight where a push is seen
    """

    bias: Floats
    slope: Floats
    variance: Floats
    trust: Floats
    cluster: Ints
    budget: Floats
    push: Floats

    def __len__(self) -> int:
        return len(self.bias)

    def take(self, rows: Ints | slice) -> "ReviewTable":
        """The reviews in `rows`, in that order."""
        return ReviewTable(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    @property
    def is_budgeted(self) -> Bools:
        """Whose author is in a cluster that has a budget, bool[n]."""
        return (self.cluster >= 0) & np.isfinite(self.budget)

    def is_pooled(self, parameters: Parameters) -> Bools:
        """Whose author is one of the unvouched, bool[n]."""
        return np.asarray(self.trust < parameters.trusted_at)


def count_trusted(item: Ints, n_items: int, trust: Floats, parameters: Parameters) -> Ints:
    """Reviews of each item by accounts that are vouched for, int64[items]; `item` and `trust` one row a review."""
    return np.bincount(item[trust >= parameters.trusted_at], minlength=n_items)
