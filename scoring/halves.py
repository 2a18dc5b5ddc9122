"""Each item's reviews in two halves, by chance, and the same halves whatever the order of the rows and the codes.

Rows are sorted by what they say and parted by a hash of all that is said of the item, which takes one sum over the
reviews and two sorts of those of at most `calibration_items` items. Held by A1 to A3 (tests/scoring/test_axioms.py).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.arrays import Floats, Ints
from scoring.parameters import Parameters

Words = NDArray[np.uint64]
GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2⁶⁴ over the golden ratio, odd: its multiples differ
STEPS = 2.0**20  # of 1, that hashed numbers are rounded to


@dataclass(frozen=True, slots=True)
class Halves:
    """Rows sorted by half; halves 2i and 2i + 1 are those of one item, the second the larger by one where n is odd.

    row            int64[m], into the reviews
    start, length  int64[2·items]
    """

    row: Ints
    start: Ints
    length: Ints

    @classmethod
    def of(cls, item: Ints, content: tuple[Floats, ...], parameters: Parameters) -> "Halves":
        """The halves of the items with `calibration_min_reviews`, or of `calibration_items` of them, by chance.

        content: float64[n] each, below 2³², all that is said in a review. Reviews of an item that say the same are
        exchangeable: it is how many of them fall to a half that chance has to decide, so it draws places and not
        contents. What is hashed is rounded, so that ratings in other units draw the same.
        """
        said = np.zeros(len(item), dtype=np.uint64)
        for column in content:
            said = _mixed(said + np.rint(column * STEPS).astype(np.int64).view(np.uint64))
        number = np.bincount(item)
        key = np.zeros(len(number), dtype=np.uint64)
        np.add.at(key, item, said)
        chosen = number >= parameters.calibration_min_reviews
        if chosen.sum() > parameters.calibration_items:
            chosen &= (
                key <= np.partition(key[chosen], parameters.calibration_items - 1)[parameters.calibration_items - 1]
            )
        row = np.flatnonzero(chosen[item])
        row = row[np.lexsort((*(column[row] for column in content), said[row], item[row]))]
        length = number[chosen]
        start = np.cumsum(length) - length
        place = np.arange(len(row)) - np.repeat(start, length)
        drawn = _mixed(key[item[row]] + place.astype(np.uint64) * GOLDEN)
        row = row[np.lexsort((drawn, item[row]))]
        first = length // 2
        return cls(row, _woven(start, start + first), _woven(first, length - first))


def _mixed(words: Words) -> Words:
    """A hash of each of 64 bits (splitmix64, Steele, Lea & Flood 2014)."""
    words = words + GOLDEN
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(words ^ (words >> np.uint64(31)))


def _woven(even: Ints, odd: Ints) -> Ints:
    return np.stack([even, odd], axis=1).reshape(-1)
