"""The generator of the Liao/Zhou family: dense ratings, careless reviewers, and spammers.

Zhou, Lei & Zhou 2011 (EPL 94, 48002), Liao et al. 2014 (PLoS ONE 9, e97146), over the graph of `attachment`. Quality
Q ~ U(0, 1), an error's standard deviation ~ U(0, 1) for each reviewer, ratings clipped to [0, 1]. A share of the
reviewers are spammers, all of whose ratings are

    random     U(0, 1)
    push       1
    malicious  always 0 or always 1, half of the spammers each
    inverted   0 for an item with Q ≥ ½, 1 for one below it

SCORING.md describes `malicious` in the words of `inverted`, but its figures (mean .759, IR .921, CR .858, IARR .887,
Platt-Burges .826) are those of one end for each spammer, to .015; under `inverted` the mean has .11, and whoever
believes the majority fails. So both are columns, and the goal is the first's.
"""

import numpy as np

from tests.benchmarks.accuracy.attachment import grow
from tests.benchmarks.accuracy.sample import Floats, Ints, Sample, spammers

COLUMNS: dict[str, tuple[str, float]] = {
    "clean": ("push", 0.0),
    "random .2": ("random", 0.2),
    "random .5": ("random", 0.5),
    "push .2": ("push", 0.2),
    "push .5": ("push", 0.5),
    "malicious .3": ("malicious", 0.3),
    "inverted .3": ("inverted", 0.3),
}


def liao(
    seed: int,
    column: str,
    *,
    n_reviewers: int = 6000,
    n_items: int = 4000,
    sparsity: float = 0.02,
) -> Sample:
    """The column's sample; all columns of one seed share graph, truth and honest ratings."""
    random = np.random.default_rng(seed)
    reviewer, item = grow(random, n_reviewers, n_items, round(n_reviewers * n_items * sparsity))
    truth, error = random.uniform(size=n_items), random.uniform(size=n_reviewers)
    honest = np.clip(truth[item] + error[reviewer] * random.standard_normal(len(item)), 0.0, 1.0)
    kind, share = COLUMNS[column]
    is_spammer = spammers(random, n_reviewers, share)
    rating = np.where(is_spammer[reviewer], spam(random, kind, reviewer, truth[item]), honest)
    return Sample(reviewer, item, rating, truth, is_spammer)


def spam(random: np.random.Generator, kind: str, reviewer: Ints, truth: Floats) -> Floats:
    """What each of these reviewers gives an item of that quality, were it a spammer of that kind."""
    match kind:
        case "random":
            return random.uniform(size=len(truth))
        case "push":
            return np.ones(len(truth))
        case "malicious":
            return np.where(random.uniform(size=int(reviewer.max()) + 1) < 0.5, 0.0, 1.0)[reviewer]
        case _:
            return np.where(truth < 0.5, 1.0, 0.0)
