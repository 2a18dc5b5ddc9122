"""Whether the readings of a group depart from the outsiders' on the items its members share (SCORING.md, section 6).

On each item t = (x̄_g − m_out)/√(1/(1 + S_out) + 1/S_g + ring_floor), with x̄_g the group's P-weighted mean reading and
m_out the posterior mean of everybody else. T = Σ ω min(t², ring_square_max) counts an item as far as outsiders know it,
ω = S_out/(1 + S_out): a field of its own, whom nobody else reads, is not held against the prior. If the group reads
like others, t² has mean 1 and T/c is about χ² of ν degrees of freedom (Satterthwaite 1946), c = Σω²/Σω, ν = (Σω)²/Σω².
The departure is the greater of, in standard deviations of chance,

    √(2T/c) − √(2ν − 1)                          to any side (Fisher 1928; (T − n)/√2n has a heavy tail with few items)
    |Σωt| / √(Σω² + ring_taste (Σω)²)            all to one side, also where each goes little; honest groups have tastes

A ring whose members also meet by chance elsewhere is diluted there: so both are also taken over the items with at least
4, 8, .. members, and the greatest counts. Measured on seeds 61..68: rings 6.1 to 20, honest groups up to 1.8. Linear in
the reviews; sums are order-free (axioms A1, A2, A3).
"""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Floats, Ints
from scoring.parameters import Parameters
from scoring.sums import Groups


@dataclass(frozen=True, slots=True)
class Readings:
    """Signed reviews, one row each, with S = ΣP and ΣPx of their items; sums are bounded by `bound` a term."""

    reviewer: Ints
    item: Ints
    reading: Floats
    precision: Floats
    n_items: int
    mass: Floats
    pull: Floats
    bound: float

    @classmethod
    def of(cls, reviewer: Ints, item: Ints, reading: Floats, precision: Floats, n_items: int) -> "Readings":
        """x in θ and P in 1/θ², float64[n]."""
        groups = Groups.of(item, n_items)
        bound = max(1.0, float(precision.max(initial=0.0)) * max(1.0, float(np.abs(reading).max(initial=0.0))))
        mass, pull = groups.sum(precision, bound), groups.sum(precision * reading, bound)
        return cls(reviewer, item, reading, precision, n_items, mass, pull, bound)

    def take(self, rows: Ints) -> "Readings":
        """The reviews in `rows` alone, ascending."""
        if len(rows) == len(self.item):
            return self
        of = Readings.of
        return of(self.reviewer[rows], self.item[rows], self.reading[rows], self.precision[rows], self.n_items)

    def departing(self, least: float) -> tuple[Ints, Ints]:
        """Rows that depart from the others' posterior by `least` standard deviations, and 2·item + (1 if above)."""
        others = 1.0 + np.maximum(self.mass[self.item] - self.precision, 0.0)
        away = self.reading - (self.pull[self.item] - self.precision * self.reading) / others
        speaks = self.precision > 0.0
        spread = 1.0 / others + 1.0 / np.where(speaks, self.precision, 1.0)
        rows = np.flatnonzero(speaks & (away * away > least * least * spread))
        return rows, 2 * self.item[rows] + (away[rows] > 0.0)


@dataclass(frozen=True, slots=True)
class Cells:
    """One row for each group and item that meet.

    members     int64, of the group who reviewed the item
    mass, pull  ΣP and ΣPx of theirs
    t           of the module's docstring, clipped to ±√ring_square_max
    omega       in [0, 1), what outsiders know of the item
    """

    group: Ints
    item: Ints
    members: Ints
    mass: Floats
    pull: Floats
    t: Floats
    omega: Floats

    @classmethod
    def of(cls, data: Readings, code: Ints, parameters: Parameters) -> "Cells":
        """`code` int64[n_reviewers], the group of each account or -1."""
        rows = np.flatnonzero(code[data.reviewer] >= 0)
        n_items = max(data.n_items, 1)
        cell, where = np.unique(code[data.reviewer[rows]] * n_items + data.item[rows], return_inverse=True)
        sums, precision = Groups.of(where, len(cell)), data.precision[rows]
        mass, pull = sums.sum(precision, data.bound), sums.sum(precision * data.reading[rows], data.bound)
        item = cell % n_items
        out = np.maximum(data.mass[item] - mass, 0.0)
        divisor = np.where(mass > 0.0, mass, 1.0)
        away = pull / divisor - (data.pull[item] - pull) / (1.0 + out)
        most = np.sqrt(parameters.ring_square_max)
        t = np.clip(away / np.sqrt(1.0 / (1.0 + out) + 1.0 / divisor + parameters.ring_floor), -most, most)
        omega = np.where(mass > 0.0, out / (1.0 + out), 0.0)
        return cls(cell // n_items, item, sums.count, mass, pull, t, omega)


def departures(cells: Cells, n: int, parameters: Parameters) -> Floats:
    """Of each of `n` groups, float64[n] ≥ 0; 0 where nothing is known."""
    departure = np.zeros(n)
    least = 2
    while least <= cells.members.max(initial=0):
        rows = np.flatnonzero((cells.members >= least) & (cells.omega > 0.0))
        one = _departure(cells.group[rows], cells.omega[rows], cells.t[rows], n, parameters)
        departure = np.maximum(departure, one)
        least *= 2
    return departure


def joining(data: Readings, code: Ints, cells: Cells, parameters: Parameters) -> Ints:
    """The group that each account outside all of them departs with, -1 without, int64[n_reviewers].

    Over the items, `ring_shared_min` at least, that a group moves by more than two standard deviations, u is the
    account's own departure from whoever is neither it nor of the group, in the group's direction, clipped to ±3:
    Σu/√n > ring_joining.
    """
    moved = np.flatnonzero((cells.members > 1) & (cells.omega > 0.0) & (np.abs(cells.t) > 2.0))
    cell_of = np.full(data.n_items, -1, np.int64)
    by_size = moved[np.lexsort((cells.members[moved], np.abs(cells.t[moved])))]
    cell_of[cells.item[by_size]] = by_size  # the greatest departure comes last, and stays
    cell = cell_of[data.item]
    rows = np.flatnonzero((cell >= 0) & (code[data.reviewer] < 0) & (data.precision > 0.0))
    cell, precision, item = cell[rows], data.precision[rows], data.item[rows]
    own = precision * data.reading[rows]
    others = 1.0 + np.maximum(data.mass[item] - cells.mass[cell] - precision, 0.0)
    away = data.reading[rows] - (data.pull[item] - cells.pull[cell] - own) / others
    u = np.sign(cells.t[cell]) * away / np.sqrt(1.0 / others + 1.0 / precision + parameters.ring_floor)
    return _joined(data.reviewer[rows], cells.group[cell], np.clip(u, -3.0, 3.0), code, parameters)


def _joined(reviewer: Ints, group: Ints, u: Floats, code: Ints, parameters: Parameters) -> Ints:
    n = int(code.max(initial=-1)) + 1
    pair, where = np.unique(reviewer * max(n, 1) + group, return_inverse=True)
    sums = Groups.of(where, len(pair))
    score = sums.sum(u, 3.0) / np.sqrt(np.maximum(sums.count, 1))
    order = np.argsort(score, kind="stable")
    order = order[(sums.count >= parameters.ring_shared_min)[order] & (score > parameters.ring_joining)[order]]
    result = np.full(len(code), -1, np.int64)
    result[pair[order] // max(n, 1)] = pair[order] % max(n, 1)  # the greatest score comes last, and stays
    return result


def _departure(group: Ints, omega: Floats, t: Floats, n: int, parameters: Parameters) -> Floats:
    """Of each group on the cells given, 0 with fewer than `ring_shared_min` of them."""
    groups = Groups.of(group, n)
    most = parameters.ring_square_max
    first, second = groups.sum(omega, 1.0), groups.sum(omega * omega, 1.0)
    total, sided = groups.sum(omega * t * t, most), groups.sum(omega * t, np.sqrt(most))
    known = (groups.count >= parameters.ring_shared_min) & (second > 0.0)
    divisor = np.where(known, second, 1.0)
    freedom = first * first / divisor
    any_side = np.sqrt(2.0 * total * first / divisor) - np.sqrt(np.maximum(2.0 * freedom - 1.0, 0.0))
    one_side = np.abs(sided) / np.sqrt(divisor + parameters.ring_taste * first * first)
    return np.where(known, np.maximum(any_side, one_side), 0.0)
