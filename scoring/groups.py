"""Dense groups of accounts in the graph of those who review the same (SCORING.md, section 6).

The graph's components (`coreview.find_edges`) are peeled to groups in which everybody is tied to `ring_density` of the
rest; where a component is not so dense, the threshold of its edges rises `ring_raise`-fold, till it falls apart.
Linear in the edges for each of some 30 thresholds; no label decides anything (axioms A1, A2, A3).
"""

import numpy as np
from scipy import sparse

from scoring.arrays import Ints, Rows
from scoring.coreview import Chance, Edges, find_edges
from scoring.parameters import Parameters


def dense_groups(reviewer: Ints, item: Ints, n_reviewers: int, n_items: int, parameters: Parameters) -> Ints:
    """Code of the dense group of each account, -1 without, int64[n_reviewers], from the reviews given."""
    rows, chance = light_rows(reviewer, item, n_reviewers, n_items, parameters)
    return _dense(find_edges(reviewer[rows], item[rows], chance, parameters), n_reviewers, parameters)


def light_rows(
    reviewer: Ints, item: Ints, n_reviewers: int, n_items: int, parameters: Parameters
) -> tuple[Rows, Chance]:
    """Rows of the items that are not too popular to tell anything, and the chance that goes with them."""
    degree = np.bincount(item, minlength=n_items)
    light = degree <= parameters.ring_degree_max
    rows: Rows = slice(None) if light.all() else np.flatnonzero(light[item])  # a slice copies nothing
    return rows, Chance.of(np.bincount(reviewer[rows], minlength=n_reviewers), degree[light])


def _dense(edges: Edges, n: int, parameters: Parameters) -> Ints:
    code = np.full(n, -1, np.int64)
    threshold = parameters.ring_edge
    a, b, excess = edges.first, edges.second, edges.excess
    while len(a):
        label = _core(a, b, n, parameters)
        code = np.where(label >= 0, label + code.max(initial=-1) + 1, code)
        threshold *= parameters.ring_raise
        left = (code[a] < 0) & (code[b] < 0) & (excess > threshold)
        a, b, excess = a[left], b[left], excess[left]
    return compact(code)


def _core(a: Ints, b: Ints, n: int, parameters: Parameters) -> Ints:
    """Label of the components of density `ring_density`, peeled till everybody in them has it; -1 elsewhere."""
    while True:
        label, size, degree = _components(a, b, n)
        mean = np.bincount(label, degree) / np.maximum(size * (size - 1), 1)
        dense = (mean >= parameters.ring_density) & (size >= parameters.ring_size_min)
        weak = degree < parameters.ring_density * (size[label] - 1)
        keep = dense[label] & ~weak
        if (keep == dense[label]).all():
            return np.where(keep, label, -1)
        left = keep[a] & keep[b]
        a, b = a[left], b[left]


def _components(a: Ints, b: Ints, n: int) -> tuple[Ints, Ints, Ints]:
    """Label of each node, size of each label, degree of each node."""
    graph = sparse.coo_array((np.ones(len(a), np.int8), (a, b)), shape=(n, n))
    _, label = sparse.csgraph.connected_components(graph, directed=False)
    degree = np.bincount(a, minlength=n) + np.bincount(b, minlength=n)
    return label.astype(np.int64), np.bincount(label), degree


def compact(code: Ints, least: int = 1) -> Ints:
    """Codes 0.. in place of any that are ≥ 0 and have `least` accounts or more; -1 elsewhere."""
    result = np.full(len(code), -1, np.int64)
    rows = np.flatnonzero(code >= 0)
    rows = rows[np.bincount(code[rows])[code[rows]] >= least]
    result[rows] = np.unique(code[rows], return_inverse=True)[1]
    return result
