"""Few reviews an item, as a young network has them: five on average, by people with a bias and a care of their own."""

import numpy as np

from tests.benchmarks.accuracy.attachment import grow
from tests.benchmarks.accuracy.liao import spam
from tests.benchmarks.accuracy.sample import Sample, spammers

COLUMNS: dict[str, tuple[str, float]] = {"clean": ("push", 0.0), "random .3": ("random", 0.3), "push .3": ("push", 0.3)}
BIAS_SD = 0.12
ERROR_SD = (0.05, 0.4)
BATCH = 5000  # links between two looks at the degrees


def sparse(seed: int, column: str, *, n_reviewers: int = 1500, n_items: int = 2000, each: float = 5.0) -> Sample:
    """Quality U(0, 1); rating = quality + bias + error, clipped to [0, 1]; slopes are 1. Spam is that of `liao`.

    The graph is that of `attachment`, grown in two batches: so the nine figures that SCORING.md states of mean, CR and
    Platt-Burges come out to .004 on average. The mean has .724/.587/.549 there, .724/.585/.536 here, .759/.630/.593
    under five reviews of each item exactly, and .71/.58/.52 in the batches of the dense generator.
    """
    random = np.random.default_rng(seed)
    reviewer, item = grow(random, n_reviewers, n_items, round(n_items * each), BATCH)
    truth = random.uniform(size=n_items)
    bias, error = random.normal(0.0, BIAS_SD, n_reviewers), random.uniform(*ERROR_SD, n_reviewers)
    noise = error[reviewer] * random.standard_normal(len(item))
    honest = np.clip(truth[item] + bias[reviewer] + noise, 0.0, 1.0)
    kind, share = COLUMNS[column]
    is_spammer = spammers(random, n_reviewers, share)
    rating = np.where(is_spammer[reviewer], spam(random, kind, reviewer, truth[item]), honest)
    return Sample(reviewer, item, rating, truth, is_spammer)
