"""`python -m tests.benchmarks.run --size small`: what ScholarNet costs over what cannot be avoided.

Every figure is a ratio of two times taken in turn within this run, so that it holds on other machines too; goals are
printed beside them, and nothing here fails because a machine is slow. The read lines of `tenth` and `full` want many
posts, which take a while to load: `--crowd` names a database that has them and their scores already, one for each kind.
"""

import argparse
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from statistics import median
from time import perf_counter

from rich.console import Console
from rich.table import Table
from sqlalchemy import URL, make_url

from tests.benchmarks import community, page, ranking, scale, servers, start, write
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
    scale: float = 0.0  # of a crowd beside it, for the read lines that want many posts


SMALL = Size(posts=10_000, ratings=100_000, pages=100, writes=25, ranks=2)
SIZES = {"small": SMALL, "tenth": replace(SMALL, scale=0.1), "full": replace(SMALL, scale=1.0)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--crowd", action="append", default=[], type=make_url, metavar="URL", help="it is only read")
    given = parser.parse_args()
    size, crowds = SIZES[given.size], {url.get_backend_name(): url for url in given.crowd}
    begun = perf_counter()
    _say("start", begun)
    lines = [
        *start.time_start(repeats=5),
        *_database(servers.sqlite_file, size, begun, crowds.get("sqlite")),
        *_database(servers.postgresql, size, begun, crowds.get("postgresql")),
    ]
    _say("rank", begun)
    lines += ranking.time_rank(n_ratings=size.ratings, repeats=size.ranks)
    _say("done", begun)
    _print(lines, size)


def _database(
    open_database: Callable[[], AbstractContextManager[URL]], size: Size, begun: float, crowd: URL | None
) -> list[Line]:
    _say(f"{open_database.__name__}: starting and loading {size.posts:,} posts", begun)
    reviewed = dict.fromkeys(write.GOAL, write.n_targets(size.writes))
    with open_database() as url, disposing(url) as engine:
        loaded = community.load(engine, n_posts=size.posts, reviewed=reviewed)
        _say(f"{open_database.__name__}: ranked pages", begun)
        lines = page.time_page(url, engine, loaded, repeats=size.pages)
        if crowd is not None:
            with disposing(crowd) as many:
                lines += scale.time_scale(crowd, url, many, repeats=size.pages)
        elif size.scale:
            lines += _many(open_database, url, size, begun)
        _say(f"{open_database.__name__}: review writes", begun)
        return lines + write.time_write(url, engine, loaded, repeats=size.writes)


def _many(open_database: Callable[[], AbstractContextManager[URL]], small: URL, size: Size, begun: float) -> list[Line]:
    _say(f"{open_database.__name__}: loading a crowd of {size.scale:g}", begun)
    with open_database() as url, disposing(url) as engine:
        scale.load(engine, scale=size.scale)
        _say(f"{open_database.__name__}: pages of many posts", begun)
        return scale.time_scale(url, small, engine, repeats=size.pages)


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
