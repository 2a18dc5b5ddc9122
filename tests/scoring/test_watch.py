"""When a fit looks for pushes, and on what scale."""

from dataclasses import replace

import numpy as np
import pytest

from scoring.cavity import Voices
from scoring.epoch import fit
from scoring.parameters import DEFAULT
from scoring.population import prior_population
from scoring.reviews import Forms, Reviews
from scoring.watch import Watch, step_of
from tests.benchmarks.accuracy import push as communities
from tests.benchmarks.accuracy.push import SMALL


@pytest.mark.parametrize(
    ("ratings", "step"),
    [([0.0, 0.25, 1.0, 0.25], 0.25), ([0.0, 1 / 9, 1.0], 1 / 9), ([0.5, 0.5], 0.0), (np.linspace(0, 1, 101), 0.0)],
)
def test_step_when_ratings_are_few_is_their_least_distance(ratings, step):
    assert step_of(np.array(ratings)) == pytest.approx(step)


def test_watch_when_all_moves_asks_at_the_7th_and_11th_sweep_and_where_all_is_still_but_what_it_saw(community):
    watch = Watch.of(community(0).reviews, prior_population(Forms.single(), DEFAULT))
    assert [n for n in range(1, 40) if watch.is_due(n, is_unsettled=False)] == [7, 11]
    assert [n for n in range(1, 40) if watch.is_due(n, is_unsettled=True)] == list(range(1, 12))


def pushed(items_of_form_1):
    """A community under a push, whose items from `items_of_form_1` on are reviewed by another form."""
    c = communities.pushed(3, replace(SMALL, step=0.25))
    n = len(c.item)
    form = (np.arange(c.n_items) >= items_of_form_1).astype(np.int64)
    columns = (c.rating[:, None], np.zeros(n, np.int8), np.ones(n), np.ones(n, bool), c.n_reviewers)
    return c, Reviews(c.reviewer, c.item, *columns, form)


def test_fit_when_there_is_a_push_takes_the_weight_of_those_who_push_and_hardly_of_others():
    c, reviews = pushed(SMALL.n_items)
    epoch = fit(reviews, Forms.single(), c.trust)
    pushes = np.isnan(c.honest)
    assert epoch.table.push[pushes].mean() < 0.5
    assert epoch.table.push[~pushes].mean() > 0.995
    assert fit(reviews, Forms.single(), c.trust, replace(DEFAULT, push_last=0)).table.push.min() == 1.0


def test_watch_when_forms_differ_looks_at_each_by_itself():
    """Form 1 has the later half of the items; each form's φ are those of its own reviews alone."""
    half = SMALL.n_items // 2
    _, reviews = pushed(half)
    population = prior_population(Forms(np.ones((2, 1)), np.zeros(2), np.ones(2)), DEFAULT)
    n = len(reviews)
    voices = Voices(np.zeros(n), np.full(n, 0.7), np.full(n, 0.4), np.ones(n))
    both = Watch.of(reviews, population).factors(voices)
    assert both.min() < 1.0
    for form in (0, 1):
        rows = np.flatnonzero(reviews.item_form[reviews.item] == form)
        part = Voices(voices.bias[rows], voices.slope[rows], voices.variance[rows], voices.huber[rows])
        assert np.array_equal(Watch.of(reviews.take(rows), population).factors(part), both[rows])
