"""`python -m tests.benchmarks.accuracy.run --size small`: how right the scores are, and how hard to push.

The tables of SCORING.md's section 10 with the peers beside, over seeds that no constant was chosen on; goals are
printed beside.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from time import perf_counter

from rich.console import Console

from tests.benchmarks.accuracy.peers import packages
from tests.benchmarks.accuracy.report import Goal, verdict
from tests.benchmarks.accuracy.size import CHOSEN_ON, SIZES, Start
from tests.benchmarks.accuracy.tables.push import honest_table, push_table
from tests.benchmarks.accuracy.tables.real import real_table
from tests.benchmarks.accuracy.tables.rings import group_table, ring_table
from tests.benchmarks.accuracy.tables.spam import dense_table, sparse_table

TABLES: tuple[Start, ...] = (
    push_table,
    dense_table,
    sparse_table,
    ring_table,
    group_table,
    honest_table,
    real_table,
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=SIZES, default="small")
    name = parser.parse_args().size
    size, start = SIZES[name], perf_counter()
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(
        f"Size {name}; seeds {size.seeds[0]}–{size.seeds[-1]}; constants were chosen on seeds "
        f"{CHOSEN_ON[0]}–{CHOSEN_ON[-1]}. Peers are re-implementations, but for Dawid-Skene and QrMedian."
    )
    if not packages.are_installed():
        console.print(f"Dawid-Skene and QrMedian are not installed; `{packages.INSTALL}` does it.")
    goals: list[Goal] = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        for finish in [table(executor, size) for table in TABLES]:
            report = finish()
            report.print(console)
            goals += report.goals
            print(f"{perf_counter() - start:5.1f} s", file=sys.stderr, flush=True)
    console.print(verdict(goals))


if __name__ == "__main__":
    main()
