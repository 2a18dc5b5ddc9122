"""What a ranking looks like in files: items and reviewers as CSV, the frozen fit as JSON."""

import csv
from pathlib import Path
from typing import TextIO

import numpy as np
import orjson

from scholarnet.errors import InputError
from scholarnet.sources.files import read_lines
from scoring.decision import TIERS
from scoring.frozen import Frozen
from scoring.rank import ItemRows, ReviewerRows

ITEM_COLUMNS = ("score", "sd", "low", "high", "best", "n_reviews", "n_effective", "tier", "rank")
REVIEWER_COLUMNS = ("bias", "slope", "precision", "trust", "cluster", "n_reviews", "weight")
LONGEST_EPOCH = 1 << 30  # bytes: other tools write JSON on a single line


def write_items(file: TextIO, *, ids: tuple[str, ...], rows: ItemRows) -> None:
    """Write one line an item, the best first."""
    order = np.argsort(rows.rank)
    columns = {name: getattr(rows, name)[order].tolist() for name in ITEM_COLUMNS}
    columns["tier"] = [TIERS[code] for code in columns["tier"]]
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("item", *columns))
    writer.writerows(zip((ids[row] for row in order), *columns.values(), strict=True))


def write_reviewers(file: TextIO, *, ids: tuple[str, ...], rows: ReviewerRows) -> None:
    """Write one line a reviewer, in the order of the ids."""
    columns = {name: getattr(rows, name).tolist() for name in REVIEWER_COLUMNS}
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("reviewer", *columns))
    writer.writerows(zip(ids, *columns.values(), strict=True))


def write_epoch(file: TextIO, frozen: Frozen) -> None:
    """Write a fit so that `read_epoch` gives the same numbers, to the last bit."""
    file.write(orjson.dumps(frozen.as_dict(), option=orjson.OPT_INDENT_2).decode() + "\n")


def read_epoch(path: Path) -> Frozen:
    """Read what `write_epoch` wrote. Raises InputError where it is not that."""
    try:
        data = orjson.loads("".join(read_lines(path, longest=LONGEST_EPOCH)))
        if not isinstance(data, dict):
            raise InputError(str(path), "the file is JSON, but no object in braces", line=1)
        return Frozen.from_dict(data)
    except orjson.JSONDecodeError as error:
        message = f"the file is not JSON: {error.msg} at character {error.colno}"
        raise InputError(str(path), message, line=error.lineno) from error
    except ValueError as error:
        message = f"{error}; give a file that --epoch-out of this version wrote"
        raise InputError(str(path), message) from error
