"""What is counted of citations: h-index, i10, citations per year, impact factors, relative citation ratios.

Information for readers of a profile or a venue; none of it enters a score or a reputation (SCORING.md, section 8, has
its own count). Everything is by group, O(n log n) at most, and the same bits in any order of the rows.
"""

from __future__ import annotations  # sparse arrays are loaded when one is made

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from scoring.arrays import Bools, Floats, Ints, codes

WINDOW = (1, 2)  # years before an impact factor's own


def h_index(citations: Ints, owner: Ints, n: int) -> Ints:
    """The most h such that h of one's works have h citations each (Hirsch 2005), int64[n].

    citations int64[m] ≥ 0, of a work; owner int64[m], code 0..n-1 of whose it is: a work of three people has three rows
    """
    cited, owner = _counted(citations, owner, n)
    order = np.lexsort((-cited, owner))
    cited, owner = cited[order], owner[order]
    held = np.bincount(owner, minlength=n)
    rank = np.arange(len(owner)) - (np.cumsum(held) - held)[owner] + 1
    return np.bincount(owner[cited >= rank], minlength=n)


def i10(citations: Ints, owner: Ints, n: int) -> Ints:
    """How many of one's works have ten citations or more, int64[n]; columns as of `h_index`."""
    cited, owner = _counted(citations, owner, n)
    return np.bincount(owner[cited >= 10], minlength=n)


def citations_per_year(year: Ints, owner: Ints, n: int) -> tuple[int, sparse.csr_array]:
    """The first year, and how many citations each owner got in it and each later one: int64[n, years], sparse.

    year int64[m]: of the citing work; owner int64[m]: code 0..n-1 of who is cited
    """
    owner = codes(owner, "owner", len(year), below=n)
    first = int(np.min(year, initial=np.iinfo(np.int64).max)) if len(year) else 0
    span = int(np.max(year)) - first + 1 if len(year) else 0
    ones = np.ones(len(year), dtype=np.int64)
    return first, sparse.csr_array((ones, (owner, np.asarray(year, dtype=np.int64) - first)), shape=(n, span))


@dataclass(frozen=True, slots=True)
class ImpactFactors:
    """A row for each venue and year Y that has items of Y−1 or Y−2, in that order.

    numerator: citations in year Y to those items; denominator: how many items there are, at least 1
    """

    venue: Ints
    year: Ints
    numerator: Ints
    denominator: Ints

    @property
    def value(self) -> Floats:
        return np.asarray(self.numerator / self.denominator)


def impact_factors(venue: Ints, year: Ints, citing: Ints, cited: Ints, n_venues: int) -> ImpactFactors:
    """Citations in year Y to items of Y−1 and Y−2 over their number (Garfield 1972), of every venue and year.

    venue, year    int64[n]: of each work, venue −1 where it has none
    citing, cited  int64[m]: codes 0..n-1

    Every work of a venue is an item and every citation known counts, those from the venue itself among them: there is
    no list here of which kinds of articles are citable.
    """
    n, m = len(venue), len(citing)
    shelf = codes(np.asarray(venue) + 1, "venue", n, below=n_venues + 1) - 1
    citing, cited = codes(citing, "citing", m, below=n), codes(cited, "cited", m, below=n)
    if not n:
        return ImpactFactors(*(np.zeros(0, dtype=np.int64) for _ in range(4)))
    first = int(year.min())
    span = int(year.max()) - first + 1 + max(WINDOW)
    cell = shelf * span + year - first
    kept = shelf >= 0
    items = np.sort(np.concatenate([cell[kept] + lag for lag in WINDOW]))
    key, denominator = np.unique(items, return_counts=True)
    lag = year[citing] - year[cited]
    counts = np.isin(lag, WINDOW) & kept[cited]
    at = np.searchsorted(key, (cell[cited] + lag)[counts])
    numerator = np.bincount(at, minlength=len(key))
    return ImpactFactors(key // span, key % span + first, numerator, denominator.astype(np.int64))


@dataclass(frozen=True, slots=True)
class CitationRatios:
    """A row for each work: `rate` is the numerator, `expected` the denominator; all in citations a year, ≥ 0.

    `field` and `expected` are NaN where nothing can be expected, `rate` where no year has passed.
    """

    rate: Floats
    field: Floats
    expected: Floats

    @property
    def value(self) -> Floats:
        """`rate/expected`, 0 for a work that nobody cites, NaN where nothing can be expected."""
        known = np.divide(self.rate, self.expected, out=np.full(len(self.rate), np.nan), where=self.expected > 0.0)
        return np.where(self.rate == 0.0, 0.0, known)


def relative_citation_ratio(year: Ints, citing: Ints, cited: Ints, now: int) -> CitationRatios:
    """Citations a year over what works of its field get, 1 as expected; NaN where nothing can be expected.

    year int64[n] of each work; citing, cited int64[m], codes 0..n-1, each pair once; now: the year counted up to

    After Hutchins, Yuan, Anderson & Santangelo 2016: RCR = ACR/ECR. ACR is citations over the years since the one of
    publication. The field rate FCR is the mean over the works that are cited beside this one; ECR is FCR brought to
    the level of a benchmark of the same year. It departs from them thus:

    - the field rate is of the co-cited works' own ACR, not of their journals' rates, and a work that is cited beside
      this one twice counts twice; so it is two sparse sums, O(n + m), where the distinct pairs grow as the square of
      the lists of references;
    - the benchmark is not works funded by the NIH but all works here of that year that have a field rate; and ECR is
      FCR·Σ ACR/Σ FCR over them, not a line with an intercept, which is negative for some. Hence the mean of RCR
      weighted by FCR is 1 in every year.

    A work that nobody cites has 0. NaN: published in `now` or later, or only cited by works that cite nothing else.
    """
    n, m = len(year), len(citing)
    citing, cited = codes(citing, "citing", m, below=n), codes(cited, "cited", m, below=n)
    age = now - np.asarray(year, dtype=np.int64)
    n_citations = np.bincount(cited, minlength=n)
    rate = n_citations / np.maximum(age, 1)
    cites = sparse.csr_array((np.ones(m), (citing, cited)), shape=(n, n))
    n_beside = np.asarray(cites.T @ (np.asarray(cites @ np.ones(n)) - 1.0))
    beside = np.asarray(cites.T @ (cites @ rate)) - n_citations * rate
    field = np.divide(beside, n_beside, out=np.zeros(n), where=n_beside > 0)
    is_expected = (age >= 1) & (n_citations > 0) & (field > 0.0)
    level = _level(rate, field, year, is_expected)
    known = np.where(is_expected, field, np.nan)
    return CitationRatios(np.where(age >= 1, rate, np.nan), known, known * level)


def _level(rate: Floats, field: Floats, year: Ints, counts: Bools) -> Floats:
    """Σ rate/Σ field over the works of the same year that count; 1 where none does."""
    _, code = np.unique(year, return_inverse=True)
    above, below = (np.bincount(code, values * counts, int(code.max(initial=0)) + 1) for values in (rate, field))
    return np.divide(above, below, out=np.ones_like(above), where=below > 0.0)[code]


def _counted(citations: Ints, owner: Ints, n: int) -> tuple[Ints, Ints]:
    m = len(owner)
    return codes(citations, "citations", m, below=np.iinfo(np.int64).max), codes(owner, "owner", m, below=n)
