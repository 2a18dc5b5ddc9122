"""Links laid out by target, and sums along them: each thread takes its own part, and the bits are those of one."""

from typing import Any

import numpy as np

from scoring.compiled.jit import jit


@jit
def count(source: Any, target: Any, low: int, high: int, shift: int, out_degree: Any, in_bucket: Any) -> None:
    """Count links low..high-1 by source and by bucket of targets, target >> shift."""
    for link in range(low, high):
        out_degree[source[link]] += 1
        in_bucket[target[link] >> shift] += 1


@jit
def scatter(source: Any, target: Any, low: int, high: int, shift: int, place: Any, pairs: Any) -> None:
    """Put links low..high-1, in their order, where their buckets have room for them from `place` on."""
    for link in range(low, high):
        bucket = target[link] >> shift
        at = place[bucket]
        pairs[at, 0] = target[link]
        pairs[at, 1] = source[link]
        place[bucket] = at + 1


@jit
def sort(pairs: Any, room: Any, low: int, high: int, shift: int, start: Any, ordered: Any) -> None:
    """Lay out the links of buckets low..high-1 by target, those of one target in their order; a bucket fits a cache."""
    n = len(start) - 1
    for bucket in range(low, high):
        first, last = bucket << shift, min((bucket + 1) << shift, n)
        following = np.zeros(last - first + 1, dtype=start.dtype)
        for at in range(room[bucket], room[bucket + 1]):
            following[pairs[at, 0] - first + 1] += 1
        following[0] = room[bucket]
        for node in range(last - first):
            following[node + 1] += following[node]
            start[first + node] = following[node]
        for at in range(room[bucket], room[bucket + 1]):
            node = pairs[at, 0] - first
            ordered[following[node]] = pairs[at, 1]
            following[node] += 1


@jit
def gather(start: Any, source: Any, passed: Any, low: int, high: int, sums: Any) -> None:
    """What targets low..high-1 get: the sum of `passed` over the sources of each, in their order."""
    for node in range(low, high):
        total = passed.dtype.type(0)
        for at in range(start[node], start[node + 1]):
            total += passed[np.uint32(source[at])]  # without a sign: no place is counted from the end
        sums[node] = total
