"""How kernels are compiled: as NumPy computes, without a lock, kept on disk where there is a place for it."""

from collections.abc import Callable
from typing import Any

from numba import njit


def jit(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, to be compiled when it is called first.

    No fast-math and no contraction of a·b + c, which would change bits; x/0 is what it is in NumPy. What it calls
    should be in its own file: a change of another file's function does not make what is kept on disk out of date.
    """
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
    try:
        return njit(cache=True, **options)(function)  # type: ignore[no-any-return]
    except RuntimeError:  # there is no place that can be written to: compiled anew by each process
        return njit(**options)(function)  # type: ignore[no-any-return]
