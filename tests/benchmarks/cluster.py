"""A fit on a Dask cluster of this machine's processes against one in this process, and what goes over the wire.

python -m tests.benchmarks.cluster --reviews 1000000
"""

import argparse
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from statistics import median
from typing import Any

import numpy as np

from api.cluster import place_at
from scoring.epoch import fit
from scoring.reviews import Forms, Reviews
from scoring.spread import Part, Work, begin, spread
from tests.benchmarks.timing import in_turn

HERE = "127.0.0.1"
FORMS = Forms.single(1.0, 10.0)


def community(n: int, seed: int = 1) -> Reviews:
    """n reviews by n/20 people of n/10 items, some much busier than others, on a scale of ten steps."""
    random = np.random.default_rng(seed)
    n_reviewers, n_items = n // 20, n // 10
    who = (n_reviewers * random.random(n + n // 10) ** 1.5).astype(np.int64)
    pairs = np.unique(who * n_items + random.integers(0, n_items, len(who)))
    who, item = np.divmod(np.sort(random.choice(pairs, n, replace=False)), n_items)
    truth, bias = random.normal(size=n_items), random.normal(0.0, 0.3, n_reviewers)
    noise = random.uniform(0.3, 1.2, n_reviewers)[who] * random.normal(size=n)
    rating = (np.clip(np.rint(6.0 + 1.3 * (truth[item] + bias[who] + noise)), 1, 10) - 1) / 9
    columns = np.zeros(n, np.int8), np.ones(n), np.ones(n, bool)
    return Reviews(who, item, rating[:, None], *columns, n_reviewers, np.zeros(n_items, np.int64))


class Weighing:
    """Parts in this process, whose bytes are counted as they would go out and come back."""

    def __init__(self) -> None:
        self.parts = self.told = self.answers = 0

    def hold(self, parts: Sequence[Part]) -> list[Any]:
        self.parts += _size(*parts)
        return [begin(part) for part in parts]

    def step(self, places: Sequence[Any], work: Work, told: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        each = told if len(told) == len(places) else list(told) * len(places)
        done = [work(part, one) for part, one in zip(places, each, strict=True)]
        self.told += _size(*each)
        self.answers += _size(*(answer for _, answer in done))
        return [part for part, _ in done], [answer for _, answer in done]


def _size(*things: Any) -> int:
    return sum(len(pickle.dumps(thing, protocol=5)) for thing in things)


@contextmanager
def _running(*arguments: str, until: str) -> Iterator[str]:
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "dask", *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            yield next(line for line in process.stderr or () if until in line)
        finally:
            process.kill()


@contextmanager
def _cluster(n_workers: int) -> Iterator[str]:
    """The address of a scheduler with so many workers, of one thread each."""
    with ExitStack() as stack:
        line = _running(
            "scheduler", "--host", HERE, "--port", "0", "--dashboard-address", f"{HERE}:0", until="Scheduler at"
        )
        address = stack.enter_context(line).split()[-1]
        for _ in range(n_workers):
            worker = (
                "worker",
                address,
                "--host",
                HERE,
                "--no-nanny",
                "--nthreads",
                "1",
                "--no-dashboard",
                "--death-timeout",
                "30",
            )
            stack.enter_context(_running(*worker, until="Registered to"))
        yield address


def main() -> None:
    """Print times in turn, as ratios to the fit in this process, the share that is spread, and the bytes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reviews", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    reviews = community(given.reviews)
    trust, hashes = np.full(reviews.n_reviewers, 0.8), set()
    with ExitStack() as stack:
        places = [stack.enter_context(place_at(stack.enter_context(_cluster(n)))) for n in (1, 2)]
        ways = {
            "in this process": lambda: hashes.add(fit(reviews, FORMS, trust).hash),
            "1 worker": lambda: hashes.add(fit(reviews, FORMS, trust, place=places[0]).hash),
            "2 workers": lambda: hashes.add(fit(reviews, FORMS, trust, place=places[1]).hash),
        }
        times = in_turn(given.repeats, ways, warm=1)
    weighing = Weighing()
    hashes.add(fit(reviews, FORMS, trust, place=spread(weighing, 2)).hash)
    print(f"{len(reviews):,} reviews by {reviews.n_reviewers:,} reviewers; hashes that differ: {len(hashes) - 1}")
    for name, seconds in times.items():
        print(f"{name:16} {median(seconds):7.2f} s  {median(seconds) / median(times['in this process']):5.2f} times")
    sent = {"reviews": weighing.parts, "told": weighing.told, "answered": weighing.answers}
    print("two shards, MB: " + ", ".join(f"{name} {size / 1e6:.0f}" for name, size in sent.items()))


if __name__ == "__main__":
    main()
