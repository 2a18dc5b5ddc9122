"""How helpful a review is found, so far as its voters vouch for that (SCORING.md, section 8, X_rev).

The lower end of Wilson's (1927) interval of the share of votes that say so, one-sided 90 %: nothing without votes,
and never the full share by a few. It rises with every vote that says so and falls with every other.
"""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Bools, Floats, Ints
from scoring.parameters import DEFAULT, Parameters

ALONE = -1


@dataclass(frozen=True, slots=True)
class Votes:
    """Votes, each voter's and review's once; none by the review's author, or by an author of what it is about: they
    have a stake in every word of it, for or against.

    review       int64[n], codes 0..n_reviews-1
    is_helpful   bool[n]
    is_trusted   bool[n], whether anybody stands for the voter
    is_returned  bool[n], whether it is given in return, or within a ring of voters (`exchange.votes_in_rings`)
    cluster      int64[n], ≥ 0 where the epoch found the voter in a cluster with a budget, else -1
    is_own       bool[n], whether the review's author is in that cluster
    """

    review: Ints
    is_helpful: Bools
    is_trusted: Bools
    is_returned: Bools
    cluster: Ints
    is_own: Bools
    n_reviews: int

    def weights(self, parameters: Parameters = DEFAULT) -> Floats:
        """What each weighs, float64[n] in [0, 1]; 0 within the author's own cluster.

        On one review all that are given in return weigh as much as `votes_together`, whoever gives them, and so does a
        cluster; the unvouched have their pool, as on posts: `pool_base`, and `pool_share` of what the others weigh. So
        whatever a ring does, it is heard as one.
        """
        counts = self.is_trusted & ~self.is_own
        group = np.where(self.is_returned, 0, np.where(self.cluster >= 0, self.cluster + 1, ALONE))
        bound = counts & (group != ALONE)
        weight = counts.astype(np.float64)
        weight[bound] = _shared(self.review[bound], group[bound], parameters.votes_together)
        trusted = np.bincount(self.review, weight, minlength=self.n_reviews)
        strangers = np.bincount(self.review, ~self.is_trusted, minlength=self.n_reviews)
        pool = parameters.pool_base + parameters.pool_share * trusted
        each = np.minimum(1.0, pool / np.maximum(strangers, 1))
        return np.where(self.is_trusted, weight, each[self.review])

    def bounds(self, parameters: Parameters = DEFAULT) -> tuple[Floats, Floats]:
        """The lower and the upper end of each review's interval, float64[n_reviews] in [0, 1]; (0, 0) without votes."""
        weight = self.weights(parameters)
        n, helpful = (
            np.bincount(self.review, one, minlength=self.n_reviews).astype(np.float64)
            for one in (weight, weight * self.is_helpful)
        )
        return wilson(helpful, n, parameters.interval_z)


def wilson(helpful: Floats, n: Floats, z: float) -> tuple[Floats, Floats]:
    """(p + z²/2n ∓ z·√(p(1 − p)/n + z²/4n²))/(1 + z²/n) with p = helpful/n; (0, 0) where n = 0."""
    has_any = n > 0.0
    size = np.where(has_any, n, 1.0)
    p = np.clip(helpful / size, 0.0, 1.0)
    spread = z * np.sqrt(p * (1.0 - p) / size + (z / (2.0 * size)) ** 2)
    middle, scale = p + z * z / (2.0 * size), 1.0 + z * z / size
    low, high = (np.where(has_any, np.clip(end / scale, 0.0, 1.0), 0.0) for end in (middle - spread, middle + spread))
    return low, high


def _shared(review: Ints, group: Ints, budget: float) -> Floats:
    """What each of a group has of its budget on one review."""
    place = np.unique(np.stack([review, group]), axis=1, return_inverse=True)[1].ravel()
    return np.minimum(1.0, budget / np.bincount(place)[place])
