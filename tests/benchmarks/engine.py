"""`python -m tests.benchmarks.engine --size small`: the scoring engine against floors and peers.

The sweep is the fit's own, of every part of the model: by kernels, and by NumPy with its sums over groups by bincount
and by SciPy's CSR product. Fits and `scholarnet rank` run in processes of their own, whose peak of memory is the
operating system's. Peers run in `.venv-peers`. What is compared is taken in turn within this run.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from rich.console import Console
from rich.table import Table

from tests.benchmarks import community, engine_fits, engine_peers, engine_sweep, servers, write
from tests.databases import disposing


@dataclass(frozen=True, slots=True)
class Size:
    """Ratings of the sweep, of the fits, of the files that are ranked; labels and vouches that peers get; writes."""

    sweep: int
    fits: tuple[int, ...]
    files: tuple[int, ...]
    labels: int
    vouches: int
    repeats: int
    writes: int


SIZES = {
    "small": Size(1_000_000, (30_000, 100_000, 300_000), (100_000,), 100_000, 3_000, 3, 20),
    "full": Size(10_000_000, (100_000, 1_000_000, 10_000_000), (1_000_000, 10_000_000), 1_000_000, 100_000, 5, 60),
}
PARTS: dict[str, Callable[[Size], list[tuple[str, ...]]]] = {
    "sweep": lambda size: engine_sweep.rows(size.sweep, size.repeats),
    "peers": lambda size: engine_peers.rows(size.labels, size.vouches),
    "fits": lambda size: engine_fits.fits(size.fits),
    "files": lambda size: engine_fits.files(size.files),
    "writes": lambda size: writes(size.writes),
}
POSTS = 10_000  # of the community that reviews are written in
COLUMNS = ("what", "", "ratio", "goal")


def main() -> None:
    """Measure and print, part after part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--only", choices=PARTS, help="one part of it")
    arguments = parser.parse_args()
    table = Table(title=f"The engine, {arguments.size}", title_justify="left")
    for place, name in enumerate(COLUMNS):
        table.add_column(name, justify="right" if place else "left", no_wrap=not place)
    for name in [arguments.only] if arguments.only else PARTS:
        print(f"engine: {name}", file=sys.stderr, flush=True)
        for row in PARTS[name](SIZES[arguments.size]):
            table.add_row(*row)
        table.add_section()
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def writes(repeats: int) -> list[tuple[str, ...]]:
    """A review by the service, whose commit is that of its post's new score, on SQLite."""
    with servers.sqlite_file() as url, disposing(url) as database:
        loaded = community.load(database, n_posts=POSTS, reviewed=dict.fromkeys(write.GOAL, write.n_targets(repeats)))
        lines = write.time_write(url, database, loaded, repeats=repeats)
    return [(line.measure, f"{1000 * median(line.ours):.2f} ms", f"{line.ratio:.2f}", "") for line in lines]


if __name__ == "__main__":
    main()
