"""What works and posts are worth to their authors, before it becomes reputation (SCORING.md, section 8)."""

import numpy as np
from scipy import special

from scoring.arrays import Bools, Floats, Ints
from scoring.parameters import DEFAULT, Parameters


def hazen(values: Floats, cell: Ints) -> Floats:
    """Percentile of each value within its cell, (mean rank − ½)/n, in (0, 1); ties share one (Hazen 1914)."""
    order = np.lexsort((values, cell))
    sorted_cell, sorted_value = cell[order], values[order]
    n = len(values)
    new_cell = np.r_[True, sorted_cell[1:] != sorted_cell[:-1]][:n]
    new_run = new_cell | np.r_[True, sorted_value[1:] != sorted_value[:-1]][:n]
    start, length = _runs(new_cell)
    run_start, run_length = _runs(new_run)
    percentile = np.empty(n)
    percentile[order] = (run_start - start + run_length / 2.0) / length
    return percentile


def _runs(is_first: np.ndarray) -> tuple[Ints, Ints]:
    """First row and length of the run that each row is in."""
    first = np.flatnonzero(is_first)
    length = np.diff(np.r_[first, len(is_first)])
    return np.repeat(first, length), np.repeat(length, length)


def merit(percentile: Floats, parameters: Parameters = DEFAULT) -> Floats:
    """g(π) = min(3, −log₁₀(1 − π)): 1 at the top tenth, 2 at the top hundredth."""
    top = 1.0 - 10.0**-parameters.impact_cap
    return np.asarray(np.minimum(-np.log10(1.0 - np.minimum(percentile, top)), parameters.impact_cap))


def author_share(n_authors: Ints) -> Floats:
    """n^−½ of each of n authors; ValueError where a work has none."""
    if n_authors.size and n_authors.min() < 1:
        raise ValueError("n_authors: expected at least 1")
    return np.asarray(1.0 / np.sqrt(n_authors))


def post_amounts(best_theta: Floats, n_authors: Ints, parameters: Parameters = DEFAULT) -> Floats:
    """What each post adds to each author's X_post, float64[n] in [0, 3], from `best` in θ.

    max(0, 2Φ(best) − 1): a post that nobody reviewed has best < 0 and earns nothing, so volume does not pay.
    """
    return author_share(n_authors) * merit(np.maximum(0.0, 2.0 * special.ndtr(best_theta) - 1.0), parameters)


def best_of_each(amount: Floats, high: Floats, person: Ints, work: Ints, post: Ints) -> Bools:
    """Which of m lines count, bool[m]: of the posts of one work, to each person, that with the greatest amount.

    `work` is the publication that a post became, -1 where it became none; of equal amounts that with the greater
    `high` counts, and then the lower post. A person's own posts alone are compared: another's do not displace them.
    """
    counts = np.ones(len(work), dtype=np.bool_)
    rows = np.flatnonzero(work >= 0)
    rows = rows[np.lexsort((post[rows], -high[rows], -amount[rows], person[rows], work[rows]))]
    counts[rows[1:]] = (work[rows[1:]] != work[rows[:-1]]) | (person[rows[1:]] != person[rows[:-1]])
    return counts
