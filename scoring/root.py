"""The one root of a strongly convex loss, found in whole numbers (SCORING.md, section 5).

F'(θ) = θ − Σ φ√P ψ_c((x − θ)√P) rises by at least 1 per unit of θ. With θ = k·2⁻³² and every term rounded to the same
grid, G(k) = k − Σ rint(2³² φ√P ψ_c((x − k 2⁻³²)√P)) rises strictly in k; the root is the least k with G(k) ≥ target.
Whole-number sums have no order, so neither the order of the reviews nor their partition can change a bit; and the
root does not depend on how it is searched for, so the search may start wherever a guess is good.

int64 holds it: |x| ≤ 32, √P·c ≤ 20 < 2⁵ and a million reviews give terms below 2³⁷ and sums below 2⁵⁷.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from scoring.arrays import Floats, Ints

ONE = 2.0**32  # grid steps in one θ
NEAR = 4  # grid steps around a guess where the root is looked for first: rounding alone moves it by one or two
BLOCK_ROWS = 2**13  # reviews searched together
NEWTON_STEPS = 14  # most items need 3 to 6
REACH = 2**38  # ±64 θ: beyond every root of targets up to ±2√(1 + ΣφP), as readings lie within ±32


@dataclass(frozen=True, slots=True)
class Loss:
    """The losses of several items; rows are sorted by item.

    reading    float64[n], x in θ
    root_p     float64[n], √P in 1/θ
    pull       float64[n], φ√P in 1/θ
    start      int64[items], first row of each item, each of which has a row at least
    length     int64[items]
    huber_c    where ψ stops growing
    """

    reading: Floats
    root_p: Floats
    pull: Floats
    start: Ints
    length: Ints
    huber_c: float

    def part(self, first: int, last: int) -> "Loss":
        """The losses of the items from `first` up to before `last`."""
        a, b = self.start[first], self.start[last - 1] + self.length[last - 1]
        start, length = self.start[first:last] - a, self.length[first:last]
        return Loss(self.reading[a:b], self.root_p[a:b], self.pull[a:b], start, length, self.huber_c)

    def terms(self, k: Ints) -> Ints:
        """rint(2³² φ√P ψ_c(u)) of every row, int64[..., n], where its item's θ is k·2⁻³², k int64[..., items]."""
        theta = np.repeat(k * (1.0 / ONE), self.length, axis=-1)
        u = np.clip((self.reading - theta) * self.root_p, -self.huber_c, self.huber_c)
        return np.rint(u * self.pull * ONE).astype(np.int64)

    def gradient(self, k: Ints) -> Ints:
        """G(k), int64[..., items], in grid steps."""
        return np.asarray(k - np.add.reduceat(self.terms(k), self.start, axis=-1))


def solve(loss: Loss, target: Ints) -> Ints:
    """The least k with G(k) ≥ target for each item, int64 like `target`, which is int64[..., items] in grid steps.

    All rows of targets are searched at once, some thousand reviews at a time: that much stays in the cache.
    """
    block = (loss.start + loss.length - 1) // BLOCK_ROWS
    edges = [0, *(np.flatnonzero(np.diff(block)) + 1), len(block)]
    blocks = [_solve(loss.part(a, b), target[..., a:b]) for a, b in pairwise(edges)]
    return np.concatenate(blocks, axis=-1)


def _solve(loss: Loss, target: Ints) -> Ints:
    """Bracket a guess, widen until the root is inside, bisect: a bad guess costs only time."""
    guess = _guess(loss, target)
    low, high = guess - NEAR, guess + NEAR
    while not (inside := loss.gradient(low) < target).all():
        low = np.where(inside, low, np.maximum(high - 4 * (high - low), -REACH))
    while not (inside := loss.gradient(high) >= target).all():
        high = np.where(inside, high, np.minimum(low + 4 * (high - low), REACH))
    while (high - low).max(initial=0) > 1:
        middle = (low + high) >> 1
        above = loss.gradient(middle) >= target
        high = np.where(above, middle, high)
        low = np.where(above, low, middle)
    return high


def _guess(loss: Loss, target: Ints) -> Ints:
    """Newton's method in float64, each step kept in a bracket: without that it runs off from many starts."""
    aim, c = target / ONE, loss.huber_c
    low, high = np.full(aim.shape, -REACH / ONE), np.full(aim.shape, REACH / ONE)
    theta = np.zeros(aim.shape)
    weight = loss.pull * loss.root_p
    for _ in range(NEWTON_STEPS):
        u = (loss.reading - np.repeat(theta, loss.length, axis=-1)) * loss.root_p
        pull = np.add.reduceat(np.clip(u, -c, c) * loss.pull, loss.start, axis=-1)
        slope = 1.0 + np.add.reduceat(np.where(np.abs(u) < c, weight, 0.0), loss.start, axis=-1)
        excess = theta - pull - aim
        low, high = np.where(excess < 0.0, theta, low), np.where(excess < 0.0, high, theta)
        step = theta - excess / slope
        arrived = np.abs(step - theta) < 0.5 / ONE
        theta = np.where(arrived | (step > low) & (step < high), step, 0.5 * (low + high))
        if arrived.all():
            break
    return np.asarray(np.rint(theta * ONE)).astype(np.int64)
