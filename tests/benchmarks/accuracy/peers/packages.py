"""Dawid-Skene of crowd-kit and QrMedian of solidago, in their own process and environment.

`make peers` installs what tests/benchmarks/peers.lock names; `installed.py` runs there. The processes exchange one .npz
file each way.
"""

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tests.benchmarks.accuracy.sample import Floats, Rated

ROOT = Path(__file__).parents[4]
PYTHON = ROOT / ".venv-peers" / "bin" / "python"
SCRIPT = Path(__file__).with_name("installed.py")
PACKAGED = {"Dawid-Skene": "crowd-kit", "QrMedian": "solidago"}
INSTALL = "make peers"


def are_installed() -> bool:
    """Whether their environment is there."""
    return PYTHON.exists()


def packaged(name: str, samples: Sequence[Rated]) -> list[Floats]:
    """The scores, float64[n_items] each, that the peer gives the samples; CalledProcessError if it fails."""
    with tempfile.TemporaryDirectory(prefix="scholarnet-peers-") as folder:
        asked, answered = Path(folder) / "asked.npz", Path(folder) / "answered.npz"
        columns = {}
        for k, one in enumerate(samples):
            columns |= {f"reviewer_{k}": one.reviewer, f"item_{k}": one.item, f"rating_{k}": one.rating}
            columns[f"n_items_{k}"] = np.array(one.n_items)
        np.savez(asked, **columns)
        subprocess.run([PYTHON, "-W", "ignore", SCRIPT, name, asked, answered], check=True, capture_output=True)
        with np.load(answered) as file:
            return [file[str(k)] for k in range(len(samples))]
