"""A community whose reviews arrive over 200 epochs, and what the epochs' states do meanwhile.

Honest people of different severity, stretch and care (variances of NeurIPS 2014: item .459, reviewer .086, noise .455,
on a scale from 1 to 10 with mean 5.6 and sd 1.9), who come to a post at its own rate. An epoch is six hours.

A fit costs a fifth of a second, so 200 for each community are too dear for a test. Reviewers are fitted in every 40th
epoch from the reviews there are by then; in each epoch between, every reviewer's severity is drawn anew around that,
with sd `JITTER`/√(their reviews). It is fair, and a little harsh: with a fit in every epoch (seeds 1 to 6) the value of
a post without new reviews moved from one epoch to the next by .010 (median) and .09 (99th percentile), in the middle of
the 200 epochs; here it moves by .02 and .14, and back and forth rather than towards what is true.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from scoring.decision import Evidence, Thresholds
from scoring.epoch import Fit, fit
from scoring.item import score
from scoring.moves import Judgement, Standing, judge
from scoring.parameters import Parameters
from scoring.reviews import Forms, Reviews

THRESHOLDS = Thresholds(np.array([[5.0, 6.0, 7.0, 8.0]]), np.array([6.0]))
FORM = Forms.single(1.0, 10.0)
N_EPOCHS, HOURS = 200, 6.0
N_ITEMS, N_REVIEWERS, EACH = 300, 120, 12.0
FIT_EVERY = 40
JITTER = 0.12


@dataclass(frozen=True)
class Arrivals:
    """Reviews in the order in which they come; `at` in epochs."""

    reviewer: np.ndarray
    item: np.ndarray
    rating: np.ndarray
    at: np.ndarray

    def until(self, epoch: float) -> Reviews:
        n = int(np.searchsorted(self.at, epoch))
        columns = np.zeros(n, dtype=np.int8), np.ones(n), np.ones(n, dtype=bool), N_REVIEWERS
        form = np.zeros(N_ITEMS, dtype=np.int64)
        return Reviews(self.reviewer[:n], self.item[:n], self.rating[:n, None], *columns, form)


@dataclass(frozen=True)
class Step:
    """What is known of the items in one epoch."""

    evidence: Evidence
    n_reviews: np.ndarray


def arrivals(seed: int) -> Arrivals:
    random = np.random.default_rng(seed)
    merit, rate = random.normal(size=N_ITEMS), random.gamma(2.0, EACH / 2.0, N_ITEMS)
    bias = random.normal(0, np.sqrt(0.086), N_REVIEWERS)
    slope = np.sqrt(0.459) * np.exp(random.normal(0, 0.2, N_REVIEWERS))
    noise = np.sqrt(0.455 * random.gamma(4, 0.25, N_REVIEWERS))
    n_each = np.minimum(random.poisson(rate), N_REVIEWERS)
    item = np.repeat(np.arange(N_ITEMS), n_each)
    reviewer = np.concatenate([random.choice(N_REVIEWERS, n, replace=False) for n in n_each])
    at = random.uniform(0, 0.6 * N_EPOCHS, N_ITEMS)[item] + random.exponential(0.25 * N_EPOCHS, len(item))
    z = slope[reviewer] * merit[item] + bias[reviewer] + noise[reviewer] * random.normal(size=len(item))
    rating = (np.clip(np.rint(5.6 + 1.9 * z), 1, 10) - 1) / 9
    order = np.argsort(at)
    return Arrivals(reviewer[order], item[order], rating[order], at[order])


def epochs(seed: int) -> Iterator[Step]:
    """What each epoch knows, of one community."""
    come, random = arrivals(seed), np.random.default_rng(seed + 1_000_000)
    fitted: Fit | None = None
    for epoch in range(N_EPOCHS):
        reviews = come.until(epoch + 1)
        if fitted is None or epoch % FIT_EVERY == 0:
            fitted = fit(reviews, FORM, np.full(N_REVIEWERS, 0.8))
        who, n_reviews = fitted.reviewers, np.bincount(reviews.item, minlength=N_ITEMS)
        known = np.bincount(reviews.reviewer, minlength=N_REVIEWERS)
        drawn = who.bias + JITTER / np.sqrt(np.maximum(known, 1)) * random.normal(size=N_REVIEWERS)
        table = replace(who, bias=drawn).readings(reviews.reviewer)
        yield Step(Evidence.of(score(reviews, fitted.population, table, n_reviews), reviews, THRESHOLDS), n_reviews)


def judged(steps: list[Step], parameters: Parameters) -> Iterator[tuple[Standing, Judgement]]:
    """Where items stand before and after each of the epochs, from `emerging` and under review on."""
    none, form = np.zeros(N_ITEMS, dtype=np.int64), np.zeros(N_ITEMS, dtype=np.int64)
    standing = Standing(none, none, np.zeros(N_ITEMS), np.full(N_ITEMS, np.nan), none > 0, none)
    seen = none
    for step in steps:
        standing = replace(standing, is_touched=step.n_reviews != seen)
        moved = judge(step.evidence, THRESHOLDS, form, standing, parameters)
        yield standing, moved
        stays = moved.tier.state == standing.tier
        seen = np.where(moved.is_judged, step.n_reviews, seen)
        standing = replace(
            standing,
            tier=moved.tier.state,
            decision=moved.decision.state,
            hours=np.where(stays, standing.hours, 0.0) + HOURS,
            judged_value=np.where(moved.is_judged, step.evidence.value, standing.judged_value),
            due=moved.due,
        )
