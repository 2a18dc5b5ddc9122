"""Communities whose truth is known, and the shortest way to reviews and scores."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from scoring.parameters import DEFAULT, Parameters
from scoring.population import Population, prior_population
from scoring.review_table import ReviewTable
from scoring.reviews import Forms, Reviews


@dataclass(frozen=True)
class Community:
    """Reviews by people who differ in severity, stretch and care, of items whose merit is `truth`."""

    reviews: Reviews
    truth: np.ndarray

    @property
    def trust(self) -> np.ndarray:
        return np.full(self.reviews.n_reviewers, 0.8)


def _reviews(reviewer: Any, item: Any, rating: Any, **other: Any) -> Reviews:
    rating = np.asarray(rating, dtype=np.float64)
    n = len(rating)
    columns = {
        "ratings": rating if rating.ndim == 2 else rating[:, None],
        "confidence": np.zeros(n, dtype=np.int8),
        "eligibility": np.ones(n),
        "is_signed": np.ones(n, dtype=bool),
        "n_reviewers": int(np.max(reviewer, initial=-1)) + 1,
        "item_form": np.zeros(int(np.max(item, initial=-1)) + 1, dtype=np.int64),
    }
    return Reviews(reviewer=np.asarray(reviewer), item=np.asarray(item), **{**columns, **other})


def _community(seed: int = 0, n_reviewers: int = 60, n_items: int = 80, each: int = 20, **habits: Any) -> Community:
    """`each` reviews an item; habits: dict of reviewer code → function(truth, random) that gives its ratings."""
    random = np.random.default_rng(seed)
    truth = random.uniform(0.2, 0.8, n_items)
    item = np.repeat(np.arange(n_items), each)
    reviewer = np.concatenate([random.choice(n_reviewers, each, replace=False) for _ in range(n_items)])
    bias, noise = random.normal(0, 0.08, n_reviewers), random.uniform(0.05, 0.25, n_reviewers)
    rating = truth[item] + bias[reviewer] + noise[reviewer] * random.standard_normal(len(item))
    for who, habit in habits.get("habits", {}).items():
        rows = reviewer == who
        rating[rows] = habit(truth[item[rows]], random)
    return Community(_reviews(reviewer, item, np.clip(rating, 0, 1), n_reviewers=n_reviewers), truth)


@pytest.fixture(scope="session")
def reviews() -> Callable[..., Reviews]:
    """Make reviews from reviewers, items and ratings on [0, 1]; anything else by keyword."""
    return _reviews


@pytest.fixture(scope="session")
def community() -> Callable[..., Community]:
    return _community


@pytest.fixture(scope="session")
def parameters() -> Parameters:
    """The model's constants, which test_mechanisms.py exchanges to see the axioms fail."""
    return DEFAULT


@pytest.fixture(scope="session")
def genesis(parameters: Parameters) -> Population:
    """The population before any review, on a form from 1 to 10."""
    return prior_population(Forms.single(1.0, 10.0), parameters)


@pytest.fixture(scope="session")
def table() -> Callable[..., ReviewTable]:
    """How reviews are read: slopes, variances, trust, and by keyword the rest; no bias, cluster, push."""

    def make(slope: Any, variance: Any, trust: Any, bias: Any = 0.0, **other: Any) -> ReviewTable:
        columns = {"bias": bias, "slope": slope, "variance": variance, "trust": trust}
        columns |= {"cluster": -1, "budget": np.inf, "push": 1.0, **other}
        cast = np.broadcast_arrays(*(np.atleast_1d(np.asarray(c, float)) for c in columns.values()))
        made = dict(zip(columns, (c.copy() for c in cast), strict=True))
        return ReviewTable(**{**made, "cluster": made["cluster"].astype(np.int64)})

    return make
