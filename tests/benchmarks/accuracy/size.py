"""How large the samples are, and which seeds they come from."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.accuracy import push
from tests.benchmarks.accuracy.report import Report

CHOSEN_ON = range(1, 21)  # seeds that constants were chosen on
SEEDS = range(201, 206)  # seeds that nothing was chosen on
MORE_SEEDS = range(201, 226)  # of the sparse samples, which are small, and differ more
OURS = "ScholarNet"


@dataclass(frozen=True, slots=True)
class Size:
    """Arguments of the generators; rings and sparse samples are the same at any size."""

    liao: dict[str, Any]
    push: push.Size
    seeds: tuple[int, ...] = tuple(SEEDS)
    sparse_seeds: tuple[int, ...] = tuple(MORE_SEEDS)


SIZES = {
    "small": Size({"n_reviewers": 1500, "n_items": 1000, "sparsity": 0.08}, push.SMALL),
    "full": Size({}, push.Size(n_reviewers=6000, n_items=4000)),
}

Finish = Callable[[], Report]
Start = Callable[[Executor, Size], Finish]  # hands out a table's work; what it returns waits for it
