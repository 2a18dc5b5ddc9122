"""Rows by what they belong to."""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Ints


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """Rows in the order of their groups, int64[rows], those of one in their own order; and where each group ends."""

    order: Ints
    end: Ints

    @classmethod
    def of(cls, codes: Ints, n_groups: int) -> "Grouping":
        """From the group of each row, int64[rows]."""
        return cls(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes, minlength=n_groups)))

    def rows(self, groups: Ints) -> tuple[Ints, Ints]:
        """The rows of these groups, one group after the other, and how many each has."""
        end = self.end[groups]
        counts = end - np.where(groups > 0, self.end[groups - 1], 0)
        starts = end - counts
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return self.order[np.repeat(starts, counts) + within], counts
