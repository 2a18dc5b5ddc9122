"""Run by the Python of .venv-peers: `installed.py NAME ASKED.npz ANSWERED.npz` (see packages.py)."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

LEVELS = 5  # that Dawid-Skene, which knows classes only, has ratings rounded to
LIPSCHITZ = 0.1  # Tournesol's own
MIDDLE = 0.5  # of the scale: what QrMedian gives an item without ratings


def dawid_skene(reviewer: Any, item: Any, rating: Any, n_items: int) -> Any:
    """Expected level under the posterior over levels (Dawid & Skene 1979)."""
    import pandas as pd  # noqa: PLC0415  (of the other environment)
    from crowdkit.aggregation import DawidSkene  # noqa: PLC0415

    label = np.rint(rating * (LEVELS - 1)).astype(int)
    probability = DawidSkene(n_iter=100).fit_predict_proba(
        pd.DataFrame({"task": item, "worker": reviewer, "label": label})
    )
    score = np.full(n_items, rating.mean())
    score[probability.index] = probability.to_numpy() @ (probability.columns.to_numpy() / (LEVELS - 1))
    return score


def qr_median(reviewer: Any, item: Any, rating: Any, n_items: int) -> Any:  # noqa: ARG001
    """Quadratically regularised median of each item's ratings (Allouah et al. 2024), a voting right of 1 each."""
    from solidago.primitives import qr_median as median  # noqa: PLC0415

    score = np.full(n_items, MIDDLE)
    order = np.argsort(item, kind="stable")
    code, start = np.unique(item[order], return_index=True)
    for p, values in zip(code, np.split(rating[order] - MIDDLE, start[1:]), strict=True):
        score[p] = MIDDLE + median(LIPSCHITZ, values)
    return score


PEERS: dict[str, Callable[..., Any]] = {"Dawid-Skene": dawid_skene, "QrMedian": qr_median}


def main(name: str, asked: str, answered: str) -> None:
    """Read every sample of the one file, write every answer to the other."""
    with np.load(asked) as file:
        n = sum(key.startswith("n_items_") for key in file)
        samples = [
            (file[f"reviewer_{k}"], file[f"item_{k}"], file[f"rating_{k}"], int(file[f"n_items_{k}"])) for k in range(n)
        ]
    np.savez(answered, **{str(k): PEERS[name](*sample) for k, sample in enumerate(samples)})


if __name__ == "__main__":
    main(*sys.argv[1:])
