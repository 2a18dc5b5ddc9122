"""Anyone's ratings, in their own units, with the names of who rated what."""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Floats, Ints, codes, floats, in_order, within
from scoring.reviews import Reviews, latest

FLOAT_MAX = float(np.finfo(np.float64).max)
BEYOND = 0.5  # of the range that `best` may lie outside it, so that ±1e308 stays finite


@dataclass(frozen=True, slots=True)
class Ratings:
    """n ratings by reviewers of items.

    reviewer, item  int64[n], codes into the tuples of ids
    rating          float64[n], finite, in any units
    time            float64[n] in any unit, or None: of two ratings by one reviewer of one item the later counts
    eligibility     float64[n] in [0, 1], or None: all count; what has 0 changes nothing
    """

    reviewer: Ints
    item: Ints
    rating: Floats
    time: Floats | None
    reviewer_ids: tuple[str, ...]
    item_ids: tuple[str, ...]
    eligibility: Floats | None = None

    def __post_init__(self) -> None:
        n = len(self.rating)
        codes(self.reviewer, "reviewer", n, below=len(self.reviewer_ids))
        codes(self.item, "item", n, below=len(self.item_ids))
        within(floats(self.rating, "rating", (n,)), "rating", -FLOAT_MAX, FLOAT_MAX)
        if self.time is not None:
            within(floats(self.time, "time", (n,)), "time", -FLOAT_MAX, FLOAT_MAX)
        if self.eligibility is not None:
            within(floats(self.eligibility, "eligibility", (n,)), "eligibility", 0.0, 1.0)

    def latest(self) -> Ints:
        """Rows of the rating that counts for each reviewer and item."""
        return latest(self.reviewer, self.item, self.time)

    def span(self) -> "Span":
        """The range of the ratings that count: what was overridden, or is not eligible, counts for nothing."""
        rows = self.latest()
        return Span.of(self.rating[rows] if self.eligibility is None else self.rating[rows[self.eligibility[rows] > 0]])

    def reviews(self, span: "Span") -> Reviews:
        """The ratings that count, as reviews on `span`, sorted by item; ratings outside it count as its ends."""
        rows = self.latest()
        if (order := in_order(self.item[rows])) is not None:
            rows = rows[order]
        n = len(rows)
        return Reviews(
            reviewer=self.reviewer[rows],
            item=self.item[rows],
            ratings=span.to_unit(self.rating[rows])[:, None],
            confidence=np.zeros(n, dtype=np.int8),
            eligibility=np.ones(n) if self.eligibility is None else self.eligibility[rows],
            is_signed=np.ones(n, dtype=np.bool_),
            n_reviewers=len(self.reviewer_ids),
            item_form=np.zeros(len(self.item_ids), dtype=np.int64),
        )


@dataclass(frozen=True, slots=True)
class Span:
    """The ends of the scale, in the ratings' own units; computed with halves, as high − low may overflow."""

    low: float
    high: float

    @classmethod
    def of(cls, rating: Floats) -> "Span":
        """The range observed; 0 to 1 where there is no rating."""
        return cls(float(rating.min()), float(rating.max())) if len(rating) else cls(0.0, 1.0)

    def to_unit(self, rating: Floats) -> Floats:
        """Ratings on [0, 1], clipped; the middle where low = high."""
        if not self.high > self.low:
            return np.full(len(rating), 0.5)
        if np.isfinite(width := self.high - self.low):
            return np.clip((rating - self.low) / width, 0.0, 1.0)
        return np.clip((rating / 2 - self.low / 2) / (self.high / 2 - self.low / 2), 0.0, 1.0)

    def from_unit(self, unit: Floats) -> Floats:
        """The inverse of `to_unit`, up to half a range outside the scale. NaN stays."""
        t = np.clip(unit, -BEYOND, 1.0 + BEYOND)
        return _doubled(self.low / 2 * (1.0 - t) + self.high / 2 * t)

    def difference(self, unit: Floats) -> Floats:
        """Differences of positions on [0, 1] in the ratings' units."""
        t = np.clip(unit, -1.0, 1.0)
        return _doubled(self.high / 2 * t - self.low / 2 * t)


def _doubled(half: Floats) -> Floats:
    return 2.0 * np.clip(half, -FLOAT_MAX / 2, FLOAT_MAX / 2)
