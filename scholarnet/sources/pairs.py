"""Pairs of names out of a table of two columns: who vouches for whom, who may not judge what."""

from collections.abc import Mapping
from pathlib import Path

from scholarnet.sources.columns import Column, text_id
from scholarnet.sources.tables import read_table

VOUCHES: Mapping[str, tuple[str, ...]] = {"voucher": (), "vouched": ("vouchee",)}
CONFLICTS: Mapping[str, tuple[str, ...]] = {"reviewer": (), "item": ()}


def read_pairs(path: Path, header: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    """Read a table with these two columns (and what else each may be called); it may name nobody.

    Raises InputError naming the line that is wrong.
    """
    columns = tuple(Column(name=name, parse=text_id, aliases=aliases) for name, aliases in header.items())
    batches = read_table(path, columns=columns)
    return [pair for batch in batches for pair in zip(*(batch.columns[name] for name in header), strict=True)]
