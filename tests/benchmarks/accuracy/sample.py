"""Ratings whose truth is known, as generators make them and as scores are asked of them."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Rated(Protocol):
    """n ratings in [0, 1] by `reviewer` of `item`, int64[n] codes below `n_reviewers` and `n_items`."""

    @property
    def reviewer(self) -> Ints: ...
    @property
    def item(self) -> Ints: ...
    @property
    def rating(self) -> Floats: ...
    @property
    def n_reviewers(self) -> int: ...
    @property
    def n_items(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Sample:
    """n ratings, at most one for each pair; `truth` float64[n_items], `is_spammer` bool[n_reviewers]."""

    reviewer: Ints
    item: Ints
    rating: Floats
    truth: Floats
    is_spammer: Bools

    @property
    def n_reviewers(self) -> int:
        return len(self.is_spammer)

    @property
    def n_items(self) -> int:
        return len(self.truth)


def spammers(random: np.random.Generator, n: int, share: float) -> Bools:
    """A mask, bool[n], with `share` of its entries set, by chance."""
    mask = np.zeros(n, dtype=np.bool_)
    mask[random.permutation(n)[: round(share * n)]] = True
    return mask
