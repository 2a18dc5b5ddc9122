"""Ratings out of a table: `reviewer,item,rating`, and `time` where it is given."""

from array import array  # grows in place: a list of small arrays would leave holes all over the memory
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scholarnet.errors import InputError
from scholarnet.sources.columns import Column, Time, number, text_id
from scholarnet.sources.tables import read_table
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
    read: dict[str, array[Any]] = {}
    for batch in read_table(path, columns=columns, names=names):
        for name, values in batch.columns.items():
            codes = known.get(name)
            kept = read.setdefault(name, array("d" if codes is None else "q"))
            kept.extend(values if codes is None else [codes.setdefault(one, len(codes)) for one in values])
    if not read or not read["rating"]:
        raise InputError(str(path), "there is a header and no rating below it", line=1)
    joined = {name: np.frombuffer(values, dtype=values.typecode) for name, values in read.items()}
    reviewer_ids, reviewer = _in_order(known["reviewer"], joined["reviewer"])
    item_ids, item = _in_order(known["item"], joined["item"])
    return Ratings(reviewer, item, joined["rating"], joined.get("time"), reviewer_ids, item_ids)


def read_reviewer_ids(path: Path) -> set[str]:
    """Read a table with the column `reviewer` and one id a line; it may name nobody. Raises InputError."""
    batches = read_table(path, columns=(Column(name="reviewer", parse=text_id),))
    return {name for batch in batches for name in batch.columns["reviewer"]}


def _in_order(known: Mapping[str, int], codes: NDArray[np.int64]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    ids = tuple(sorted(known))
    place = np.empty(len(ids), np.int64)
    place[[known[name] for name in ids]] = np.arange(len(ids))
    return ids, np.take(place, codes, out=codes)
