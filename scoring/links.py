"""Links among nodes, laid out by where they lead (CSR), in time linear in the links and without comparing any two.

For many links both the layout and each sweep over it are compiled (`kernels.py`): links go into buckets of targets that
fit a cache, a part of them to each thread, so that neither pass writes all over memory. The order of links is kept, and
sums are taken in it, so that the bits are those of SciPy.
"""

from __future__ import annotations  # sparse arrays are loaded when one is made

from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from scoring.arrays import Floats, Ints, codes
from scoring.kernels import compiled, even, n_threads, spread

BUCKET_BITS = 8  # 256 of them: at a million nodes and ten million links each takes a third of a megabyte


@dataclass(frozen=True, slots=True)
class Links:
    """Links among nodes 0..n-1: those that lead to node i come from `source[start[i]:start[i + 1]]`."""

    n: int
    start: NDArray[Any]
    source: NDArray[np.integer]
    out_degree: Ints
    _ones: dict[type[np.floating], sparse.csr_array] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Ints, target: Ints, n: int) -> Links:
        """Lay out m links, int64[m] codes 0..n-1; ValueError names the column.

        Time O(n + m), memory 16 bytes a link.
        """
        m = len(source)
        kernel = compiled("links", m) if max(n, m) < np.iinfo(np.int32).max else None
        source, target = codes(source, "source", m, below=n), codes(target, "target", m, below=n)
        return cls(n, *(_laid_out(source, target, n) if kernel is None else _in_buckets(kernel, source, target, n)))

    def matrix(self, dtype: type[np.floating]) -> sparse.csr_array:
        """M[target, source] = 1, n × n; it shares its indices with this."""
        if dtype not in self._ones:
            ones = np.ones(len(self.source), dtype)
            self._ones[dtype] = sparse.csr_array((ones, self.source, self.start), shape=(self.n, self.n))
        return self._ones[dtype]

    def gathered(self, passed: NDArray[np.floating]) -> NDArray[Any]:
        """What each node gets when each passes along so much of each of its links: M @ passed, in its precision."""
        kernel = compiled("links", len(self.source))
        if kernel is None:
            return np.asarray(self.matrix(passed.dtype.type) @ passed)
        sums = np.empty_like(passed)
        parts = [(low, high, sums) for low, high in even(self.start, n_threads())]
        spread(partial(kernel.gather, self.start, self.source, passed), parts)
        return sums

    def shares(self) -> Floats:
        """What each node passes along each of its links: 1/out-degree, 0 where it has none."""
        return np.asarray(1.0 / np.maximum(self.out_degree, 1))


def _laid_out(source: Ints, target: Ints, n: int) -> tuple[NDArray[Any], NDArray[Any], Ints]:
    """A matrix whose row e has one entry, at the target of link e, holds by column what leads to each target."""
    m = len(source)
    narrow = np.dtype(np.int32 if max(n, m) < np.iinfo(np.int32).max else np.int64)
    rows = np.arange(m + 1, dtype=narrow)
    by_target: Any = sparse.csr_array((source.astype(narrow), target.astype(narrow), rows), shape=(m, n)).tocsc()
    return by_target.indptr, by_target.data, np.bincount(source, minlength=n)


def _in_buckets(kernel: Any, source: Ints, target: Ints, n: int) -> tuple[NDArray[Any], NDArray[Any], Ints]:
    m, threads = len(source), n_threads()
    shift = max(max(n - 1, 0).bit_length() - BUCKET_BITS, 0)
    n_buckets = (max(n - 1, 0) >> shift) + 1
    ranges = list(pairwise(np.linspace(0, m, threads + 1).astype(int).tolist()))
    out_degree, in_bucket = np.zeros((threads, n), dtype=np.int32), np.zeros((threads, n_buckets), dtype=np.int64)
    parts = [(*ranges[at], shift, out_degree[at], in_bucket[at]) for at in range(threads)]
    spread(partial(kernel.count, source, target), parts)
    room = np.r_[0, np.cumsum(in_bucket.sum(axis=0))]
    place = room[:-1] + np.cumsum(in_bucket, axis=0) - in_bucket  # behind what the threads before it put there
    pairs = np.empty((m, 2), dtype=np.int32)
    spread(partial(kernel.scatter, source, target), [(*ranges[at], shift, place[at], pairs) for at in range(threads)])
    start, ordered = np.full(n + 1, m, dtype=np.int32), np.empty(m, dtype=np.int32)
    shares = [(low, high, shift, start, ordered) for low, high in even(room, threads)]
    spread(partial(kernel.sort, pairs, room), shares)
    return start, ordered, out_degree.sum(axis=0, dtype=np.int64)
