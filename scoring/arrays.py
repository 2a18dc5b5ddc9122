"""The array types every module speaks, and the one way to check a column."""

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bytes: TypeAlias = NDArray[np.int8]
Bools: TypeAlias = NDArray[np.bool_]
Rows: TypeAlias = Ints | slice


def floats(values: ArrayLike, name: str, shape: tuple[int, ...]) -> Floats:
    """`values` as float64 of exactly `shape`; ValueError names the column."""
    array = np.ascontiguousarray(values, dtype=np.float64)
    if array.shape != shape:
        raise ValueError(f"{name}: expected shape {shape}, got {array.shape}")
    return array


def codes(values: ArrayLike, name: str, length: int, *, below: int) -> Ints:
    """`values` as int64[length] within 0..below-1; ValueError names the column."""
    array = np.ascontiguousarray(values)
    if array.size and array.dtype.kind not in "iu":
        raise ValueError(f"{name}: expected whole numbers, got {array.dtype}")
    array = array.astype(np.int64, copy=False)
    if array.shape != (length,):
        raise ValueError(f"{name}: expected shape {(length,)}, got {array.shape}")
    if length and (array.min() < 0 or array.max() >= below):
        raise ValueError(f"{name}: expected codes from 0 to {below - 1}")
    return array


def within(values: Floats, name: str, low: float, high: float) -> Floats:
    """`values` unchanged if every one lies in [low, high] (NaN does not); ValueError names the column."""
    if values.size and not (values.min() >= low and values.max() <= high):
        raise ValueError(f"{name}: expected finite numbers from {low} to {high}")
    return values


def in_order(keys: Ints) -> Ints | None:
    """What sorts `keys`, those alike in the order they have; None where they are sorted."""
    return None if (keys[1:] >= keys[:-1]).all() else np.argsort(keys, kind="stable")


def numbered(keys: Ints) -> Ints:
    """Codes 0, 1, … of `keys` in ascending order, int64[n]; by sorting, faster than `np.unique`, which hashes."""
    order = np.argsort(keys, kind="stable")
    ascending = keys[order]
    codes_ = np.empty(len(keys), dtype=np.int64)
    codes_[order] = np.cumsum(np.r_[False, ascending[1:] != ascending[:-1]][: len(keys)])
    return codes_


def places(keys: Ints, among: Ints) -> Ints:
    """Where each of `keys` stands in `among`, int64[n]; -1 where it does not."""
    if not len(among):
        return np.full(len(keys), -1, dtype=np.int64)
    order = in_order(among)
    ascending = among if order is None else among[order]
    at = np.minimum(np.searchsorted(ascending, keys), len(among) - 1)
    found = np.where(ascending[at] == keys, at if order is None else order[at], -1)
    return found.astype(np.int64, copy=False)


def by_appearance(keys: Ints) -> Ints:
    """Codes 0, 1, … of `keys` as they come, int64[n]."""
    codes_ = numbered(keys)
    first = np.full(int(codes_.max(initial=-1)) + 1, len(keys), dtype=np.int64)
    np.minimum.at(first, codes_, np.arange(len(keys)))
    rank = np.empty_like(first)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[codes_]
