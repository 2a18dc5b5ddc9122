"""Whether the readings of a group depart from the outsiders' on the items its members share (SCORING.md, section 6).

On each item t = (x̄_g − m_out)/√(1/(1 + S_out) + 1/S_g + ring_floor), with x̄_g the group's P-weighted mean reading and
m_out the posterior mean of everybody else. T = Σ ω min(t², ring_square_max) counts an item as far as outsiders know it,
ω = S_out/(1 + S_out): a field of its own, whom nobody else reads, is not held against the prior. If the group reads
like others, t² has mean 1 and T/c is about χ² of ν degrees of freedom (Satterthwaite 1946), c = Σω²/Σω, ν = (Σω)²/Σω².
The departure is, in standard deviations of chance (Fisher 1928),

    √(2T/c) − √(2ν − 1)

also with few items, where (T − n)/√2n has a heavy tail. A ring whose members also meet by chance elsewhere is diluted
there: so T is also taken over the items with at least 4, 8, .. members, and the greatest counts. Linear in the reviews;
sums are order-free (axioms A1, A2, A3).
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
        """The reviews in `rows` alone."""
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
class Evidence:
    """departure float64[groups]; group and item, int64[cells], of each item that one of the group reviewed."""

    departure: Floats
    group: Ints
    item: Ints


def cells(data: Readings, code: Ints) -> tuple[Ints, Ints, Ints]:
    """Group, item and number of members of each group and item that meet; `code` is each account's group or -1."""
    rows = np.flatnonzero(code[data.reviewer] >= 0)
    cell, count = np.unique(_cell(data, code, rows), return_counts=True)
    return cell // max(data.n_items, 1), cell % max(data.n_items, 1), count


def departures(data: Readings, code: Ints, parameters: Parameters) -> Evidence:
    """Of each group; `code` int64[n_reviewers], the group of each account or -1. 0 where nothing is known."""
    n = int(code.max(initial=-1)) + 1
    group, item, members = cells(data, code)
    omega, square = _items(data, code, parameters)
    departure = np.zeros(n)
    least = 2
    while least <= members.max(initial=0):
        departure = np.maximum(departure, _departure(group, omega * (members >= least), square, n, parameters))
        least *= 2
    return Evidence(departure, group, item)


def _items(data: Readings, code: Ints, parameters: Parameters) -> tuple[Floats, Floats]:
    """ω and min(t², ring_square_max) of each cell, in the order of `cells`."""
    rows = np.flatnonzero(code[data.reviewer] >= 0)
    cell, where = np.unique(_cell(data, code, rows), return_inverse=True)
    item, sums = cell % max(data.n_items, 1), Groups.of(where, len(cell))
    precision = data.precision[rows]
    mass, pull = sums.sum(precision, data.bound), sums.sum(precision * data.reading[rows], data.bound)
    out = np.maximum(data.mass[item] - mass, 0.0)
    divisor = np.where(mass > 0.0, mass, 1.0)
    away = pull / divisor - (data.pull[item] - pull) / (1.0 + out)
    spread = 1.0 / (1.0 + out) + 1.0 / divisor + parameters.ring_floor
    omega = np.where(mass > 0.0, out / (1.0 + out), 0.0)
    return omega, np.minimum(away * away / spread, parameters.ring_square_max)


def _cell(data: Readings, code: Ints, rows: Ints) -> Ints:
    return code[data.reviewer[rows]] * data.n_items + data.item[rows]


def _departure(group: Ints, omega: Floats, square: Floats, n: int, parameters: Parameters) -> Floats:
    """√(2T/c) − √(2ν − 1) of each group, 0 with fewer than `ring_shared_min` items."""
    groups = Groups.of(group, n)
    first = groups.sum(omega, 1.0)
    second = groups.sum(omega * omega, 1.0)
    total = groups.sum(omega * square, parameters.ring_square_max)
    known = (second > 0.0) & (groups.sum((omega > 0.0).astype(np.float64), 1.0) >= parameters.ring_shared_min)
    divisor = np.where(known, second, 1.0)
    freedom = np.where(known, first * first / divisor, 1.0)
    score = np.sqrt(2.0 * total * first / divisor) - np.sqrt(np.maximum(2.0 * freedom - 1.0, 0.0))
    return np.where(known, score, 0.0)
