"""Who reviews the same items more often than chance has it: pairs of accounts, ratings unseen (SCORING.md, section 6).

Chance is the bipartite configuration model (the graph of greatest entropy with the degrees there are; Saracco et al.
2015): i reviews p with probability x_i y_p / (1 + x_i y_p), x and y such that everybody's expected degree is the
observed one. So popular items and busy people explain what they share, and the margins hold for the busiest too, where
those of 1 − e^(−kd/E) do not. Degrees are put in classes (at most 33 for items), so that λ is a small table.

Time O(Σ d²) over items of at most `ring_degree_max` reviews, so at most `ring_degree_max` times the reviews; memory
`PAIRS_AT_ONCE` pairs and the edges. Counts are whole numbers and tables are summed by class, so that neither order nor
labels can change a bit. Axioms A1, A2, A3.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special

from scoring.arrays import Floats, Ints
from scoring.parameters import Parameters

PAIRS_AT_ONCE = 1 << 23  # co-reviews multiplied in one block
LEAST_EXPECTED, GROWTH, GRID = 1e-3, 1.02, 1000  # λ from .001 to 400,000
ROUNDS = 100  # of the fixed point; margins are close long before, saturated ones approach for ever


@dataclass(frozen=True, slots=True)
class Chance:
    """The configuration model, by classes of degree.

    reviewer_class  int64[n_reviewers], row of `probability`
    probability     float64[R, D], that one of class R reviews a given item of class D
    n_items         float64[D], items of each class
    """

    reviewer_class: Ints
    probability: Floats
    n_items: Floats

    @classmethod
    def of(cls, reviewer_degree: Ints, item_degree: Ints) -> "Chance":
        """From the degrees, int64; an item without reviews counts for nothing."""
        who, k, n_k = _classes(reviewer_degree, 51)
        _, d, n_d = _classes(item_degree[item_degree > 0], 6)
        edges = max(float((k * n_k).sum()), 1.0)
        x, y = k / np.sqrt(edges), d / np.sqrt(edges)
        for _ in range(ROUNDS):
            x = k / (n_d * y / (1.0 + np.outer(x, y))).sum(axis=1) if len(d) else x
            y = d / (n_k[:, None] * x[:, None] / (1.0 + np.outer(x, y))).sum(axis=0)
        odds = np.outer(x, y)
        return cls(who, odds / (1.0 + odds), n_d)

    def expected(self) -> Floats:
        """λ, float64[R, R]: items that one of each class share by chance."""
        return _table(self.probability, self.n_items)

    def variance(self) -> Floats:
        """Of the number shared, float64[R, R]: Σ pq(1 − pq)."""
        return self.expected() - _table(self.probability**2, self.n_items)


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs first < second that share too many items; `excess` is (C − λ)/√(variance + ring_edge_floor)."""

    first: Ints
    second: Ints
    excess: Floats


def find_edges(reviewer: Ints, item: Ints, chance: Chance, parameters: Parameters) -> Edges:
    """Edges of the bipartite graph given, one row a review at most for each reviewer and item."""
    expected = chance.expected()
    need = _need(expected, int((np.bincount(reviewer) > 0).sum()), parameters)
    who = chance.reviewer_class
    found = [
        (a[over], b[over], count[over])
        for a, b, count in _blocks(reviewer, item, len(who), parameters)
        if len(over := np.flatnonzero(count >= need[who[a], who[b]]))
    ]
    none = np.zeros(0, np.int64)
    a, b, count = (np.concatenate([none, *(row[i] for row in found)]) for i in range(3))
    spread = np.sqrt(chance.variance() + parameters.ring_edge_floor)
    return Edges(a, b, (count - expected[who[a], who[b]]) / spread[who[a], who[b]])


def _need(expected: Floats, n: int, parameters: Parameters) -> Ints:
    """Least C that Poisson(λ) reaches so seldom that each of `n` accounts has `ring_edge_chance` edges by chance.

    λ is rounded up by 2 %.
    """
    grid = LEAST_EXPECTED * GROWTH ** np.arange(GRID)
    at = np.minimum(np.searchsorted(grid, expected), GRID - 1)
    grid = grid[: at.max(initial=0) + 1]
    chance = parameters.ring_edge_chance / max(n, 1)
    need = np.full(len(grid), parameters.ring_shared_min)
    low = np.arange(len(grid))
    while len(low := low[special.pdtrc(need[low] - 1.0, grid[low]) > chance]):
        need[low] += np.maximum(1, need[low] // 64)
    return np.asarray(need[at], np.int64)


def _blocks(reviewer: Ints, item: Ints, n: int, parameters: Parameters) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Pairs a < b and how many items they share, those with fewer than `ring_shared_min` mostly left out."""
    degree = np.bincount(reviewer, minlength=n)
    rows = np.flatnonzero((degree >= parameters.ring_shared_min)[reviewer])
    (people, who), (things, what) = (_compact(column[rows]) for column in (reviewer, item))
    del rows
    count = np.bincount(what, minlength=len(things))
    graph = sparse.csr_array((np.ones(len(who), np.int32), (who, what)), shape=(len(people), len(things)))
    del who, what  # the graph has copies; here is where a fit's memory is greatest
    other = graph.T.tocsr()
    work = graph @ count if len(people) else np.zeros(0)
    for start, stop in _spans(np.asarray(work, np.int64)):
        shared = graph[start:stop] @ other
        many = np.flatnonzero(shared.data >= parameters.ring_shared_min)
        row = np.searchsorted(shared.indptr, many, side="right") - 1 + start
        column = shared.indices[many]
        keep = np.flatnonzero(column > row)
        yield people[row[keep]], people[column[keep]], shared.data[many[keep]].astype(np.int64)


def _compact(code: Ints) -> tuple[Ints, NDArray[np.int32]]:
    """The codes that there are, ascending, and which of them each is."""
    seen = np.flatnonzero(np.bincount(code))
    place = np.zeros(int(code.max(initial=-1)) + 1, np.int32)
    place[seen] = np.arange(len(seen))
    return seen, place[code]


def _spans(work: Ints) -> Iterator[tuple[int, int]]:
    """Consecutive rows whose work is at most PAIRS_AT_ONCE, or one row."""
    total = np.concatenate([[0], np.cumsum(work)])
    start = 0
    while start < len(work):
        stop = int(np.searchsorted(total, total[start] + PAIRS_AT_ONCE, side="right")) - 1
        stop = max(stop, start + 1)
        yield start, stop
        start = stop


def _table(probability: Floats, n_items: Floats) -> Floats:
    """Σ_D n_D p_RD p_SD, class by class: symmetric to the bit, as a product by BLAS need not be."""
    result = np.zeros((len(probability), len(probability)))
    for p, n in zip(probability.T, n_items, strict=True):
        result += n * np.outer(p, p)
    return result


def _classes(degree: Ints, fineness: int) -> tuple[Ints, Floats, Floats]:
    """Class of each node, mean degree and size of each class: one degree each, then fineness/(fineness − 1)-fold."""
    edges = [0]
    while edges[-1] <= degree.max(initial=0):
        edges.append(max(edges[-1] + 1, edges[-1] * fineness // (fineness - 1)))
    _, code = np.unique(np.searchsorted(edges, degree, side="right"), return_inverse=True)
    size = np.bincount(code).astype(np.float64)
    return code.astype(np.int64), np.bincount(code, degree) / size, size
