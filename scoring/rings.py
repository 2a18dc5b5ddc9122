"""Rings: accounts that review together, and together depart from everybody else (SCORING.md, section 6).

Candidates are the dense groups (`groups`) of two graphs:

- **push**: the sides (item, above) and (item, below) of the reviews that depart from the others' posterior of their
  item by `ring_departing` standard deviations. Camouflage does not depart, so it is not here; down-votes are.
- **items**: all reviews. It finds the ring that outnumbers the honest on its items, from whom nobody departs.

Edges are easy to have, one an account by chance, for in a small community a ring's members share little more than
others do pair by pair, and much more as a clique. So there are many candidates, √(2 ln m) is about the greatest of m
normals, and a departure has to exceed that by `ring_margin`, and `ring_departure` in any case. Measured with 150 people
of `seed`: six who push twelve posts are found, which edges of .01 an account missed; of a million reviews, none false.

A candidate costs nothing, until its readings' departure from the outsiders' (`departure`) shows that it is not just a
field, a lab or friends. Of the candidates on the same items the gravest is taken first, with whoever departs as it
does, and leaves; then the others are judged without it, so that nobody is guilty of having withstood a ring.

Near-linear in the reviews (see `coreview`, which is most of it). Deterministic, whatever the order or labels of the
rows. Axioms A1, A2, A3, and A7, which needs the clusters it bounds.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.arrays import Bools, Floats, Ints
from scoring.departure import Cells, Readings, departures, joining
from scoring.groups import compact, dense_groups, light_rows
from scoring.parameters import DEFAULT, Parameters


@dataclass(frozen=True, slots=True)
class Clusters:
    """Who is in which cluster, and the evidence, one row a cluster, the gravest first.

    code         int64[n_reviewers], -1 for who is in none and so has no budget
    size         int64[clusters], members, at least 3
    n_items      int64[clusters], items that two members or more reviewed
    excess       float64[clusters], (pairs of reviews of one item − those expected)/√(expected + 1)
    departure    float64[clusters], of the readings from the outsiders', in standard deviations of chance
    is_budgeted  bool[clusters], whether the departure is more than chance; otherwise reported, and costs nothing
    """

    code: Ints
    size: Ints
    n_items: Ints
    excess: Floats
    departure: Floats
    is_budgeted: Bools

    @classmethod
    def none(cls, n_reviewers: int) -> "Clusters":
        """Nobody is in any."""
        ints, none = np.zeros(0, np.int64), np.zeros(0)
        return cls(np.full(n_reviewers, -1, np.int64), ints, ints, none, none, np.zeros(0, np.bool_))


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

    `reading` x in θ and `precision` P in 1/θ², as a fit without clusters has them, after the cap of trust: so strangers
    can neither be a ring (the pool bounds them already) nor make one of others by departing from them.
    """
    data = Readings.of(reviewer, item, reading, precision, n_items)
    graphs = (
        _departing_groups(data, n_reviewers, parameters),
        dense_groups(reviewer, item, n_reviewers, n_items, parameters),
    )
    least = _least(graphs, parameters)
    code, departure = np.full(n_reviewers, -1, np.int64), np.zeros(0)
    while True:
        left = data.take(np.flatnonzero(code[reviewer] < 0))
        candidates = [_Candidates.of(left, np.where(code < 0, graph, -1), parameters) for graph in graphs]
        guilty = _gravest(left, candidates, least, parameters)
        if guilty is None:
            break
        joined = np.maximum(guilty.code, joining(left, guilty.code, guilty.cells, parameters))
        code = np.where(joined >= 0, joined + len(departure), code)
        departure = np.concatenate([departure, guilty.departure])
    innocent = candidates[-1]
    code = np.where(innocent.code >= 0, innocent.code + len(departure), code)
    return _clusters(data, code, np.concatenate([departure, innocent.departure]), least, parameters)


def _departing_groups(data: Readings, n_reviewers: int, parameters: Parameters) -> Ints:
    """Of the graph of sides; its reviews are no more once it is told."""
    departing, side = data.departing(parameters.ring_departing)
    return dense_groups(data.reviewer[departing], side, n_reviewers, 2 * data.n_items, parameters)


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Groups of accounts, coded 0.. or -1, and what their readings say."""

    code: Ints
    cells: Cells
    departure: Floats

    @classmethod
    def of(cls, data: Readings, groups: Ints, parameters: Parameters) -> "_Candidates":
        code = compact(groups, parameters.ring_size_min)
        cells = Cells.of(data, code, parameters)
        return cls(code, cells, departures(cells, int(code.max(initial=-1)) + 1, parameters))


def _least(graphs: Sequence[Ints], parameters: Parameters) -> float:
    """The departure that is more than chance, among as many candidates as the graphs have."""
    n = sum(int(graph.max(initial=-1)) + 1 for graph in graphs)
    return max(parameters.ring_departure, math.sqrt(2.0 * math.log(max(n, 1))) + parameters.ring_margin)


def _gravest(data: Readings, candidates: list[_Candidates], least: float, parameters: Parameters) -> _Candidates | None:
    """Those of the first graph that depart, no less than any other on an item they share; None without."""
    most = np.full(data.n_items, least)
    for one in candidates:
        np.maximum.at(most, one.cells.item, one.departure[one.cells.group])
    for one in candidates:
        rival = np.full(len(one.departure), least)
        np.maximum.at(rival, one.cells.group, most[one.cells.item])
        chosen = (one.departure >= rival) & (one.departure > least)
        if chosen.any():
            return _Candidates.of(data, np.where(np.append(chosen, False)[one.code], one.code, -1), parameters)
    return None


def _clusters(data: Readings, code: Ints, departure: Floats, least: float, parameters: Parameters) -> Clusters:
    n = len(departure)
    cells = Cells.of(data, code, parameters)
    group, item, members = cells.group, cells.item, cells.members
    size = np.bincount(code[code >= 0], minlength=n)
    light = np.bincount(data.item, minlength=data.n_items)[item] <= parameters.ring_degree_max
    pairs = np.bincount(group[light], 0.5 * (members * (members - 1))[light], minlength=n).astype(np.float64)
    excess = _excess(data, code, pairs, parameters)
    order = np.lexsort((-excess, -size, -departure))
    place = np.full(n + 1, -1, np.int64)
    place[order] = np.arange(n)
    n_items = np.bincount(group[members > 1], minlength=n)
    is_budgeted = departure > least
    return Clusters(place[code], size[order], n_items[order], excess[order], departure[order], is_budgeted[order])


def _excess(data: Readings, code: Ints, observed: Floats, parameters: Parameters) -> Floats:
    """(pairs − expected)/√(expected + 1) of each cluster, expected over all pairs of members."""
    _, chance = light_rows(data.reviewer, data.item, len(code), data.n_items, parameters)
    members = np.flatnonzero(code >= 0)
    size = np.zeros((len(observed), len(chance.probability)))
    np.add.at(size, (code[members], chance.reviewer_class[members]), 1.0)
    expected = np.zeros(len(observed))
    for p, n in zip(chance.probability.T, chance.n_items, strict=True):
        total = size @ p
        expected += 0.5 * n * (total * total - size @ (p * p))
    return (observed - expected) / np.sqrt(expected + 1.0)
