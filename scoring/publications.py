"""What works are worth to each of their authors (SCORING.md, section 8, X_pub).

The percentile of a work is taken for each author against the works of *others*: one's own works do not compete with
each other, so that another one never lowers what those before it earn. A work that no independent citation speaks for
earns nothing by its own percentile, whatever it ties with: volume alone does not pay.
"""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Floats, Ints, numbered
from scoring.impact import author_share, merit
from scoring.parameters import DEFAULT, Parameters

SHIFT = 3.0 / 8.0  # √(c + 3/8) of a Poisson count has variance ¼ (Anscombe 1948)


@dataclass(frozen=True, slots=True)
class Shelf:
    """n works.

    citations  int64[n] ≥ 0, the independent ones
    cell       int64[n] ≥ 0, one for each field × year × type
    venue      int64[n], ≥ 0, -1 where there is none
    age_years  float64[n]
    n_authors  int64[n] ≥ 1
    """

    citations: Ints
    cell: Ints
    venue: Ints
    age_years: Floats
    n_authors: Ints


@dataclass(frozen=True, slots=True)
class Merits:
    """Of m authorships, float64[m]: `amount` in [0, 3] adds to X_pub; `low` and `high` are where 80 % of Poisson's
    uncertainty of the citations puts it; `percentile` is the work's own among it and `n_others` works by others,
    `venue_weight` what its venue's other works weigh against that."""

    amount: Floats
    low: Floats
    high: Floats
    percentile: Floats
    n_others: Ints
    venue_weight: Floats


def publication_amounts(shelf: Shelf, work: Ints, person: Ints, parameters: Parameters = DEFAULT) -> Merits:
    """What m authorships add: int64[m] codes of works and of people, each pair once. O((n + m) log(n + m))."""
    ranks = _Ranks.of(shelf, work, person)
    citations = shelf.citations[work]
    root, half = np.sqrt(citations + SHIFT), parameters.interval_z / 2.0
    low = np.floor(np.maximum(root - half, 0.0) ** 2 - SHIFT).astype(np.int64)
    high = np.ceil((root + half) ** 2 - SHIFT).astype(np.int64)
    percentile = ranks.percentile(citations)
    weight, prior = _venue(shelf, work, person, percentile, parameters)
    share = author_share(shelf.n_authors)[work]

    def amount(own: Floats) -> Floats:
        return np.abs(share * merit((own + weight * prior) / (1.0 + weight), parameters))  # -log₁₀ 1 is -0

    return Merits(
        amount(percentile),
        amount(ranks.percentile(np.clip(low, 0, citations))),
        amount(ranks.percentile(np.maximum(high, citations))),
        percentile,
        ranks.n_others,
        weight,
    )


@dataclass(frozen=True, slots=True)
class _Ranks:
    """Counts of citations, ascending within each cell, and within each person's works of a cell."""

    everybody: "_Sorted"
    own: "_Sorted"
    n_others: Ints

    @classmethod
    def of(cls, shelf: Shelf, work: Ints, person: Ints) -> "_Ranks":
        cell = shelf.cell[work]
        group = numbered(person * (int(shelf.cell.max(initial=0)) + 1) + cell)
        citations = shelf.citations[work]
        everybody = _Sorted.of(shelf.cell, shelf.citations, cell, citations)
        own = _Sorted.of(group, citations, group, citations)
        return cls(everybody, own, everybody.size - own.size)

    def percentile(self, citations: Ints) -> Floats:
        """Hazen's, (works with less + ½·ties)/n, of a work with so many beside those of others; 0 without any."""
        (less, ties), (own_less, own_ties) = (one.counts(citations) for one in (self.everybody, self.own))
        rank = less - own_less + (ties - own_ties + 1) / 2.0
        return np.where(citations > 0, rank / (self.n_others + 1), 0.0)


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Ascending keys of (group, value), the group that each question is about, and the order of the questions.

    Looked up in about their own order they are found in a fraction of the time: what is near is in the cache.
    """

    keys: Ints
    start: Ints
    size: Ints
    base: Ints
    span: int
    order: Ints

    @classmethod
    def of(cls, group: Ints, value: Ints, asked: Ints, about: Ints) -> "_Sorted":
        """`asked` and `about` are the group and about the value of each question."""
        span = int(value.max(initial=0)) + 2
        count = np.bincount(group)
        start = np.cumsum(count) - count
        order = np.argsort(asked * span + about, kind="stable")
        return cls(np.sort(group * span + value), start[asked], count[asked], asked * span, span, order)

    def counts(self, value: Ints) -> tuple[Ints, Ints]:
        """How many of each group are below the value, and how many at it."""
        wanted = (self.base + np.minimum(value, self.span - 1))[self.order]
        below, ties = np.empty_like(wanted), np.empty_like(wanted)
        first = np.searchsorted(self.keys, wanted)
        below[self.order] = first
        ties[self.order] = np.searchsorted(self.keys, wanted, side="right") - first
        return below - self.start, ties


def _venue(shelf: Shelf, work: Ints, person: Ints, percentile: Floats, parameters: Parameters) -> tuple[Floats, Floats]:
    """What the venue's works by others weigh against 1, 3·e^(−age/2y), and their mean percentile.

    A young work borrows from its venue, an old one stands alone, and so does one whose venue has no work by others.
    """
    n_venues = int(shelf.venue.max(initial=-1)) + 1
    reach = np.zeros(len(shelf.venue))  # of each work, as the last of its authors has it
    reach[work] = percentile
    listed = shelf.venue >= 0
    sums = np.bincount(shelf.venue[listed], reach[listed], minlength=n_venues + 1)
    counts = np.bincount(shelf.venue[listed], minlength=n_venues + 1)
    venue = np.where(shelf.venue[work] >= 0, shelf.venue[work], n_venues)
    group = numbered(person * (n_venues + 1) + venue)
    n_others = counts[venue] - np.bincount(group)[group]
    others = sums[venue] - np.bincount(group, reach[work])[group]
    has_prior = (venue < n_venues) & (n_others > 0)
    age = np.maximum(shelf.age_years[work], 0.0)
    weight = np.where(has_prior, parameters.venue_weight * np.exp(-age / parameters.venue_decay_years), 0.0)
    return weight, np.where(has_prior, np.clip(others / np.maximum(n_others, 1), 0.0, 1.0), 0.0)
