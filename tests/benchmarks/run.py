"""`python -m tests.benchmarks.run --size small`: what ScholarNet costs over what cannot be avoided.

Every figure is a ratio of two times taken in turn within this run, so that it holds on other machines too; goals are
printed beside them, and nothing here fails because a machine is slow.
"""

import argparse
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from rich.console import Console
from rich.table import Table
from sqlalchemy import URL

from tests.benchmarks import community, page, ranking, servers, write
from tests.benchmarks.timing import Line
from tests.databases import disposing


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is, and how often it is timed."""

    posts: int
    ratings: int
    pages: int
    writes: int
    ranks: int


SIZES = {"small": Size(posts=10_000, ratings=100_000, pages=100, writes=25, ranks=2)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=SIZES, default="small")
    size = SIZES[parser.parse_args().size]
    start = perf_counter()
    lines = [
        *_database(servers.sqlite_file, size, start),
        *_database(servers.postgresql, size, start),
    ]
    _say("rank", start)
    lines += ranking.time_rank(n_ratings=size.ratings, repeats=size.ranks)
    _say("done", start)
    _print(lines, size)


def _database(open_database: Callable[[], AbstractContextManager[URL]], size: Size, start: float) -> list[Line]:
    _say(f"{open_database.__name__}: starting and loading {size.posts:,} posts", start)
    reviewed = dict.fromkeys(write.GOAL, write.n_targets(size.writes))
    with open_database() as url, disposing(url) as engine:
        loaded = community.load(engine, n_posts=size.posts, reviewed=reviewed)
        _say(f"{open_database.__name__}: ranked pages", start)
        lines = page.time_page(url, engine, loaded, repeats=size.pages)
        _say(f"{open_database.__name__}: review writes", start)
        return lines + write.time_write(url, engine, loaded, repeats=size.writes)


def _say(what: str, start: float) -> None:
    print(f"{perf_counter() - start:5.1f} s  {what}", file=sys.stderr, flush=True)


def _print(lines: list[Line], size: Size) -> None:
    table = Table(title=f"Ratios within this run, {size.posts:,} posts; lower is better", title_justify="left")
    table.add_column("measure / floor")
    table.add_column("database")
    for name in ("floor ms", "ours ms", "ratio", "of minima", "goal ≤"):
        table.add_column(name, justify="right")
    for line in lines:
        table.add_row(
            line.measure,
            line.database,
            _milliseconds(line.floor),
            _milliseconds(line.ours),
            f"{line.ratio:.2f}",
            f"{line.best_ratio:.2f}",
            f"{line.goal:g}" if line.goal else "",
        )
    Console(width=None if sys.stdout.isatty() else 130).print(table)
    print("Times are medians, ratio is of medians; milliseconds are this machine's, ratios are comparable.")


def _milliseconds(seconds: list[float]) -> str:
    return f"{median(seconds) * 1000:,.2f}"


if __name__ == "__main__":
    main()
