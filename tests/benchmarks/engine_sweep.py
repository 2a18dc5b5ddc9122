"""One sweep of a fit, by kernels and by NumPy, whose sums over groups are bincount's or those of a CSR product."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from statistics import median
from time import perf_counter

import numpy as np
import pytest
from scipy.sparse import csr_array

from scoring.cavity import Voices
from scoring.kernels import n_threads, spread
from scoring.parameters import DEFAULT
from scoring.population import prior_population
from scoring.ratings import Span
from scoring.reviews import Forms, Reviews
from scoring.shard import Shard
from scoring.sums import Groups, steps_of
from scoring.sweeps import State, sweep
from tests.benchmarks.ranking import ratings_of
from tests.benchmarks.timing import in_turn

FASTER = 4.0  # than by CSR
MOVED = 213  # bytes that the three readings read and write of each review, the tables of reviewers apart
GATHERED = 5  # rows of tables by reviewer: each reading gathers one, `read` and `square` add to one
ROW = 3  # numbers in the least of these
GIGABYTE = 1 << 30


@dataclass(frozen=True, slots=True)
class Matrix:
    """Which rows are of which group, as SciPy multiplies it: built once, as a fit would keep it."""

    sums: csr_array

    @classmethod
    def of(cls, groups: Groups) -> "Matrix":
        rows = np.arange(len(groups.code))
        return cls(csr_array((np.ones(len(rows)), (groups.code, rows)), shape=(groups.n, len(rows))))


def reviews_of(n: int) -> Reviews:
    """About `n` reviews of items with four each, sorted by item."""
    ratings = ratings_of(n)
    return ratings.reviews(Span.of(ratings.rating))


def sweeping(reviews: Reviews, way: str) -> Callable[[], None]:
    """What makes one sweep, and leaves the fit where it then is."""
    start = replace(prior_population(Forms.single(), DEFAULT), sigma_a2=DEFAULT.prior_slope)
    trust = np.full(reviews.n_reviewers, 0.8)
    table = start.newcomers(trust).sharing(reviews.reviewer, np.ones(len(reviews)))
    n_trusted = np.bincount(reviews.item, minlength=reviews.n_items)
    z = (reviews.ratings[:, 0] - DEFAULT.standard_mean) / DEFAULT.standard_sd
    with _kernels(way):
        shard = Shard.of(reviews, z, table, trust, n_trusted, Voices.first(start, len(z)), DEFAULT)
    state = State.first(start, shard.n_signed(), shard.sizes.n_seen)

    def once() -> None:
        nonlocal state
        state, _ = sweep(state, shard)

    return once


def by_csr(reviews: Reviews) -> Callable[[], None]:
    """The same with every sum over items or reviewers by a matrix's product."""
    once = sweeping(reviews, "plain")
    matrices = {id(code): Matrix.of(Groups.of(code, n)) for code, n in _codes(reviews)}

    def summed(groups: Groups, values: np.ndarray, bound: float) -> np.ndarray:
        scale = steps_of(groups.bits, bound)
        return np.asarray(matrices[id(groups.code)].sums @ np.rint(values * scale) / scale)

    def with_matrices() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Groups, "sum", summed)
            once()

    return with_matrices


def rows(n: int, repeats: int) -> list[tuple[str, ...]]:
    """The lines of the report."""
    reviews = reviews_of(n)
    ways = {"ours": sweeping(reviews, "numba"), "bincount": sweeping(reviews, "plain"), "CSR": by_csr(reviews)}
    times = in_turn(repeats, ways, warm=2)
    ours, bound, gathered = median(times["ours"]), MOVED * len(reviews) / _bandwidth(), _gather(reviews)
    first = f"a sweep over {len(reviews):,} ratings, {n_threads()} threads"
    return [
        (first, f"{1000 * ours:,.0f} ms", "", ""),
        ("  the same, sums by SciPy CSR", _ms(times["CSR"]), f"{median(times['CSR']) / ours:.1f}", f"≥ {FASTER:g}"),
        ("  the same, sums by NumPy bincount", _ms(times["bincount"]), f"{median(times['bincount']) / ours:.1f}", ""),
        (
            f"  memory alone: {MOVED} bytes a rating at the rate of a copy",
            f"{1000 * bound:,.0f} ms",
            f"{bound / ours:.2f}",
            "",
        ),
        (
            f"  gathers alone: {GATHERED} of a row of the reviewers' tables a rating",
            f"{1000 * gathered:,.0f} ms",
            f"{gathered / ours:.2f}",
            "",
        ),
    ]


def seconds_of_a_sweep(n: int, repeats: int) -> float:
    """Of kernels, at `n` ratings."""
    return median(in_turn(repeats, {"ours": sweeping(reviews_of(n), "numba")}, warm=2)["ours"])


def _codes(reviews: Reviews) -> list[tuple[np.ndarray, int]]:
    return [(reviews.item, reviews.n_items), (reviews.reviewer, reviews.n_reviewers)]


def _ms(seconds: list[float]) -> str:
    return f"{1000 * median(seconds):,.0f} ms"


@contextmanager
def _kernels(way: str):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCHOLARNET_KERNELS", way)
        yield


def _bandwidth() -> float:
    """Bytes read and written in a second by copies of all threads."""
    each = GIGABYTE // 8 // n_threads()
    pairs = [(np.ones(each), np.ones(each)) for _ in range(n_threads())]
    seconds = []
    for _ in range(3):
        start = perf_counter()
        spread(np.copyto, pairs)
        seconds.append(perf_counter() - start)
    return 2 * 8 * each * len(pairs) / min(seconds)


def _gather(reviews: Reviews) -> float:
    """Seconds in which all threads copy a row of a table of reviewers for each review, as often as a sweep does.

    The least that gathers take, for a row to be added to is written as well, and most have more numbers than these.
    """
    table = np.ones((reviews.n_reviewers, ROW))
    parts = [
        (table, codes, 0, np.empty((len(codes), ROW)), "clip")  # "raise" would gather into a copy first
        for codes in np.array_split(reviews.reviewer, n_threads())
    ]
    seconds = []
    for _ in range(3):
        start = perf_counter()
        spread(np.take, parts)
        seconds.append(perf_counter() - start)
    return GATHERED * min(seconds)
