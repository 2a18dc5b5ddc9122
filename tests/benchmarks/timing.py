"""Times of several ways to do the same, taken in turn, so that a slow moment of the machine meets all of them."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

Times = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the report: how much slower `ours` is than `floor`, both in seconds of the same repeats."""

    measure: str
    database: str
    floor: list[float]
    ours: list[float]
    goal: float | None = None  # at most; None where it is there for scale

    @property
    def ratio(self) -> float:
        """The median over the median."""
        return median(self.ours) / median(self.floor)

    @property
    def best_ratio(self) -> float:
        """The fastest over the fastest: what is left when nothing else runs."""
        return min(self.ours) / min(self.floor)


def in_turn(repeats: int, ways: dict[str, Callable[[], object]], *, warm: int = 0) -> Times:
    """Return the seconds of `repeats` calls of each way, one of each after the other; `warm` more before them."""
    times: Times = {name: [] for name in ways}
    gc.collect()
    gc.freeze()  # what the start left behind is nobody's cost
    for repeat in range(-warm, repeats):
        for name, way in ways.items():
            start = perf_counter()
            way()
            seconds = perf_counter() - start
            if repeat >= 0:
                times[name].append(seconds)
    return times
