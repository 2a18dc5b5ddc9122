"""Push spammers let loose on real film ratings (FilmTrust), bare or camouflaged."""

from dataclasses import dataclass

import numpy as np

from tests.benchmarks.accuracy.real import Ratings
from tests.benchmarks.accuracy.sample import Bools, Floats, Ints

SHARE = 0.05  # of the people who rate, as spammers besides them
N_TARGETS = 20
LEAST = 10  # ratings of an item that can be a target
WEAK = 0.25  # the targets are of this worst share by mean rating
N_COPIED = 40  # items that a camouflaged spammer rates with their rounded mean
STEP = 1 / 7  # of FilmTrust's scale, .5 to 4 by halves, in [0, 1]


@dataclass(frozen=True, slots=True)
class Attack:
    """`ratings` with the spammers' in it; the spammers' codes follow those of everybody else."""

    ratings: Ratings
    targets: Ints
    is_spammer: Bools


def attack(films: Ratings, seed: int, *, is_camouflaged: bool = False) -> Attack:
    """SHARE more accounts, each of which gives every one of N_TARGETS weak items the maximum.

    Camouflaged ones have copied the consensus on N_COPIED other items each.
    """
    random = np.random.default_rng(seed)
    targets = np.sort(random.choice(weak_items(films), N_TARGETS, replace=False))
    n = round(SHARE * len(np.unique(films.reviewer)))
    columns = [(films.reviewer, films.item, films.rating)]
    for spammer in range(films.n_reviewers, films.n_reviewers + n):
        columns.append((np.full(N_TARGETS, spammer), targets, np.ones(N_TARGETS)))
        if is_camouflaged:
            columns.append(_copied(films, spammer, targets, random))
    reviewer, item, rating = (np.concatenate(column) for column in zip(*columns, strict=True))
    everybody = films.n_reviewers + n
    ratings = Ratings(reviewer, item, rating, everybody, films.n_items)
    return Attack(ratings, targets, np.arange(everybody) >= films.n_reviewers)


def _copied(films: Ratings, spammer: int, targets: Ints, random: np.random.Generator) -> tuple[Ints, Ints, Floats]:
    count = np.bincount(films.item, minlength=films.n_items)
    others = np.setdiff1d(np.flatnonzero(count >= LEAST), targets)
    items = random.choice(others, N_COPIED, replace=False)
    mean = np.bincount(films.item, films.rating, films.n_items)[items] / count[items]
    return np.full(N_COPIED, spammer), items, np.rint(mean / STEP) * STEP


def weak_items(films: Ratings) -> Ints:
    """The items that may be targets."""
    count = np.bincount(films.item, minlength=films.n_items)
    enough = np.flatnonzero(count >= LEAST)
    mean: Floats = np.bincount(films.item, films.rating, films.n_items)[enough] / count[enough]
    return enough[np.argsort(mean, kind="stable")[: int(WEAK * len(enough))]]
