"""Who should be asked to review: who knows the topic, and whose review would tell most of the score."""

import numpy as np

from scoring.arrays import Bools, Floats

WARNED = 0.5  # what is left of the merit of somebody who stands near an author without a conflict


def narrowing(sd: float, precision: Floats) -> Floats:
    """By what share one more review of precision P, float64[n] in 1/θ², is expected to narrow an interval, in [0, 1).

    sd: of θ as it is. The information 1/s² of section 5 grows by P, so that s falls to s/√(1 + s²P), as in
    `sort_keys.needs_review`; that the reviewers may disagree, which widens it, nobody knows beforehand.
    """
    return np.asarray(1.0 - 1.0 / np.sqrt(1.0 + sd * sd * precision))


def merit(expertise: Floats, narrowing: Floats, is_warned: Bools) -> Floats:
    """What reviewers are sorted by, float64[n] in [0, 1]: expertise · (1 + narrowing)/2, both relative to the best.

    What somebody knows decides; of two who know as much, it is whose review would tell more, by half at most: whoever
    is new, and nobody vouches for yet, is found all the same.
    """
    known = expertise / max(float(np.max(expertise, initial=0.0)), np.finfo(float).tiny)
    told = narrowing / max(float(np.max(narrowing, initial=0.0)), np.finfo(float).tiny)
    return np.asarray(known * (1.0 + told) / 2.0 * np.where(is_warned, WARNED, 1.0))
