"""Sums by group that are the same bits in any order, and so on any number of shards.

Floating-point addition is not associative, whole numbers are. Values are rounded to multiples of a power of two so
small that every partial sum stays a whole number below 2^53 of them; then float64 adds without rounding, and
`np.bincount` may meet the rows as they come. (As fast as bincount alone, where sorting for `reduceat` costs a gather.)
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scoring.arrays import Floats, Ints

MANTISSA_BITS = 53
STRETCH = 1 << 18  # rows


@dataclass(frozen=True, slots=True)
class Groups:
    """Rows belonging to groups 0..n-1; `bits` is how many a partial sum can gain over its largest term."""

    code: Ints
    n: int
    count: Ints
    bits: int

    @classmethod
    def of(cls, code: Ints, n: int, bits: int | None = None) -> "Groups":
        """`bits` where other rows of the groups are elsewhere, and the sums of both are to be added."""
        count = np.bincount(code, minlength=n)
        return cls(code, n, count, bits_of(count) if bits is None else bits)

    def sum(self, values: Floats, bound: float) -> Floats:
        """Σ of `values` in each group, float64[n], order-free. |values| ≤ `bound` is the caller's promise."""
        scale = steps_of(self.bits, bound)
        steps = values * scale
        return np.asarray(np.bincount(self.code, np.rint(steps, out=steps), minlength=self.n) / scale)


def total(values: Floats, bound: float, n: int | None = None) -> float:
    """Σ of `values`, order-free; |values| ≤ `bound`. n: how many there are, if more than these are to be added up."""
    scale = steps_of((len(values) if n is None else n).bit_length(), bound)
    return float(np.rint(values * scale).sum() / scale)


def slices(n: int) -> Iterator[slice]:
    """The rows 0..n-1 in stretches of some hundred thousand: what is computed of them takes little memory."""
    return (slice(a, a + STRETCH) for a in range(0, n, STRETCH))


def bits_of(count: Ints) -> int:
    """What a sum over as many terms as the greatest of `count` can gain in bits over its largest term."""
    return int(max(count.max(initial=0), 1)).bit_length()


def steps_of(bits: int, bound: float) -> float:
    """Steps in 1, a power of two, of which a sum that gains `bits` over terms up to `bound` stays below 2^53."""
    return float(2.0 ** (MANTISSA_BITS - bits - math.ceil(math.log2(bound))))
