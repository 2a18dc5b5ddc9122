"""crowd-kit's Dawid-Skene per sweep and solidago's trust per vouch, in `.venv-peers`, against ours on as many."""

import json
import subprocess
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

from scoring.trust import propagate
from tests.benchmarks.engine_sweep import seconds_of_a_sweep

PYTHON = Path(".venv-peers/bin/python")
INSTALL = "make peers"
OURS_VOUCHES = 1_000_000
SWEEPS = (2, 8)  # the difference is that of sweeps alone
GOALS = {"crowd-kit": 200.0, "solidago": 1000.0}
PROGRAMS = {
    "crowd-kit": """
import json, sys, time
import numpy as np, pandas as pd
from crowdkit.aggregation import DawidSkene
n, times = int(sys.argv[1]), []
random = np.random.default_rng(3)
item = np.repeat(np.arange(n // 4), 4)
worker = random.permutation(np.repeat(np.arange(n // 20), 20))[: len(item)]
label = np.clip(random.integers(0, 5, n // 4)[item] + random.integers(-1, 2, len(item)), 0, 4)
frame = pd.DataFrame({"task": item, "worker": worker, "label": label})
for sweeps in map(int, sys.argv[2:]):
    start = time.perf_counter()
    DawidSkene(n_iter=sweeps, tol=0.0).fit_predict(frame)
    times.append(time.perf_counter() - start)
print(json.dumps((times[1] - times[0]) / (int(sys.argv[3]) - int(sys.argv[2]))))
""",
    "solidago": """
import json, sys, time
import numpy as np, pandas as pd
from solidago.trust_propagation import LipschiTrust
m = int(sys.argv[1])
n, random = m // 10, np.random.default_rng(4)
users = pd.DataFrame({"is_pretrusted": random.random(n) < 0.2})
vouches = pd.DataFrame({"voucher": random.integers(0, n, m), "vouchee": random.integers(0, n, m), "vouch": 1.0})
start = time.perf_counter()
LipschiTrust()(users, vouches)
print(json.dumps((time.perf_counter() - start) / m))
""",
}


def rows(n_labels: int, n_vouches: int) -> list[tuple[str, ...]]:
    """The lines of the report."""
    sweep, vouch = seconds_of_a_sweep(n_labels, 5), _seconds_of_a_vouch(OURS_VOUCHES)
    theirs = {"crowd-kit": _asked("crowd-kit", n_labels, *SWEEPS), "solidago": _asked("solidago", n_vouches)}
    return [
        (f"a sweep at {n_labels:,}", f"{1000 * sweep:.1f} ms", "", ""),
        ("  crowd-kit's Dawid-Skene, 5 labels", *_line(theirs["crowd-kit"], sweep, 1e3, "ms", GOALS["crowd-kit"])),
        (f"trust a vouch, to 1e-8, of {OURS_VOUCHES:,}", f"{1e6 * vouch:.3f} µs", "", ""),
        (f"  solidago's, of {n_vouches:,}", *_line(theirs["solidago"], vouch, 1e6, "µs", GOALS["solidago"])),
    ]


def _seconds_of_a_vouch(m: int) -> float:
    n, random = m // 10, np.random.default_rng(4)
    verified, voucher, vouched = random.random(n) < 0.2, random.integers(0, n, m), random.integers(0, n, m)
    seconds = []
    for _ in range(3):
        start = perf_counter()
        propagate(verified, voucher, vouched)
        seconds.append(perf_counter() - start)
    return median(seconds) / m


def _asked(name: str, *numbers: int) -> float | None:
    if not PYTHON.exists():
        return None
    command = [PYTHON, "-W", "ignore", "-c", PROGRAMS[name], *map(str, numbers)]
    return float(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def _line(theirs: float | None, ours: float, scale: float, unit: str, goal: float) -> tuple[str, str, str]:
    if theirs is None:
        return f"not there: {INSTALL}", "", f"≥ {goal:g}"
    return f"{theirs * scale:,.1f} {unit}", f"{theirs / ours:,.0f}", f"≥ {goal:g}"
