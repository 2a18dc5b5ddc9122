"""Which citations speak for a work: those by people who have nothing to do with its authors (SCORING.md, section 8).

Not counted are citations by works that share an author with it (direct self-citations); by works of which an author
had shared a work with one of its authors before, or in the same year (citations from within the co-author network,
Wallace, Larivière & Gingras 2012); and those along a ring (`exchange`). **The span** is from the first shared work on,
without an end: who wrote with somebody once is no stranger to them afterwards, and a span of three years, which
reviewers' conflicts of interest have, could be sat out. It does not reach back, so a new shared work takes no citation
from anybody. A work of more than `byline_max` authors makes nobody co-authors of each other (Cronin's 2001
hyperauthorship): it still has its self-citations.

Time is linear in citations × pairs of their authors, and in n log n of works; pairs are looked up in a table of marks
first (a Bloom filter with one hash), since nearly none is one of co-authors.
"""

from __future__ import annotations  # sparse arrays are loaded when one is made

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from scoring.arrays import Bools, Ints, codes
from scoring.exchange import citation_rings
from scoring.parameters import DEFAULT, Parameters

PAIRS = 4_000_000  # of authors that are looked at together
PAIRS_MOST = 250_000  # of authors of two works, beyond which they are looked through for shared authors alone
MARKS = 27  # bits of the largest table: 128 MB
MIX = np.uint64(0x9E3779B97F4A7C15)  # 2⁶⁴ over the golden ratio (Knuth's multiplicative hashing)


@dataclass(frozen=True, slots=True)
class Bylines:
    """Who wrote n works, by codes: those of work i are `person[start[i]:start[i + 1]]`."""

    start: Ints
    person: Ints
    n_people: int

    @classmethod
    def of(cls, work: Ints, person: Ints, n_works: int, n_people: int) -> Bylines:
        """From m authorships in any order; ValueError names the column."""
        work = codes(work, "work", len(work), below=n_works)
        person = codes(person, "person", len(work), below=n_people)
        start = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(work, minlength=n_works))])
        return cls(start, person[np.argsort(work, kind="stable")], n_people)

    @property
    def count(self) -> Ints:
        """The number of authors of each work."""
        return np.diff(self.start)

    def matrix(self) -> sparse.csr_array:
        """People × works, 1 where one wrote the other."""
        shape = (len(self.start) - 1, self.n_people)
        by_work = sparse.csr_array((np.ones(len(self.person), np.float32), self.person, self.start), shape=shape)
        return by_work.T.tocsr()

    def pairs(self, left: Ints, right: Ints) -> Iterator[tuple[Ints, Ints, Ints]]:
        """For pairs of works, every pair of an author of the one and one of the other, some at a time: the place of
        the pair of works, and the two authors."""
        n_right = self.count[right]
        size = self.count[left] * n_right
        cuts = np.flatnonzero(np.diff(np.cumsum(size) // PAIRS)) + 1
        for some in np.split(np.arange(len(left)), cuts):
            row, one = self.authors(left[some])
            times = n_right[some][row]  # each author of the one beside all of the other
            shift = self.start[right[some]][row] - (np.cumsum(times) - times)
            other = self.person[np.arange(int(times.sum())) + np.repeat(shift, times)]
            yield np.repeat(some[row], times), np.repeat(one, times), other

    def authors(self, works: Ints) -> tuple[Ints, Ints]:
        """Of some works, all authors: the place of the work, and the author."""
        size = self.count[works]
        place = np.repeat(np.arange(len(works)), size)
        shift = self.start[works] - (np.cumsum(size) - size)
        return place, self.person[np.arange(len(place)) + shift[place]]


def independent(bylines: Bylines, year: Ints, citing: Ints, cited: Ints, parameters: Parameters = DEFAULT) -> Bools:
    """Which of m citations count, bool[m].

    year           int64[n] of each work, 0 to 4095
    citing, cited  int64[m]: codes 0..n-1, each pair once
    """
    n, m = len(year), len(citing)
    citing, cited = codes(citing, "citing", m, below=n), codes(cited, "cited", m, below=n)
    counts = ~_among_themselves(bylines, year, citing, cited, parameters)
    rows = np.flatnonzero(counts)
    cites = sparse.csr_array((np.ones(len(rows), np.float32), (citing[rows], cited[rows])), shape=(n, n))
    givers, takers = citation_rings(bylines.matrix(), cites, parameters)
    if len(givers):
        counts[rows[_along(bylines, citing[rows], cited[rows], givers, takers)]] = False
    return np.asarray(counts)


def _among_themselves(bylines: Bylines, year: Ints, citing: Ints, cited: Ints, parameters: Parameters) -> Bools:
    """Citations by an author of the work, or by a co-author of one."""
    both = bylines.count[citing] * bylines.count[cited] <= PAIRS_MOST
    found = np.zeros(len(citing), dtype=np.bool_)
    known = _Pairs.of(bylines, year, parameters)
    rows = np.flatnonzero(both)
    for place, one, other in bylines.pairs(citing[rows], cited[rows]):
        at = rows[place]
        found[at[one == other]] = True
        maybe = np.flatnonzero(known.maybe(one, other))
        found[at[maybe[known.since(one[maybe], other[maybe]) <= year[citing[at[maybe]]]]]] = True
    rows = np.flatnonzero(~both)
    found[rows] = _share_an_author(bylines, citing[rows], cited[rows])
    return found


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs of co-authors, both ways round: ascending keys, the year of their first work, and a table of marks."""

    key: Ints
    first: Ints
    marks: NDArray[np.bool_]
    n: int

    @classmethod
    def of(cls, bylines: Bylines, year: Ints, parameters: Parameters) -> _Pairs:
        works = np.flatnonzero((bylines.count > 1) & (bylines.count <= parameters.byline_max))
        n = bylines.n_people
        parts = [
            _distinct((one * n + other)[one != other] << 12 | year[works[place]][one != other])
            for place, one, other in bylines.pairs(works, works)
        ]
        dated = _distinct(np.concatenate([np.zeros(0, np.int64), *parts]))
        key = dated >> 12
        is_first = np.r_[True, key[1:] != key[:-1]][: len(key)]
        bits = int(np.clip(np.ceil(np.log2(max(16 * len(key), 2))), 8, MARKS))
        marks = np.zeros(1 << bits, dtype=np.bool_)
        marks[_hash(key[is_first], bits)] = True
        return cls(key[is_first], (dated & 4095)[is_first], marks, n)

    def maybe(self, one: Ints, other: Ints) -> Bools:
        """Whether they may be co-authors; never False where they are."""
        return np.asarray(self.marks[_hash(one * self.n + other, len(self.marks).bit_length() - 1)])

    def since(self, one: Ints, other: Ints) -> Ints:
        """The year of their first work, or one that never comes."""
        if not len(self.key):
            return np.full(len(one), 4096)
        wanted = one * self.n + other
        at = np.minimum(np.searchsorted(self.key, wanted), len(self.key) - 1)
        return np.where(self.key[at] == wanted, self.first[at], 4096)


def _distinct(keys: Ints) -> Ints:
    """Ascending, each once: by sorting, several times as fast here as `np.unique`, which hashes."""
    ascending = np.sort(keys)
    return np.asarray(ascending[np.r_[True, ascending[1:] != ascending[:-1]][: len(keys)]])


def _hash(key: Ints, bits: int) -> NDArray[np.uint64]:
    return np.asarray((key.view(np.uint64) * MIX) >> np.uint64(64 - bits))


def _share_an_author(bylines: Bylines, left: Ints, right: Ints) -> Bools:
    """The same by sorting: of works with thousands of authors the pairs would be millions."""
    rows = np.arange(len(left))
    found = np.zeros(len(left), dtype=np.bool_)
    for some in np.array_split(rows, max(1, int((bylines.count[left] + bylines.count[right]).sum()) // PAIRS)):
        keys = [_members(bylines, side[some]) for side in (left, right)]
        shared = np.intersect1d(keys[0], keys[1], assume_unique=True) // max(bylines.n_people, 1)
        found[some[shared]] = True
    return found


def _members(bylines: Bylines, works: Ints) -> Ints:
    """Keys of (place, author) of some works, each once."""
    place, author = bylines.authors(works)
    return _distinct(place * bylines.n_people + author)


def _along(bylines: Bylines, citing: Ints, cited: Ints, givers: Ints, takers: Ints) -> Bools:
    """Citations by an author and of an author who are such a pair."""
    edges = np.unique(givers * bylines.n_people + takers)
    gives, takes = (_works_of(bylines, people) for people in (givers, takers))
    rows = np.flatnonzero(gives[citing] & takes[cited])
    found = np.zeros(len(citing), dtype=np.bool_)
    for place, one, other in bylines.pairs(citing[rows], cited[rows]):
        found[rows[place[np.isin(one * bylines.n_people + other, edges)]]] = True
    return found


def _works_of(bylines: Bylines, people: Ints) -> Bools:
    """Works that one of these people wrote."""
    is_one = np.zeros(bylines.n_people, dtype=np.bool_)
    is_one[people] = True
    n = len(bylines.start) - 1
    place = np.repeat(np.arange(n), bylines.count)
    return np.bincount(place, is_one[bylines.person], minlength=n) > 0
