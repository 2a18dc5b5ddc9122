"""`python -m tests.benchmarks.graph --size small`: the graph against floors and peers, and reputations step by step.

PageRank: every way gets the same arrays and builds what it needs from them within its time. It ends within 1e-9 of the
fixed point in L1, or where its own criterion says so. igraph and rustworkx run in `.venv-peers` and take their time
themselves, from arrays in memory to an array in memory. Pages are timed against their bare SQL. All times are taken in
turn within this run; a ratio above 1 says how much faster ours is than a peer, or how much slower than a floor.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import networkx as nx
import numpy as np
import pytest
from rich.console import Console
from rich.table import Table
from scipy.sparse import csr_array

from scoring.centrality import co_rank, hits, pagerank
from scoring.links import Links
from tests.benchmarks import graph_pages, suggestions_page
from tests.benchmarks.graph_peers import PEERS, find_peers
from tests.benchmarks.graph_reputations import time_reputations
from tests.benchmarks.timing import Line, in_turn

DAMPING, TOLERANCE = 0.85, 1e-9
FASTER, GOAL = "SciPy: CSR and power iteration", 2.0
NETWORKX = "NetworkX, at a tenth of the size"


@dataclass(frozen=True, slots=True)
class Size:
    nodes: int
    links: int
    repeats: int


@dataclass(frozen=True, slots=True)
class Graph:
    """Works that cite, 0..n-1; some are cited far more than others."""

    source: np.ndarray
    target: np.ndarray
    n: int

    @classmethod
    def of(cls, n: int, m: int) -> "Graph":
        """Half of the works cite, the most of them anywhere; u³ spreads what is cited over five decades."""
        random = np.random.default_rng(7)
        place = random.permutation(n)
        return cls(random.integers(0, n // 2, m), place[(n * random.random(m) ** 3).astype(np.int64)], n)


Way = Callable[[Graph], np.ndarray]
SIZES = {"small": Size(100_000, 1_000_000, 5), "full": Size(1_000_000, 10_000_000, 3)}
# What else is timed against a floor, on both databases: each gives lines of the report.
PAGES: tuple[Callable[[int], list[Line]], ...] = (graph_pages.time_pages, suggestions_page.time_suggestions)
PAGE_REPEATS = 50


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--only", choices=["pagerank", "reputations", "pages"], help="one part of it")
    arguments = parser.parse_args()
    size, parts = SIZES[arguments.size], [arguments.only] if arguments.only else ["pagerank", "reputations", "pages"]
    if "pagerank" in parts:
        time_pagerank(size)
    if "reputations" in parts:
        time_reputations(size.nodes, size.links, size.repeats)
    if "pages" in parts:
        report_pages([line for time in PAGES for line in time(PAGE_REPEATS)])


def time_pagerank(size: Size) -> None:
    """Time ours and all the others from the same arrays."""
    whole, tenth = Graph.of(size.nodes, size.links), Graph.of(size.nodes // 10, size.links // 10)
    ways: dict[str, tuple[Way, Graph]] = {"ours": (ours, whole), FASTER: (plain, whole)}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="scholarnet-bench-")))
        peers = {
            name: stack.enter_context(peer) for name, peer in find_peers(folder, whole.n, DAMPING, TOLERANCE).items()
        }
        np.save(folder / "links.npy", np.c_[whole.source, whole.target])
        ways |= {name: (peer, whole) for name, peer in peers.items()}
        ways |= {"ours, at a tenth": (ours, tenth), NETWORKX: (by_networkx, tenth)}
        first = in_turn(1, {"ours": lambda: ours(whole)})["ours"]
        off = {name: distance(way(graph), graph) for name, (way, graph) in ways.items()}
        for peer in peers.values():
            peer.seconds.clear()
        parts = {
            "  ours, the first call of a process": lambda: None,
            "  ours, without Numba": lambda: without_numba(whole),
            "  of ours: laying out the links": lambda: layout(whole),
            "  HITS, both ends": lambda: hits(layout(whole)),
            "  co-ranking with 2 authors a work": lambda: co_ranked(whole),
        }
        times = in_turn(
            size.repeats, {name: lambda w=way, g=graph: w(g) for name, (way, graph) in ways.items()} | parts
        )
        times["  ours, the first call of a process"] = first  # loads kernels; compiles them where none were kept
        times |= {name: peer.seconds for name, peer in peers.items()}  # theirs, without what it costs to ask
    report(size, times, off, [name for name in PEERS if name not in peers])


def ours(graph: Graph) -> np.ndarray:
    return pagerank(layout(graph), damping=DAMPING, tolerance=TOLERANCE)


def without_numba(graph: Graph) -> np.ndarray:
    with pytest.MonkeyPatch().context() as patch:
        patch.setenv("SCHOLARNET_KERNELS", "plain")
        return ours(graph)


def layout(graph: Graph) -> Links:
    return Links.of(graph.source, graph.target, graph.n)


def plain(graph: Graph) -> np.ndarray:
    """As anybody writes it: until d/(1 − d) of the last step, which bounds the distance to go, is small enough."""
    ones = np.ones(len(graph.source))
    out = np.bincount(graph.source, minlength=graph.n)
    step = csr_array((ones / out[graph.source], (graph.target, graph.source)), shape=(graph.n, graph.n))
    is_end, x = out == 0, np.full(graph.n, 1.0 / graph.n)
    while True:
        new = DAMPING * (step @ x) + (DAMPING * x[is_end].sum() + 1.0 - DAMPING) / graph.n
        left = np.abs(new - x).sum() * DAMPING / (1.0 - DAMPING)
        x = new
        if left <= TOLERANCE:
            return x


def by_networkx(graph: Graph) -> np.ndarray:
    """A link given twice is one with weight 2."""
    counts = csr_array((np.ones(len(graph.source)), (graph.source, graph.target)), shape=(graph.n, graph.n))
    made = nx.from_scipy_sparse_array(counts, create_using=nx.DiGraph)
    found = nx.pagerank(made, alpha=DAMPING, tol=TOLERANCE * (1.0 - DAMPING) / DAMPING / graph.n, max_iter=1000)
    return np.array([found[node] for node in range(graph.n)])


def co_ranked(graph: Graph) -> tuple[np.ndarray, np.ndarray]:
    paper = np.repeat(np.arange(graph.n), 2)
    author = np.random.default_rng(8).integers(0, graph.n // 5, len(paper))
    return co_rank(layout(graph), paper, author, graph.n // 5)


def distance(found: np.ndarray, graph: Graph) -> float:
    """At most how far it is from the fixed point in L1: what one exact step changes, over 1 − d."""
    out = np.bincount(graph.source, minlength=graph.n)
    moved = (
        np.bincount(graph.target, (found / np.maximum(out, 1))[graph.source], graph.n) + found[out == 0].sum() / graph.n
    )
    return float(np.abs(DAMPING * moved + (1.0 - DAMPING) / graph.n - found).sum() / (1.0 - DAMPING))


def report(size: Size, times: dict[str, list[float]], off: dict[str, float], missing: list[str]) -> None:
    title = f"PageRank of {size.nodes:,} works and {size.links:,} citations from arrays, building included"
    table = Table(title=title, title_justify="left")
    table.add_column("way")
    for name in ("ms", "× ours", "of minima", "goal ≥", "L1 error ≤"):
        table.add_column(name, justify="right")
    for name, seconds in times.items():
        base = times["ours, at a tenth" if name == NETWORKX else "ours"]
        ratios = f"{median(seconds) / median(base):.2f}", f"{min(seconds) / min(base):.2f}"
        goal = f"{GOAL:g}" if name == FASTER else ""
        error = f"{off[name]:.0e}" if name in off else ""
        table.add_row(name, f"{median(seconds) * 1000:,.1f}", *ratios, goal, error)
    Console(width=None if sys.stdout.isatty() else 120).print(table)
    for name in missing:
        print(f"{name} is not in .venv-peers, and so not in the table: make peers")
    print("Times are medians, × ours is of medians; milliseconds are this machine's, ratios are comparable.")


def report_pages(lines: list[Line]) -> None:
    """Print them as `run` does."""
    table = Table(title="Pages of the graph, whole stack; lower is better", title_justify="left")
    table.add_column("measure / floor")
    table.add_column("database")
    for name in ("floor ms", "ours ms", "ratio", "of minima", "goal ≤"):
        table.add_column(name, justify="right")
    for line in lines:
        times = (f"{median(seconds) * 1000:,.2f}" for seconds in (line.floor, line.ours))
        goal = f"{line.goal:g}" if line.goal else ""
        table.add_row(line.measure, line.database, *times, f"{line.ratio:.2f}", f"{line.best_ratio:.2f}", goal)
    Console(width=None if sys.stdout.isatty() else 120).print(table)


if __name__ == "__main__":
    main()
