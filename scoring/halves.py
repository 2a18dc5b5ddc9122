"""Each item's reviews in two halves, by chance, and the same halves whatever the order of the rows and the codes.

Rows are sorted by what they say and parted by a hash of all that is said of the item, which takes one sum over the
reviews, one sort of those of at most `calibration_items` items, and another for each draw. Held by A1 to A3
(tests/scoring/test_axioms.py).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.arrays import Bools, Floats, Ints
from scoring.parameters import Parameters

Words = NDArray[np.uint64]
GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2⁶⁴ over the golden ratio, odd: its multiples differ
STEPS = 2.0**20  # of 1, that hashed numbers are rounded to


@dataclass(frozen=True, slots=True)
class Halves:
    """Rows sorted by half; halves 2i and 2i + 1 are those of one item, the second the larger by one where n is odd.

    row            int64[m], into the reviews
    start, length  int64[2·items·draws], all items of one draw after those of the one before
    n_draws        how often each item was parted
    """

    row: Ints
    start: Ints
    length: Ints
    n_draws: int

    @classmethod
    def of(cls, item: Ints, content: tuple[Floats, ...], parameters: Parameters) -> "Halves":
        """The halves of the items with `calibration_min_reviews`, or of `calibration_items` of them, by chance.

        content: float64[n] each, below 2³², all that is said in a review. Reviews of an item that say the same are
        exchangeable: it is how many of them fall to a half that chance has to decide, so it draws places and not
        contents. What is hashed is rounded, so that ratings in other units draw the same.
        """
        number, said = np.bincount(item), _said(content)
        key = np.zeros(len(number), dtype=np.uint64)
        np.add.at(key, item, said)
        chosen = chosen_items(number, key, parameters)
        row = np.flatnonzero(chosen[item])
        row = row[np.lexsort((*(column[row] for column in content), said[row], item[row]))]
        number = number[chosen]
        n_draws = min(max(parameters.calibration_reviews // max(len(row), 1), 1), parameters.calibration_draws)
        place = np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
        drawn = key[item[row]] + place.astype(np.uint64) * GOLDEN
        parts = []
        for _ in range(n_draws):
            drawn = _mixed(drawn)
            parts.append(row[np.lexsort((drawn, item[row]))])
        length = np.tile(np.stack([number // 2, number - number // 2], axis=1).reshape(-1), n_draws)
        return cls(np.concatenate(parts), np.cumsum(length) - length, length, n_draws)


def keys_of(item: Ints, content: tuple[Floats, ...], n_items: int) -> Words:
    """A hash of all that is said of each item, uint64[n_items]; of 0, nothing."""
    key = np.zeros(n_items, dtype=np.uint64)
    np.add.at(key, item, _said(content))
    return key


def _said(content: tuple[Floats, ...]) -> Words:
    said = np.zeros(len(content[0]), dtype=np.uint64)
    for column in content:
        said = _mixed(said + np.rint(column * STEPS).astype(np.int64).view(np.uint64))
    return said


def chosen_items(number: Ints, key: Words, parameters: Parameters) -> Bools:
    """The items with reviews enough, or as many of them as are wanted: those of the least keys."""
    enough, most = number >= parameters.calibration_min_reviews, parameters.calibration_items
    if enough.sum() > most:
        enough &= key <= np.partition(key[enough], most - 1)[most - 1]
    return enough


def _mixed(words: Words) -> Words:
    """A hash of each of 64 bits (splitmix64, Steele, Lea & Flood 2014)."""
    words = words + GOLDEN
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(words ^ (words >> np.uint64(31)))
