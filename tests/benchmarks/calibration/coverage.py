"""How often intervals held what they were to hold, by the number of reviews they were made from."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from tests.benchmarks.accuracy.sample import Floats, Ints

LEVELS = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
GOAL_LEVEL = 8  # the place of .9
QUANTILES = np.asarray(ndtri((1.0 + LEVELS) / 2.0))  # of the normal, two sides
BINS = {"1": (1, 1), "2": (2, 2), "3–4": (3, 4), "5–9": (5, 9), "10+": (10, 2**62)}
GOAL = (0.87, 0.93)
FEW = 100  # items, below which a share says nothing that a goal could be held to
CONFIDENCE_Z = 1.96


@dataclass(frozen=True, slots=True)
class Cases:
    """n things that an interval was to hold.

    n_reviews  int64[n], that the item's interval was made from
    item       int64[n], a code; what happens to one item, in any sample, is no independent evidence
    held       float64[n, levels] in [0, 1], by the intervals of LEVELS
    """

    n_reviews: Ints
    item: Ints
    held: Floats

    @classmethod
    def joined(cls, parts: list["Cases"]) -> "Cases":
        """All of them."""
        columns = ([getattr(part, name) for part in parts] for name in ("n_reviews", "item", "held"))
        return cls(*(np.concatenate(column) for column in columns))

    def among(self, low: int, high: int) -> "Cases":
        """Those of items with `low` to `high` reviews."""
        rows = np.flatnonzero((self.n_reviews >= low) & (self.n_reviews <= high))
        return Cases(self.n_reviews[rows], self.item[rows], self.held[rows])


@dataclass(frozen=True, slots=True)
class Coverage:
    """The share of cases held at .9, with a 95 % confidence range of it; NaN without cases."""

    share: float
    low: float
    high: float
    n_cases: int
    n_items: int

    @classmethod
    def of(cls, cases: Cases) -> "Coverage":
        """Wilson's range, for as many independent cases as would scatter like these do from item to item."""
        held, n = cases.held[:, GOAL_LEVEL], len(cases.item)
        if not n:
            return cls(np.nan, np.nan, np.nan, 0, 0)
        _, code = np.unique(cases.item, return_inverse=True)
        n_items, share = int(code.max()) + 1, float(held.mean())
        scatter = float((np.bincount(code, held - share) ** 2).sum())
        independent = n_items if scatter == 0.0 else min(n, share * (1.0 - share) * n * n / scatter)
        return cls(share, *wilson(share, independent), n, n_items)

    @property
    def says(self) -> str:
        """'met' or 'missed'; 'few' where there is too little to say either."""
        if self.n_items < FEW:
            return "few"
        return "met" if GOAL[0] <= self.share <= GOAL[1] else "missed"


def wilson(share: float, n: float) -> tuple[float, float]:
    """The 95 % range of a share seen in `n` independent cases (Wilson 1927)."""
    z2 = CONFIDENCE_Z**2 / n
    middle, half = share + z2 / 2.0, CONFIDENCE_Z * np.sqrt(share * (1.0 - share) / n + z2 / (4.0 * n))
    return float((middle - half) / (1.0 + z2)), float((middle + half) / (1.0 + z2))
