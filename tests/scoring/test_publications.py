"""What publications are worth: by hand, and never less for one more."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.impact import hazen, merit
from scoring.publications import Shelf, publication_amounts


def shelf(citations, cell=None, venue=None, age=5.0, n_authors=None):
    n = len(citations)
    return Shelf(
        np.array(citations, dtype=np.int64),
        np.zeros(n, np.int64) if cell is None else np.array(cell),
        np.full(n, -1) if venue is None else np.array(venue),
        np.full(n, age),
        np.ones(n, np.int64) if n_authors is None else np.array(n_authors),
    )


def alone(works):
    """Each work by somebody of its own."""
    n = len(works.citations)
    return publication_amounts(works, np.arange(n), np.arange(n))


def test_amounts_of_works_by_different_people_are_those_of_hazens_percentiles():
    citations, cell = [3, 1, 1, 9, 5, 7, 7], [0, 0, 0, 0, 1, 2, 2]
    got = alone(shelf(citations, cell, n_authors=[4] * 7))
    assert got.percentile == pytest.approx(hazen(np.array(citations, float), np.array(cell)))
    assert got.amount == pytest.approx(0.5 * merit(got.percentile))
    assert (got.low <= got.amount).all()
    assert (got.high >= got.amount).all()


def test_a_work_that_nobody_independent_cites_earns_nothing_however_many_there_are():
    assert alone(shelf([0, 0, 0, 5])).amount.tolist()[:3] == [0.0, 0.0, 0.0]


def test_ones_own_works_are_ranked_among_those_of_others():
    got = publication_amounts(shelf([4, 8, 6]), np.arange(3), np.array([0, 0, 1]))
    assert got.percentile == pytest.approx([0.25, 0.75, 0.5])
    assert got.n_others.tolist() == [1, 1, 2]


def test_a_venue_lends_to_young_works_what_others_reach_there():
    got = alone(shelf([2, 8, 5], venue=[4, 4, -1], age=2.0))
    weight = 3 * math.exp(-1)
    assert got.venue_weight == pytest.approx([weight, weight, 0.0])
    own = hazen(np.array([2.0, 8.0, 5.0]), np.zeros(3, int))
    assert got.amount == pytest.approx(
        merit(np.array([(own[0] + weight * own[1]) / (1 + weight), (own[1] + weight * own[0]) / (1 + weight), own[2]]))
    )


works_of_people = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 6)), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(works_of_people, st.tuples(st.integers(0, 1), st.integers(0, 6)))
def test_a14_another_publication_never_lowers_what_its_author_has(rows, more):
    def total(rows):
        person, cell, citations = (np.array(column) for column in zip(*rows, strict=True))
        n_authors = [1 + at % 5 for at in range(len(rows))]
        got = publication_amounts(shelf(citations, cell, n_authors=n_authors), np.arange(len(rows)), person)
        return got.amount[person == 0].sum()

    assert total([*rows, (0, *more)]) >= total(rows) - 1e-12
