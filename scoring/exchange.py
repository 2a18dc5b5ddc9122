"""Groups of people who give each other citations, or votes, far beyond what chance gives them.

An edge a → b is *heavy* where a gave b at least `exchange_min`, at least `exchange_share` of all that a gave and of all
that b got, and beyond λ = out_a·in_b/M, what Chung & Lu's (2002) random graph with the same degrees would have, by more
than `exchange_excess` of √(λ + 1). A ring is a strongly connected part of the heavy edges, so that a pair is found and
a cycle in which nobody gives back directly is too; who only gives, or only gets, is in none. What goes along heavy
edges within a ring is what is counted otherwise. The idea is that of CIDRE (Kojaku, Livan & Masuda 2021), which finds
groups of journals by their excess over a degree-corrected null model and their shares of given and received.

**The bound.** Whatever a group does without being found, each member gives another less than `exchange_min`, or less
than `exchange_share` of what either has, or no more than chance: so it takes eleven who serve each other evenly. In a
community of a few people everybody's share of everything is large, and λ is, and nobody is found.
"""

from __future__ import annotations  # sparse arrays are loaded when one is made

import numpy as np
from scipy import sparse

from scoring.arrays import Bools, Floats, Ints
from scoring.parameters import DEFAULT, Parameters

BLOCK = 20_000  # rows of people at a time: the product's memory is that of a block


def heavy(count: Floats, given: Floats, got: Floats, total: float, parameters: Parameters = DEFAULT) -> Bools:
    """Which pairs are heavy: `count` that one gave the other, `given` and `got` by either of all, of `total`."""
    chance = given * got / max(total, 1.0)
    return np.asarray(
        (count >= parameters.exchange_min)
        & (count >= parameters.exchange_share * np.maximum(given, got))
        & (count - chance > parameters.exchange_excess * np.sqrt(chance + 1.0))
    )


def ring_edges(source: Ints, target: Ints, n: int) -> Bools:
    """Which of these heavy edges lie within a ring, bool[m]; codes 0..n-1, none to oneself."""
    graph = sparse.coo_array((np.ones(len(source), np.int8), (source, target)), shape=(n, n)).tocsr()
    part = sparse.csgraph.connected_components(graph, directed=True, connection="strong")[1]
    return np.asarray(part[source] == part[target])


def votes_in_rings(giver: Ints, receiver: Ints, n: int, parameters: Parameters = DEFAULT) -> Bools:
    """Which of m votes, one row each, lie along heavy edges within a ring or come back the same way, bool[m].

    Come back: a voted for b and b for a, however often.
    """
    key, place, count = np.unique(giver * n + receiver, return_inverse=True, return_counts=True)
    source, target = key // max(n, 1), key % max(n, 1)
    returned = np.isin(target * n + source, key)
    given, got = (np.bincount(one, minlength=n).astype(np.float64) for one in (giver, receiver))
    rows = np.flatnonzero(heavy(count, given[source], got[target], float(len(giver)), parameters))
    returned[rows] |= ring_edges(source[rows], target[rows], n)
    return np.asarray(returned[place])


def citation_rings(
    wrote: sparse.csr_array, cites: sparse.csr_array, parameters: Parameters = DEFAULT
) -> tuple[Ints, Ints]:
    """The pairs of people (citing, cited) along heavy edges within rings.

    wrote   people × works, 1 where one wrote the other
    cites   works × works, 1 where one cites the other

    A·C·Aᵀ by blocks of people, in the time of its multiplications; only heavy pairs are kept.
    """
    n = wrote.shape[0]
    given = wrote @ np.asarray(cites.sum(axis=1), dtype=np.float64)
    got = wrote @ np.asarray(cites.sum(axis=0), dtype=np.float64)
    wrote_by_work = wrote.T.tocsr()
    found = []
    for first in range(0, n, BLOCK):
        pairs = ((wrote[first : first + BLOCK] @ cites) @ wrote_by_work).tocoo()
        source, target = pairs.coords[0].astype(np.int64) + first, pairs.coords[1].astype(np.int64)
        rows = np.flatnonzero((pairs.data >= parameters.exchange_min) & (source != target))
        source, target, count = source[rows], target[rows], pairs.data[rows].astype(np.float64)
        is_heavy = heavy(count, given[source], got[target], float(cites.nnz), parameters)
        found.append((source[is_heavy], target[is_heavy]))
    source, target = (np.concatenate([pair[at] for pair in found] or [np.zeros(0, np.int64)]) for at in (0, 1))
    kept = ring_edges(source, target, n)
    return source[kept], target[kept]
