"""How good a ranking is: of whom to find, how many are found, and how early."""

from collections.abc import Callable, Sequence
from math import log2

import numpy as np

RESAMPLED = 2000


def recall_at_50(ranked: Sequence[str], good: set[str]) -> float:
    """The share of those to find among the first fifty, of as many as fit."""
    return len(good.intersection(ranked[:50])) / min(len(good), 50)


def precision_at_10(ranked: Sequence[str], good: set[str]) -> float:
    """The share of the first ten that are to be found."""
    return len(good.intersection(ranked[:10])) / 10


def reciprocal_rank(ranked: Sequence[str], good: set[str]) -> float:
    """One over the place of the first that is found within fifty, else 0."""
    return next((1 / place for place, name in enumerate(ranked[:50], start=1) if name in good), 0.0)


def ndcg_at_20(ranked: Sequence[str], good: set[str]) -> float:
    """Discounted gain of the first twenty, over the best possible (Järvelin & Kekäläinen 2002)."""
    gain = sum(1 / log2(place + 1) for place, name in enumerate(ranked[:20], start=1) if name in good)
    return gain / sum(1 / log2(place + 1) for place in range(1, min(len(good), 20) + 1))


MEASURES: dict[str, Callable[[Sequence[str], set[str]], float]] = {
    "MRR": reciprocal_rank,
    "P@10": precision_at_10,
    "nDCG@20": ndcg_at_20,
    "recall@50": recall_at_50,
}


def interval(differences: Sequence[float]) -> tuple[float, float, float]:
    """Mean, and the ends of its 95 % bootstrap interval over questions."""
    values = np.array(differences)
    random = np.random.default_rng(1)
    means = values[random.integers(0, len(values), (RESAMPLED, len(values)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(values.mean()), float(low), float(high)
