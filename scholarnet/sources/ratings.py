"""Ratings out of a table: `reviewer,item,rating`, and `time` where it is given."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scholarnet.errors import InputError
from scholarnet.sources.columns import Column, Time, number, text_id
from scholarnet.sources.tables import Batch, read_table
from scoring.ratings import Ratings

COLUMNS = ("reviewer", "item", "rating", "time")


def read_ratings(path: Path, *, names: Mapping[str, str] | None = None) -> Ratings:
    """Read a file of ratings, ids sorted, so that the order of the rows shows nowhere but in ties of time.

    Raises InputError, also where there is a header and nothing below it.
    """
    columns = (
        Column(name="reviewer", parse=text_id),
        Column(name="item", parse=text_id),
        Column(name="rating", parse=number()),
        Column(name="time", parse=Time(), required=False),
    )
    known: dict[str, dict[str, int]] = {"reviewer": {}, "item": {}}
    batches = read_table(path, columns=columns, names=names)
    parts = [_arrays(batch, known) for batch in batches if batch.lines]
    if not parts:
        raise InputError(str(path), "there is a header and no rating below it", line=1)
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    reviewer_ids, reviewer = _in_order(known["reviewer"], joined["reviewer"])
    item_ids, item = _in_order(known["item"], joined["item"])
    return Ratings(reviewer, item, joined["rating"], joined.get("time"), reviewer_ids, item_ids)


def read_reviewer_ids(path: Path) -> set[str]:
    """Read a table with the column `reviewer` and one id a line; it may name nobody. Raises InputError."""
    batches = read_table(path, columns=(Column(name="reviewer", parse=text_id),))
    return {name for batch in batches for name in batch.columns["reviewer"]}


def _arrays(batch: Batch, known: Mapping[str, dict[str, int]]) -> dict[str, NDArray[Any]]:
    """Return the batch as numbers; ids not met before are added to `known`."""
    return {
        name: _codes(values, known[name]) if name in known else np.array(values, np.float64)
        for name, values in batch.columns.items()
    }


def _codes(ids: Iterable[str], known: dict[str, int]) -> NDArray[np.int64]:
    return np.array([known.setdefault(name, len(known)) for name in ids], np.int64)


def _in_order(known: Mapping[str, int], codes: NDArray[np.int64]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    ids = tuple(sorted(known))
    place = np.empty(len(ids), np.int64)
    place[[known[name] for name in ids]] = np.arange(len(ids))
    return ids, place[codes]
