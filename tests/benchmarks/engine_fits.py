"""Fits from arrays and rankings from CSV, each in a process of its own: seconds, and the greatest memory it had."""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from math import log
from pathlib import Path
from time import perf_counter

import numpy as np

EXPONENT, GIGABYTES = 1.1, 2.0  # at most
GIGABYTE = 1e9
LARGE = 10_000_000
FIT = """
import json, sys
from time import perf_counter
import numpy as np
from scoring.epoch import fit
from scoring.reviews import Forms
from tests.benchmarks.engine_fits import arrays
reviews = arrays(int(sys.argv[1]))
start = perf_counter()
found = fit(reviews, Forms.single(), np.full(reviews.n_reviewers, 0.8))
print(json.dumps([perf_counter() - start, found.n_sweeps, found.hash]))
"""
RANK = """
from api.cli import main
main()
"""
# The peak of this program alone: what a process inherits at its start counts in `getrusage`.
PEAK = """
import atexit
@atexit.register
def peak():
    with open("/proc/self/status") as file:
        [line] = [line for line in file if line.startswith("VmHWM")]
    print(line.split()[1])
"""


@dataclass(frozen=True, slots=True)
class Run:
    """A process: what it printed, its seconds from start to end, its peak of memory in bytes."""

    said: str
    seconds: float
    peak: int


def run(program: str, *arguments: str) -> Run:
    """Run a program of Python with these arguments; it has to end well."""
    start = perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", PEAK + program, *arguments], check=True, stdout=subprocess.PIPE, text=True
    )
    *said, peak = done.stdout.split("\n")[:-1]
    return Run("\n".join(said), perf_counter() - start, int(peak) * 1024)


def arrays(n: int):
    """`ranking.ratings_of` as reviews and without names; what is not asked for is not kept."""
    from scoring.reviews import Reviews  # noqa: PLC0415  (a process that ranks does without)
    from tests.benchmarks.ranking import columns_of  # noqa: PLC0415

    reviewer, item, rating = columns_of(n)
    n = len(rating)
    rating -= 1.0
    rating /= 9.0
    none, everybody = np.zeros(n, dtype=np.int8), np.ones(n, dtype=np.bool_)
    form = np.zeros(int(item.max()) + 1, dtype=np.int64)
    return Reviews(reviewer, item, rating[:, None], none, np.ones(n), everybody, int(reviewer.max()) + 1, form)


def fits(sizes: tuple[int, ...]) -> list[tuple[str, ...]]:
    """The lines of the report: a fit at each size, and how time and memory grow."""
    run(FIT, str(sizes[0]))  # kernels are compiled now, where they were not
    lines, runs = [], [run(FIT, str(n)) for n in sizes]
    for n, one in zip(sizes, runs, strict=True):
        seconds, n_sweeps, _ = json.loads(one.said)
        gigabytes = one.peak / GIGABYTE
        goal = f"< {GIGABYTES:g} GB" if n == LARGE else ""
        lines.append((f"a fit of {n:,} ratings, {n_sweeps} sweeps", f"{seconds:.2f} s", f"{gigabytes:.2f} GB", goal))
    for (n, one), (m, other) in pairwise(zip(sizes, runs, strict=True)):
        grown = (
            log(json.loads(other.said)[0] / json.loads(one.said)[0]) / log(m / n),
            log(other.peak / one.peak) / log(m / n),
        )
        what = f"  exponents of time and memory, {n:,} to {m:,}"
        lines.append((what, f"{grown[0]:.2f}", f"{grown[1]:.2f}", f"≤ {EXPONENT:g}"))
    return lines


def files(sizes: tuple[int, ...]) -> list[tuple[str, ...]]:
    """The lines of the report: `scholarnet rank` from CSV to CSV, from the start of its process to its end."""
    lines = []
    for n in sizes:
        with tempfile.TemporaryDirectory(prefix="scholarnet-bench-") as folder:
            path = Path(folder) / "reviews.csv"
            n_rows = _write(path, n)
            outputs = ("--out", str(path.with_name("items.csv")), "--reviewers-out", str(path.with_name("people.csv")))
            one = run(RANK, "rank", str(path), *outputs)
        lines.append(
            (f"scholarnet rank of {n_rows:,} rows of CSV", f"{one.seconds:.1f} s", f"{one.peak / GIGABYTE:.2f} GB", "")
        )
    return lines


def _write(path: Path, n: int) -> int:
    from tests.benchmarks.ranking import columns_of  # noqa: PLC0415

    columns = columns_of(n)
    with path.open("w") as file:
        file.write("reviewer,item,rating\n")
        for rows in np.array_split(np.arange(len(columns[0])), max(1, n // 100_000)):
            some = (column[rows].tolist() for column in columns)
            file.writelines(f"r{who},i{what},{rating}\n" for who, what, rating in zip(*some, strict=True))
    return len(columns[0])
