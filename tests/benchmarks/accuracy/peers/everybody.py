"""The peers by name: those that are written here, and those of packages in an environment of their own."""

from collections.abc import Callable

from tests.benchmarks.accuracy.peers.cr import cr
from tests.benchmarks.accuracy.peers.iarr import iarr
from tests.benchmarks.accuracy.peers.ir import ir
from tests.benchmarks.accuracy.peers.mean import mean
from tests.benchmarks.accuracy.peers.platt_burges import platt_burges
from tests.benchmarks.accuracy.sample import Floats, Rated

PEERS: dict[str, Callable[[Rated], Floats]] = {
    "mean": mean,
    "IR": ir,
    "CR": cr,
    "IARR": iarr,
    "Platt-Burges": platt_burges,
}
