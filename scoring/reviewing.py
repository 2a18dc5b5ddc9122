"""What reviews earn their reviewers: foresight (SCORING.md, section 8, X_rev).

A review gains by what it adds to the log predictive density of the later consensus: of the others' reviews that came
after it. An echo of what was known adds nothing; a contrarian who turns out right adds most.
"""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Floats, Ints
from scoring.parameters import DEFAULT, Parameters

STEPS = 2.0**30  # of 1 in the sums: a million terms of up to 2⁹ fit int64


@dataclass(frozen=True, slots=True)
class Timeline:
    """Reviews that count, one for each reviewer and item; x and P as the epoch reads them (`weight.weigh`).

    item       int64[n] ≥ 0
    time       float64[n], seconds
    reading    float64[n], x in θ
    precision  float64[n], P in 1/θ²
    """

    item: Ints
    time: Floats
    reading: Floats
    precision: Floats


def gains(timeline: Timeline, as_of: float, parameters: Parameters = DEFAULT) -> Floats:
    """Gain of each review in nats, float64[n]; 0 where it is too young, says nothing, or nobody came after it.

    With S and m the precision 1 + ΣP and the mean of θ given the reviews before, m' the mean with this one, and t the
    mean of the P_t-weighted readings after: gain = log N(t; m', v) − log N(t; m, v), v = 1/S + 1/P_t for both.
    Reviews of one instant are neither before nor after each other. O(n log n).
    """
    order = np.lexsort((timeline.time, timeline.item))
    item, time = timeline.item[order], timeline.time[order]
    x, p = timeline.reading[order], timeline.precision[order]
    present = time <= as_of
    mass, pull = _running(np.where(present, p, 0.0)), _running(np.where(present, p * x, 0.0))
    first, last = _edges(item, item)
    before, after = _edges(item, time)
    s = 1.0 + (mass[before] - mass[first]) / STEPS
    m = (pull[before] - pull[first]) / STEPS / s
    later = (mass[last] - mass[after]) / STEPS
    judged = (later > 0.0) & (p > 0.0) & (as_of - time >= parameters.verdict_delay_seconds)
    divisor = np.where(judged, later, 1.0)
    target = (pull[last] - pull[after]) / STEPS / divisor
    step = p * (x - m) / (s + p)  # exactly 0 for an echo
    gain = step * (target - m - 0.5 * step) / (1.0 / s + 1.0 / divisor)
    result = np.empty(len(item))
    result[order] = np.where(judged, gain, 0.0)
    return result


def _running(values: Floats) -> Ints:
    """Running sums in whole steps, one longer than `values`, so that differences are exact."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(np.rint(values * STEPS).astype(np.int64))])


def _edges(item: Ints, key: np.ndarray) -> tuple[Ints, Ints]:
    """First row of the run of equal (item, key) that each row is in, and the row after its last; rows are sorted."""
    n = len(item)
    changes = np.flatnonzero((item[1:] != item[:-1]) | (key[1:] != key[:-1])) + 1
    starts = np.r_[0, changes]
    length = np.diff(np.r_[starts, n])
    first = np.repeat(starts, length)
    return first[:n], first[:n] + np.repeat(length, length)
