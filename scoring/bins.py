"""Ratings in bins of the scale, and how probable an author's rating of an item is in one (SCORING.md, section 6)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from scoring.arrays import Floats, Ints
from scoring.parameters import Parameters

ENDS = (0, 1)  # the low and the high end of the scale


@dataclass(frozen=True, slots=True)
class Habits:
    """How each review's author rates: z = bias + slope·θ + noise, z = (rating − mean)/sd; float64[n] each.

    variance in z², of the noise and of what is not known about bias and slope.
    """

    bias: Floats
    slope: Floats
    variance: Floats
    mean: Floats
    sd: Floats

    def take(self, rows: Any) -> "Habits":
        """The habits of the authors of `rows`, any index."""
        return Habits(self.bias[rows], self.slope[rows], self.variance[rows], self.mean[rows], self.sd[rows])


@dataclass(frozen=True, slots=True)
class Bins:
    """The scale [0, 1] in `n` bins around its steps, the first and the last of which reach beyond it.

    code  int64[rows], the bin of each rating, 0..n-1
    """

    code: Ints
    n: int

    @classmethod
    def of(cls, rating: Floats, step: float, parameters: Parameters) -> "Bins":
        """Bins as wide as the scale's step, and a tenth of the range at least."""
        n = round(1.0 / max(step, parameters.push_bin)) + 1
        return cls(np.rint(rating * (n - 1)).astype(np.int64), n)

    def end(self, end: int) -> int:
        """The bin at an end of the scale."""
        return end * (self.n - 1)

    def usual(self, rows: Ints, reviewer: Ints, n_reviewers: int, parameters: Parameters) -> Floats:
        """G: how often the author of each of `rows` gives what is in its bin, in the author's *other* reviews.

        Counts, and `push_pseudo_counts` shared out as everybody's ratings are; so it is never 0 for a rating given.
        `reviewer` is of all rows.
        """
        given = np.bincount(reviewer * self.n + self.code, minlength=n_reviewers * self.n)
        number = np.bincount(reviewer, minlength=n_reviewers)[reviewer[rows]] - 1
        everybody = np.bincount(self.code, minlength=self.n) / max(len(self.code), 1)
        code = self.code[rows]
        own = given[reviewer[rows] * self.n + code] - 1
        pseudo = parameters.push_pseudo_counts
        return np.asarray((own + pseudo * everybody[code]) / (number + pseudo))

    def probability(self, code: Ints, theta: Floats, habits: Habits, usual: Floats, parameters: Parameters) -> Floats:
        """h of a rating in bin `code`, int64[rows], for θ that broadcasts against [rows] from the left."""
        root = np.sqrt(habits.variance)
        middle = habits.bias + habits.slope * theta
        low, high = (self._edge(code, side, habits, middle, root) for side in (-0.5, 0.5))
        normal = np.where(code == self.n - 1, 1.0, high) - np.where(code == 0, 0.0, low)
        return (1.0 - parameters.push_habit) * normal + parameters.push_habit * usual

    def _edge(self, code: Ints, side: float, habits: Habits, middle: Floats, root: Floats) -> Floats:
        edge = ((code + side) / (self.n - 1) - habits.mean) / habits.sd
        return np.asarray(special.ndtr((edge - middle) / root))
