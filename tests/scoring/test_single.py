"""One item in plain numbers has the bits of the same item in arrays."""

from dataclasses import replace
from math import inf, nan
from random import Random

import numpy as np
import pytest

from scoring.decision import Evidence, Thresholds
from scoring.item import Scores, score
from scoring.parameters import DEFAULT
from scoring.plain import Form, Said
from scoring.population import Population, prior_population
from scoring.review_table import ReviewTable
from scoring.reviews import Forms, Reviews
from scoring.scale import Scale
from scoring.single import Single, score_single
from scoring.single_keys import Happened, controversy, need, trend
from scoring.sort_keys import average_precision, controversial, needs_review
from scoring.trending import Events, trending

ACCEPTANCE = 6.0
FORMS = Forms(np.array([[0.5, 0.0, 0.3, 0.2], [1.0, 0.0, 0.0, 0.0]]), np.array([1.0, 0.0]), np.array([10.0, 1.0]))
THRESHOLDS = Thresholds(np.array([[3.0, 5.0, 7.0, 8.0]] * 2), np.array([ACCEPTANCE] * 2))


def population(random: Random) -> Population:
    return replace(
        prior_population(FORMS, DEFAULT), sigma_a2=0.01, q=random.uniform(0.8, 1.5), q_many=random.uniform(0.8, 1.5)
    )


def some_review(random: Random) -> Said:
    """Anything that there may be: unsigned, not counted, blind, in a ring, unvouched, suspected of a push."""
    cluster = random.choice([-1, -1, 3, 8])
    return Said(
        ratings=(random.random(), *(random.choice([None, 0.0, random.random(), 1.0]) for _ in range(2))),
        confidence=random.randrange(6),
        eligibility=random.choice([0.0, 0.25, 0.5, 1.0, 1.0, 1.0]),
        is_signed=random.random() < 0.7,
        bias=random.gauss(0.0, 0.5),
        slope=random.choice([0.01, random.uniform(0.05, 1.5)]),
        variance=random.uniform(0.05, 2.0),
        trust=random.choice([0.0, 0.1, 0.5, 0.8, 1.0]),
        cluster=cluster,
        budget=random.choice([inf, 0.0, 0.7, 1.5]) if cluster == 8 else 1.5 if cluster == 3 else inf,
        push=random.choice([1.0, 1.0, 0.05, 0.6]),
    )


def in_arrays(said: list[Said], whole: Population, n_trusted: int) -> tuple[Scores, Evidence]:
    n = len(said)
    ratings = np.full((n, 4), nan)
    for row, one in enumerate(said):
        ratings[row, [0, 2, 3]] = [nan if y is None else y for y in one.ratings]
    column = {name: np.array([getattr(one, name) for one in said], dtype=float) for name in Said._fields[1:]}
    reviews = Reviews(
        reviewer=np.arange(n),
        item=np.zeros(n, dtype=np.int64),
        ratings=ratings,
        confidence=column["confidence"].astype(np.int8),
        eligibility=column["eligibility"],
        is_signed=column["is_signed"].astype(bool),
        n_reviewers=n,
        item_form=np.array([0]),
    )
    table = ReviewTable(
        **{name: column[name] for name in ("bias", "slope", "variance", "trust", "budget", "push")},
        cluster=column["cluster"].astype(np.int64),
    )
    scores = score(reviews, whole, table, np.array([n_trusted]))
    return scores, Evidence.of(scores, reviews, THRESHOLDS)


def one_budget_a_cluster(said: list[Said]) -> list[Said]:
    budget = {one.cluster: one.budget for one in said}
    return [one._replace(budget=budget[one.cluster]) for one in said]


def draw(random: Random) -> tuple[list[Said], Population, int]:
    n = random.choice([0, 1, 2, 3, 5, 12, 40])
    return one_budget_a_cluster([some_review(random) for _ in range(n)]), population(random), random.randrange(30)


@pytest.mark.parametrize("seed", range(60))
def test_the_score_of_one_item_has_the_bits_of_arrays_whatever_its_reviews_are(seed: int):
    said, whole, n_trusted = draw(Random(seed))  # noqa: S311  (a seed)
    found = score_single(said, Form.of(whole, 0), n_trusted, ACCEPTANCE)
    scores, evidence = in_arrays(said, whole, n_trusted)
    expected = {name: getattr(scores, name).tolist()[0] for name in Single._fields if hasattr(scores, name)}
    expected |= {"theta": scores.theta_k[0] / 2.0**32, "lower_theta": scores.best_k[0] / 2.0**32}
    expected |= {name: getattr(evidence, name).tolist()[0] for name in ("weight_above", "weight_below")}
    if not found.n_reviews:
        expected |= {"value": None, "prior_share": 0.0}
    assert found._asdict() == expected


@pytest.mark.parametrize("seed", range(60))
def test_the_sort_keys_of_one_item_have_the_bits_of_arrays_whatever_happened(seed: int):
    random = Random(seed)  # noqa: S311  (a seed)
    said, whole, n_trusted = draw(random)
    form = Form.of(whole, 0)
    found = score_single(said, form, n_trusted, ACCEPTANCE)
    scores, evidence = in_arrays(said, whole, n_trusted)
    scale = Scale.of(np.array([0]), whole)
    distance = scores.theta_k / 2.0**32 - (ACCEPTANCE - scale.middle) / scale.step
    sides = evidence.weight_above, evidence.weight_below
    assert controversy(found) == controversial(*sides, scores.dispersion)[0]
    assert need(found, form, ACCEPTANCE) == needs_review(distance, scores.sd / scale.step, average_precision(whole))[0]
    events = some_events(random)
    rate = random.uniform(0.01, 5.0)
    arrays = Events(
        item=np.zeros(len(events), dtype=np.int64),
        day=np.array([one.day for one in events], dtype=np.int64),
        weight=np.array([one.weight for one in events], dtype=float),
        source=np.array([one.source[0] * 100 + one.source[1] for one in events], dtype=np.int64),
        cluster=np.array([one.cluster for one in events], dtype=np.int64),
        is_trusted=np.array([one.is_trusted for one in events], dtype=bool),
        n_items=1,
    )
    expected = trending(arrays, scores.best_k / 2.0**32, np.array([rate]))[0]
    assert trend(events, found.lower_theta, rate, DEFAULT) == expected


def some_events(random: Random) -> list[Happened]:
    events = []
    for _ in range(random.choice([0, 1, 2, 8, 30])):
        is_trusted = random.random() < 0.6
        cluster = random.choice([-1, -1, 4, 5]) if is_trusted else -1
        source = (random.randrange(3), random.randrange(12))
        weight = random.choice([0.0, 1e-12, 0.15, 0.4, 1.0])
        events.append(Happened(random.randrange(2000, 2006), weight, source, cluster, is_trusted))
    return events
