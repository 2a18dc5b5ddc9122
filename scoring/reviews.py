"""Reviews and the forms they answer: the numbers that everything here starts from."""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Bools, Bytes, Floats, Ints, codes, floats, within


@dataclass(frozen=True, slots=True)
class Forms:
    """Review forms, one row each, over a common list of C criteria of which column 0 is the overall rating.

    weights  float64[F, C], public weights, .5 for column 0 by convention; 0 = not in this form. Each review that is
             counted has to answer something that has a weight, as it does where column 0 has one
    low      float64[F], least overall rating in rating units
    high     float64[F], greatest; both finite, low < high
    """

    weights: Floats
    low: Floats
    high: Floats

    def __post_init__(self) -> None:
        weights = np.asarray(self.weights, dtype=np.float64)
        if weights.ndim != 2 or weights.shape[1] < 1:
            raise ValueError(f"weights: expected shape (forms, criteria), got {weights.shape}")
        _set(self, "weights", within(floats(weights, "weights", weights.shape), "weights", 0.0, 1e6))
        for name in ("low", "high"):
            _set(self, name, floats(getattr(self, name), name, (len(weights),)))
        if not (np.isfinite(self.high - self.low) & (self.low < self.high)).all():
            raise ValueError("high: expected finite numbers above low")

    @classmethod
    def single(cls, low: float = 0.0, high: float = 1.0) -> "Forms":
        """The one form that asks for an overall rating alone."""
        return cls(np.ones((1, 1)), np.array([low]), np.array([high]))


@dataclass(frozen=True, slots=True)
class Reviews:
    """n reviews, at most one for each pair of reviewer and item (`latest` picks it).

    reviewer    int64[n], codes 0..n_reviewers-1; an unsigned review has a code of its own
    item        int64[n], codes 0..len(item_form)-1
    ratings     float64[n, C] mapped to [0, 1]; NaN = unanswered, never so in column 0, the overall rating
    confidence  int8[n], 1..5, 0 = not stated
    eligibility float64[n] in [0, 1]; reviews with 0 leave before anything is counted
    is_signed   bool[n]
    n_reviewers codes of reviewers there are, with or without reviews
    item_form   int64[items], row of `Forms` that each item is reviewed by

    Raises ValueError naming the column that is wrong.
    """

    reviewer: Ints
    item: Ints
    ratings: Floats
    confidence: Bytes
    eligibility: Floats
    is_signed: Bools
    n_reviewers: int
    item_form: Ints

    def __post_init__(self) -> None:
        ratings = np.asarray(self.ratings, dtype=np.float64)
        n, criteria = ratings.shape if ratings.ndim == 2 else (-1, 0)
        if criteria < 1:
            raise ValueError(f"ratings: expected shape (reviews, criteria), got {ratings.shape}")
        _set(self, "ratings", floats(ratings, "ratings", (n, criteria)))
        _set(self, "reviewer", codes(self.reviewer, "reviewer", n, below=self.n_reviewers))
        _set(self, "item", codes(self.item, "item", n, below=len(self.item_form)))
        _set(self, "confidence", codes(self.confidence, "confidence", n, below=6).astype(np.int8))
        eligibility = floats(self.eligibility, "eligibility", (n,))
        _set(self, "eligibility", within(eligibility, "eligibility", 0.0, 1.0))
        _set(self, "is_signed", np.ascontiguousarray(self.is_signed, dtype=np.bool_))
        _set(self, "item_form", codes(self.item_form, "item_form", len(self.item_form), below=2**31))
        self._check_ratings()
        self._check_pairs()

    def _check_ratings(self) -> None:
        if self.is_signed.shape != (len(self),):
            raise ValueError(f"is_signed: expected shape {(len(self),)}, got {self.is_signed.shape}")
        within(self.ratings[:, 0], "ratings: column 0, the overall rating", 0.0, 1.0)
        if not ((self.ratings >= 0.0) & (self.ratings <= 1.0) | np.isnan(self.ratings)).all():
            raise ValueError("ratings: expected numbers from 0 to 1, NaN where unanswered")

    def _check_pairs(self) -> None:
        pair = np.sort(self.reviewer * max(self.n_items, 1) + self.item)
        if (pair[1:] == pair[:-1]).any():
            raise ValueError("item: a reviewer has two reviews of one item; keep the latest")

    def __len__(self) -> int:
        return len(self.reviewer)

    @property
    def n_items(self) -> int:
        return len(self.item_form)

    def counted(self) -> tuple["Reviews", Ints]:
        """The reviews with eligibility above 0, and their rows here."""
        rows = np.flatnonzero(self.eligibility > 0.0)
        return (self, rows) if len(rows) == len(self) else (self.take(rows), rows)

    def take(self, rows: Ints) -> "Reviews":
        """The reviews in `rows`, of the same reviewers and items."""
        return self.part(rows, slice(0, self.n_items))

    def part(self, rows: Ints | slice, items: slice) -> "Reviews":
        """The reviews in `rows`, which are all of consecutive `items`, as if there were no others."""
        return Reviews(
            self.reviewer[rows],
            self.item[rows] - (items.start or 0),
            self.ratings[rows],
            self.confidence[rows],
            self.eligibility[rows],
            self.is_signed[rows],
            self.n_reviewers,
            self.item_form[items],
        )


def latest(reviewer: Ints, item: Ints, time: Floats | None = None) -> Ints:
    """Rows of the review that counts for each (reviewer, item): the latest by `time` (any unit), else by row.

    Returns int64[m], ascending. Reviews of the same time count by row.
    """
    pair = reviewer * (int(item.max(initial=0)) + 1) + item
    order = np.argsort(pair, kind="stable") if time is None else np.lexsort((time, pair))
    last = np.ones(len(order), dtype=np.bool_)
    last[:-1] = pair[order[1:]] != pair[order[:-1]]
    return np.sort(order[last])


def _set(record: object, name: str, value: object) -> None:
    object.__setattr__(record, name, value)  # a frozen dataclass normalises its own fields once
