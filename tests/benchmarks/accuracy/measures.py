"""What is read off a score whose truth is known."""

import numpy as np
from scipy.stats import kendalltau, rankdata, spearmanr

from tests.benchmarks.accuracy.sample import Bools, Floats, Ints, Rated


def rated(given: Rated) -> Bools:
    """Which items have a rating, bool[n_items]: only these are ranked."""
    return np.bincount(given.item, minlength=given.n_items) > 0


def tau(score: Floats, truth: Floats, among: Bools) -> float:
    """Kendall's τ-b over the items `among`."""
    return float(kendalltau(score[among], truth[among]).statistic)


def spearman(score: Floats, truth: Floats, among: Bools) -> float:
    """Spearman's ρ over the items `among`."""
    return float(spearmanr(score[among], truth[among]).statistic)


def percentile(score: Floats, items: Ints, among: Bools) -> float:
    """Mean of the shares of items that lie below each of `items`, ties a half: rank percentile in (0, 1)."""
    place = np.full(len(score), np.nan)
    place[among] = (rankdata(score[among]) - 0.5) / among.sum()
    return float(np.nanmean(place[items]))


def except_for(among: Bools, items: Ints) -> Bools:
    """`among` without `items`."""
    rest = among.copy()
    rest[items] = False
    return rest


def auc(score: Floats, is_good: Bools) -> float:
    """Pr(a good one is above a bad one), ties a half (Mann-Whitney)."""
    rank = rankdata(score)
    n_good, n_bad = int(is_good.sum()), int((~is_good).sum())
    return float((rank[is_good].sum() - n_good * (n_good + 1) / 2) / (n_good * n_bad))
