"""Which way the arithmetic goes: NumPy, or kernels that Numba compiles, to the same bits.

Kernels are in `scoring.compiled`, whose modules import Numba (.35 s) and so are loaded when one is wanted first. They
are compiled when called first (seconds) and kept on disk beside the source, or in the user's cache where that cannot be
written to (NUMBA_CACHE_DIR says another place), or not at all. SCHOLARNET_KERNELS says which way:

    numba  kernels, whatever the size; an error where Numba is not installed
    plain  NumPy
    auto   kernels where Numba is installed and there are so many rows that loading them pays: the default

They hold no lock of Python's, and call no threads of Numba's, which bear no two callers: `spread` shares work out.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

from scoring.arrays import Ints

WAYS = ("auto", "numba", "plain")
ENOUGH = 200_000  # rows: a fit of them takes a second by NumPy; loading takes as long, compiling is done once

T = TypeVar("T")


def compiled(name: str, n: int) -> Any | None:
    """The module `scoring.compiled.<name>`, or None where NumPy is to do the work; n is the number of rows.

    ValueError if SCHOLARNET_KERNELS is none of its values, ModuleNotFoundError if it wants Numba and there is none.
    """
    way = os.environ.get("SCHOLARNET_KERNELS", "auto")
    if way not in WAYS:
        raise ValueError(f"SCHOLARNET_KERNELS: expected one of {', '.join(WAYS)}, got {way!r}")
    if way == "plain" or (way == "auto" and (n < ENOUGH or not _is_installed())):
        return None
    return import_module(f"scoring.compiled.{name}")


@cache
def _is_installed() -> bool:
    return find_spec("numba") is not None


def n_threads() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def even(start: Ints, parts: int) -> list[tuple[int, int]]:
    """Ranges of consecutive groups with about as many rows each; start int64[groups + 1], each one's first row."""
    inner = np.searchsorted(start, np.linspace(0, start[-1], parts + 1)[1:-1])
    return [(int(a), int(b)) for a, b in pairwise((0, *inner, len(start) - 1)) if a < b]


def spread(work: Callable[..., T], parts: Sequence[tuple[Any, ...]]) -> list[T]:
    """`work` of the arguments of each part, in their order, each in a thread of its own."""
    if len(parts) < 2:
        return [work(*part) for part in parts]
    with ThreadPoolExecutor(len(parts)) as pool:
        return list(pool.map(lambda part: work(*part), parts))
