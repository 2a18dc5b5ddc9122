"""This engine, asked like its peers: the one place that knows how `scoring` is called."""

from dataclasses import replace
from typing import Any

import numpy as np

from scoring.epoch import fit
from scoring.item import score
from scoring.parameters import DEFAULT
from scoring.reviews import Forms, Reviews
from scoring.root import ONE
from scoring.trust import propagate
from tests.benchmarks.accuracy.sample import Bools, Floats, Ints, Rated

VERIFIED = 0.8  # trust that one verification gives
WITHOUT: dict[str, dict[str, Any]] = {  # the parameters that switch a defence off
    "clusters": {"ring_departure": float("inf")},
    "push": {"push_probable": 2.0},
}


def ours(
    given: Rated, trust: Floats | float = VERIFIED, *, without: str | None = None, confidence: Ints | None = None
) -> Floats:
    """θ of each item, float64[n_items], 0 without ratings; `trust` one for all or float64[n_reviewers].

    without: a key of WITHOUT, the defence that is switched off.
    """
    reviews = reviews_of(given, confidence)
    parameters = replace(DEFAULT, **WITHOUT[without]) if without else DEFAULT
    fitted = fit(reviews, Forms.single(), np.broadcast_to(trust, (given.n_reviewers,)), parameters)
    return score(reviews, fitted.population, fitted.table, fitted.n_trusted).theta_k / ONE


def reviews_of(given: Rated, confidence: Ints | None = None) -> Reviews:
    """The ratings as reviews that are signed and count."""
    n = len(given.item)
    return Reviews(
        reviewer=given.reviewer,
        item=given.item,
        ratings=given.rating[:, None],
        confidence=np.zeros(n, dtype=np.int8) if confidence is None else confidence.astype(np.int8),
        eligibility=np.ones(n),
        is_signed=np.ones(n, dtype=np.bool_),
        n_reviewers=given.n_reviewers,
        item_form=np.zeros(given.n_items, dtype=np.int64),
    )


def trust_along(verified: Bools, voucher: Ints, vouched: Ints) -> Floats:
    """Trust of each account, float64[n], where some are verified and vouches go from account to account."""
    return propagate(verified, voucher, vouched)
