"""Rings: accounts that review together, and together depart from everybody else (SCORING.md, section 6).

Two graphs of accounts, both from `coreview.find_edges`:

- **push**: the sides (item, above) and (item, below) of the reviews that depart from the others' posterior of their
  item by `ring_departing` standard deviations. Camouflage does not depart, so it is not here; down-votes are.
- **items**: all reviews. It finds the ring that outnumbers the honest on its items, from whom nobody departs.

Each graph's components are peeled to groups in which everybody is tied to `ring_density` of the rest, the threshold
rising `ring_raise`-fold where they are not so dense. A group is a candidate and costs nothing, until `departures` of
its readings from the outsiders' show that it is not just a field, a lab or friends. Of the groups on the same items
the gravest is taken first, and leaves; then the others are judged without it, so that nobody is guilty of having
withstood a ring.

Near-linear in the reviews (see `coreview`). Deterministic, whatever the order or labels of the rows. Axioms A1, A2, A3
and A7, which needs the clusters it bounds.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from scoring.arrays import Bools, Floats, Ints
from scoring.coreview import Chance, Edges, find_edges
from scoring.departure import Evidence, Readings, cells, departures
from scoring.parameters import DEFAULT, Parameters


@dataclass(frozen=True, slots=True)
class Clusters:
    """Who is in which cluster, and the evidence, one row a cluster, the gravest first.

    code         int64[n_reviewers], -1 for who is in none and so has no budget
    size         int64[clusters], members, at least 3
    n_items      int64[clusters], items that two members or more reviewed
    excess       float64[clusters], (pairs of reviews of one item − those expected)/√(expected + 1)
    departure    float64[clusters], of the readings from the outsiders', in standard deviations of chance
    is_budgeted  bool[clusters], departure > ring_departure; otherwise reported, and costs nothing
    """

    code: Ints
    size: Ints
    n_items: Ints
    excess: Floats
    departure: Floats
    is_budgeted: Bools


def find_clusters(
    reviewer: Ints,
    item: Ints,
    reading: Floats,
    precision: Floats,
    *,
    n_reviewers: int,
    n_items: int,
    parameters: Parameters = DEFAULT,
) -> Clusters:
    """Clusters among the authors of signed reviews, one row a review, at most one for each reviewer and item.

    `reading` x in θ and `precision` P in 1/θ², as a fit without clusters has them.
    """
    data = Readings.of(reviewer, item, reading, precision, n_items)
    departing, side = data.departing(parameters.ring_departing)
    graphs = [
        _groups(reviewer[departing], side, n_reviewers, 2 * n_items, parameters),
        _groups(reviewer, item, n_reviewers, n_items, parameters),
    ]
    code, departure = np.full(n_reviewers, -1, np.int64), np.zeros(0)
    while True:
        left = data.take(np.flatnonzero(code[reviewer] < 0))
        graphs = [_compact(np.where(code < 0, graph, -1), parameters.ring_size_min) for graph in graphs]
        evidence = [departures(left, graph, parameters) for graph in graphs]
        gravest = _gravest(evidence, n_items, parameters)
        chosen = next((i for i, one in enumerate(gravest) if one.any()), None)
        if chosen is None:
            break
        new = np.append(gravest[chosen], False)[graphs[chosen]]
        code = np.where(new, _compact(np.where(new, graphs[chosen], -1)) + len(departure), code)
        departure = np.concatenate([departure, evidence[chosen].departure[gravest[chosen]]])
    code = np.where(graphs[-1] >= 0, graphs[-1] + len(departure), code)
    return _clusters(data, code, np.concatenate([departure, evidence[-1].departure]), parameters)


def _gravest(evidence: list[Evidence], n_items: int, parameters: Parameters) -> list[Bools]:
    """Groups that depart, and more than any other that shares an item with them: of these, who departs from whom?"""
    most = np.full(n_items, parameters.ring_departure)
    for one in evidence:
        np.maximum.at(most, one.item, one.departure[one.group])
    result = []
    for one in evidence:
        rival = np.full(len(one.departure), parameters.ring_departure)
        np.maximum.at(rival, one.group, most[one.item])
        result.append((one.departure >= rival) & (one.departure > parameters.ring_departure))
    return result


def _clusters(data: Readings, code: Ints, departure: Floats, parameters: Parameters) -> Clusters:
    n = len(departure)
    group, item, members = cells(data, code)
    size = np.bincount(code[code >= 0], minlength=n)
    light = np.bincount(data.item, minlength=data.n_items)[item] <= parameters.ring_degree_max
    pairs = np.bincount(group[light], 0.5 * (members * (members - 1))[light], minlength=n).astype(np.float64)
    excess = _excess(data, code, pairs, parameters)
    order = np.lexsort((-excess, -size, -departure))
    place = np.full(n + 1, -1, np.int64)
    place[order] = np.arange(n)
    n_items = np.bincount(group[members > 1], minlength=n)
    is_budgeted = departure > parameters.ring_departure
    return Clusters(place[code], size[order], n_items[order], excess[order], departure[order], is_budgeted[order])


def _groups(reviewer: Ints, item: Ints, n_reviewers: int, n_items: int, parameters: Parameters) -> Ints:
    """Code of the dense group of each account, -1 without, int64[n_reviewers], from the reviews given."""
    rows, chance = _light(reviewer, item, n_reviewers, n_items, parameters)
    return _dense(find_edges(reviewer[rows], item[rows], chance, parameters), n_reviewers, parameters)


def _light(reviewer: Ints, item: Ints, n_reviewers: int, n_items: int, parameters: Parameters) -> tuple[Ints, Chance]:
    """Rows of the items that are not too popular to tell anything, and the chance that goes with them."""
    degree = np.bincount(item, minlength=n_items)
    light = degree <= parameters.ring_degree_max
    rows = np.flatnonzero(light[item])
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
    return _compact(code)


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
    graph = coo_array((np.ones(len(a), np.int8), (a, b)), shape=(n, n))
    _, label = connected_components(graph, directed=False)
    degree = np.bincount(a, minlength=n) + np.bincount(b, minlength=n)
    return label.astype(np.int64), np.bincount(label), degree


def _compact(code: Ints, least: int = 1) -> Ints:
    """Codes 0.. in place of any that are ≥ 0 and have `least` accounts or more; -1 elsewhere."""
    result = np.full(len(code), -1, np.int64)
    rows = np.flatnonzero(code >= 0)
    rows = rows[np.bincount(code[rows])[code[rows]] >= least]
    result[rows] = np.unique(code[rows], return_inverse=True)[1]
    return result


def _excess(data: Readings, code: Ints, observed: Floats, parameters: Parameters) -> Floats:
    """(pairs − expected)/√(expected + 1) of each cluster, expected over all pairs of members."""
    _, chance = _light(data.reviewer, data.item, len(code), data.n_items, parameters)
    members = np.flatnonzero(code >= 0)
    size = np.zeros((len(observed), len(chance.probability)))
    np.add.at(size, (code[members], chance.reviewer_class[members]), 1.0)
    expected = np.zeros(len(observed))
    for p, n in zip(chance.probability.T, chance.n_items, strict=True):
        total = size @ p
        expected += 0.5 * n * (total * total - size @ (p * p))
    return (observed - expected) / np.sqrt(expected + 1.0)
