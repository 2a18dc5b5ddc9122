"""igraph and rustworkx, each in a process of `.venv-peers` that waits to be asked and takes its own time."""

import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

PYTHON = Path(".venv-peers/bin/python")
READY = "ready"
# They get the arrays as they lie in memory; the time is from them to an array of ranks, building included.
BEGIN = """
import json, sys, time
import numpy as np
folder, n, damping, tolerance = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
"""
WAIT = """
print("ready", flush=True)
links = None
for _ in sys.stdin:
    links = np.load(folder + "/links.npy") if links is None else links
    start = time.perf_counter()
    found = rank(links)
    seconds = time.perf_counter() - start
    np.save(folder + "/found.npy", found)
    print(json.dumps(seconds), flush=True)
"""
PEERS = {
    "igraph": """
import igraph
def rank(links):
    made = igraph.Graph(n, links, directed=True)
    return np.array(made.pagerank(damping=damping))
""",
    "rustworkx": """
import rustworkx
def rank(links):
    made = rustworkx.PyDiGraph()
    made.add_nodes_from(range(n))
    made.extend_from_edge_list(list(map(tuple, links.tolist())))
    found = rustworkx.pagerank(made, alpha=damping, tol=tolerance * (1.0 - damping) / damping, max_iter=1000)
    return np.array([found[node] for node in range(n)])
""",
}


class Peer:
    """One of them: called, it gives the ranks and adds to `seconds` how long they took."""

    def __init__(self, program: str, folder: Path, arguments: list[str]) -> None:
        self.folder, self.seconds = folder, list[float]()
        command = [str(PYTHON), "-c", BEGIN + program + WAIT, str(folder), *arguments]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.is_there = self._read() == READY

    def __call__(self, _graph: Any) -> np.ndarray:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.seconds.append(json.loads(self._read()))
        return np.asarray(np.load(self.folder / "found.npy"))

    def __enter__(self) -> "Peer":
        return self

    def __exit__(self, *_error: type[BaseException] | BaseException | TracebackType | None) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()

    def _read(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


def find_peers(folder: Path, n: int, damping: float, tolerance: float) -> dict[str, Peer]:
    """Those that are installed, for `n` nodes; the links are to lie in `links.npy` of the folder, int64[m, 2]."""
    arguments = [str(n), str(damping), str(tolerance)]
    found = {name: Peer(program, folder, arguments) for name, program in PEERS.items()} if PYTHON.exists() else {}
    return {name: peer for name, peer in found.items() if peer.is_there}
