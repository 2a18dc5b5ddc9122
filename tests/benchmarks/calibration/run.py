"""`python -m tests.benchmarks.calibration.run`: whether intervals cover what they say, by number of reviews.

Of held-out reviews of two conferences, the predictive interval; of generated ratings, the interval of θ. Over seeds
that no constant was chosen on. `--svg FILE` draws all levels.
"""

import argparse
import sys
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

from rich.console import Console

from tests.benchmarks.accuracy import liao, real, sparse
from tests.benchmarks.accuracy.report import verdict
from tests.benchmarks.accuracy.size import SIZES, Size
from tests.benchmarks.calibration.coverage import GOAL, Cases
from tests.benchmarks.calibration.held_out import held_out
from tests.benchmarks.calibration.reliability import draw
from tests.benchmarks.calibration.table import Table
from tests.benchmarks.calibration.truth import thinned, truths

HELD_OUT = (
    "Each paper keeps 1 to n − 1 of its n reviews, by chance; the rest inform nothing. Held: the ratings given that "
    "lie in the closed interval, and the goal is held against them, for an interval is read as the ratings in it.",
    "Ratings are whole numbers; smoothed is the part of each rating's own step, half a step to either side, that lies "
    "in the interval: what is covered but for the luck of where the steps are.",
)
TRUTH = (
    "Truth is put on θ's scale by the line that the readings lie on against it. Every other dense item is left with 1 "
    "to 9 of its reviews. (.3: the share of reviewers who are spammers.) Few: under 100 items.",
)
CHOSEN_ON = "1–20 and, that items with few and with many reviews have a q each, on 201–225"
SEEDS, MORE_SEEDS = range(301, 309), range(301, 316)  # dense samples, which are large; all else
DENSE = ("clean", "random .2", "random .5", "push .2", "push .5", "malicious .3")


def main() -> None:
    """Measure, print, and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="write the reliability plot there")
    given = parser.parse_args()
    size, start = SIZES[given.size], perf_counter()
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(
        f"Coverage of 90 % intervals, goal {GOAL[0]} to {GOAL[1]}, over seeds {_range(SEEDS)} (dense) and "
        f"{_range(MORE_SEEDS)} (all else); the model was chosen on seeds {CHOSEN_ON}."
    )
    tables = measured(size)
    for table in tables:
        table.print(console)
    console.print(verdict([goal for table in tables for goal in table.goals]))
    if given.svg:
        given.svg.write_text(draw({name: cases for table in tables for name, cases in table.held.items()}), "utf-8")
        console.print(f"The reliability plot is in {given.svg}.")
    print(f"{perf_counter() - start:.0f} s", file=sys.stderr)


def measured(size: Size) -> list[Table]:
    """The tables, measured by two processes."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        generated = {
            f"{family} {column}": [executor.submit(of_truth, family, column, seed, size) for seed in seeds]
            for family, columns, seeds in (
                ("dense", DENSE, SEEDS),
                ("sparse", tuple(sparse.COLUMNS), MORE_SEEDS),
            )
            for column in columns
        }
        conferences = _conferences(executor)
        pairs = {name: [task.result() for task in tasks] for name, tasks in conferences.items()}
        held, smoothed = ({name: Cases.joined([p[k] for p in some]) for name, some in pairs.items()} for k in (0, 1))
        of_theta = {name: Cases.joined([task.result() for task in tasks]) for name, tasks in generated.items()}
    notes = HELD_OUT if conferences else ("There are no conference reviews under SCHOLARNET_DATA.",)
    return [
        Table("A held-out review in the predictive interval, by reviews that remain", held, smoothed, notes),
        Table("The true θ in its interval, by reviews", of_theta, {}, TRUTH),
    ]


def of_truth(family: str, column: str, seed: int, size: Size) -> Cases:
    """Cases of one generated sample."""
    if family == "sparse":
        return truths(sparse.sparse(seed, column), seed)
    return truths(thinned(liao.liao(seed, column, **size.liao), seed), seed)


def _conferences(executor: Executor) -> dict[str, list[Future[tuple[Cases, Cases]]]]:
    there = [name for name in real.CONFERENCES if (real.DATA / name).exists()]
    return {name: [executor.submit(held_out, name, seed) for seed in MORE_SEEDS] for name in there}


def _range(seeds: range) -> str:
    return f"{seeds[0]}–{seeds[-1]}"


if __name__ == "__main__":
    main()
