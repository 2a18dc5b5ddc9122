"""Counts of citations by hand, by definition, and as published."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.citations import citations_per_year, h_index, i10, impact_factors, relative_citation_ratio


def test_h_index_when_counted_by_hand() -> None:
    # Hirsch's definition on textbook lists: (10, 8, 5, 4, 3) has 4, (25, 8, 5, 3, 3) has 3; then none, and zeros.
    works = [[10, 8, 5, 4, 3], [25, 8, 5, 3, 3], [], [0, 0]]
    owner = np.repeat(np.arange(4), [len(one) for one in works])
    cited = np.concatenate([np.array(one, dtype=np.int64) for one in works])
    assert h_index(cited, owner, 4).tolist() == [4, 3, 0, 0]
    assert i10(cited, owner, 4).tolist() == [1, 1, 0, 0]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3)), max_size=40))
def test_h_index_when_tried_one_by_one_is_the_greatest(rows: list[tuple[int, int]]) -> None:
    cited, owner = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    tried = [max(h for h in range(len(rows) + 1) if sum(c >= h for c, o in rows if o == who) >= h) for who in range(4)]
    assert h_index(cited, owner, 4).tolist() == tried


def test_citations_per_year_when_years_are_missing_between() -> None:
    first, counts = citations_per_year(np.array([2003, 2001, 2003, 2001]), np.array([0, 0, 0, 2]), 3)
    assert (first, counts.toarray().tolist()) == (2001, [[1, 0, 2], [0, 0, 0], [1, 0, 0]])
    assert citations_per_year(np.zeros(0, int), np.zeros(0, int), 2)[1].shape == (2, 0)


def test_impact_factor_when_counted_by_hand_shows_its_parts() -> None:
    # Venue 0: two works of 2018 and one of 2019; venue 1: one of 2019; works 4, 5 elsewhere, of 2020.
    venue, year = np.array([0, 0, 0, 1, -1, -1]), np.array([2018, 2018, 2019, 2019, 2020, 2020])
    citing, cited = np.array([4, 4, 5, 2, 4, 3]), np.array([0, 2, 2, 1, 3, 2])  # the last of the same year
    found = impact_factors(venue, year, citing, cited, 2)
    rows = list(zip(found.venue, found.year, found.numerator, found.denominator, strict=True))
    assert rows == [(0, 2019, 1, 2), (0, 2020, 3, 3), (0, 2021, 0, 1), (1, 2020, 1, 1), (1, 2021, 0, 1)]
    assert found.value == pytest.approx([0.5, 1.0, 0.0, 1.0, 0.0])


def test_impact_factor_when_published_is_the_one_of_nature() -> None:
    # Nature's of 2014, widely quoted with its parts: 29,753 + 41,924 citations to 860 + 869 items.
    n_items, n_citations = 860 + 869, 71_677
    venue = np.r_[np.zeros(n_items, int), -np.ones(n_citations, int)]
    year = np.r_[np.full(860, 2013), np.full(869, 2012), np.full(n_citations, 2014)]
    citing = n_items + np.arange(n_citations)
    found = impact_factors(venue, year, citing, np.arange(n_citations) % n_items, 1)
    assert round(float(found.value[found.year == 2014][0]), 3) == 41.456


def test_ratio_when_counted_by_hand() -> None:
    # 3 cites 0, 1 and 2; 4 cites 0 and 1. Works 0 to 2 of 2010, two years ago: rates 1, 1, ½.
    year = np.array([2010, 2010, 2010, 2011, 2012])
    found = relative_citation_ratio(year, np.array([3, 3, 3, 4, 4]), np.array([0, 1, 2, 0, 1]), 2012).value
    # Beside 0: 1, 2 and 1 again, mean (1 + ½ + 1)/3 = 5/6; so beside 1; beside 2: 0 and 1, mean 1.
    level = (1 + 1 + 0.5) / (5 / 6 + 5 / 6 + 1)
    assert found[:3] == pytest.approx([6 / 5 / level, 6 / 5 / level, 0.5 / level])
    assert found[3] == 0.0
    assert math.isnan(found[4])  # of this year


def test_citation_rate_when_published_counts_the_years_after_the_one_of_publication() -> None:
    # Hutchins et al. 2016, figure 1B: three works of 2006, cited 5, 9 and 31 times by 2011.
    times = [5, 9, 31]
    cited = np.repeat(np.arange(3), times)
    year = np.r_[np.full(3, 2006), np.full(len(cited), 2009)]
    found = relative_citation_ratio(year, 3 + np.arange(len(cited)), cited, 2011)
    assert found.rate[:3] == pytest.approx([1.0, 1.8, 6.2])
    assert np.isnan(found.expected[:3]).all()  # nothing was cited beside them


def test_ratio_when_taken_apart_is_numerator_over_denominator() -> None:
    year = np.array([2010, 2010, 2010, 2011])
    found = relative_citation_ratio(year, np.array([3, 3, 3]), np.array([0, 1, 2]), 2012)
    assert found.rate[:3] == pytest.approx([0.5, 0.5, 0.5])
    assert found.field[:3] == pytest.approx([0.5, 0.5, 0.5])
    assert found.value == pytest.approx(np.r_[found.rate[:3] / found.expected[:3], 0.0])


@settings(max_examples=40, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda pair: pair[0] > pair[1]), max_size=40))
def test_ratio_when_pairs_are_walked_is_the_same_and_its_weighted_mean_is_one(pairs: set[tuple[int, int]]) -> None:
    year, now = np.repeat([2000, 2004, 2008], 4), 2010
    citing, cited = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2).T
    found = relative_citation_ratio(year, citing, cited, now).value
    rate = [sum(b == k for _, b in pairs) / (now - year[k]) for k in range(12)]
    beside = [[rate[d] for a, b in pairs if b == k for c, d in pairs if c == a and d != k] for k in range(12)]
    field = np.array([sum(one) / len(one) if one else 0.0 for one in beside])
    for of in (2000, 2004, 2008):
        rows = (year == of) & (field > 0)
        if rows.any():
            assert np.average(found[rows], weights=field[rows]) == pytest.approx(1.0)
            assert found[rows] * field[rows] * np.sum(np.array(rate)[rows]) == pytest.approx(
                np.array(rate)[rows] * field[rows].sum()
            )
    assert np.isnan(found).tolist() == [r > 0 and f == 0 for r, f in zip(rate, field, strict=True)]


def test_counts_when_a_column_is_wrong_name_it() -> None:
    with pytest.raises(ValueError, match="owner"):
        h_index(np.array([1]), np.array([3]), 2)
    with pytest.raises(ValueError, match="citing"):
        impact_factors(np.array([0]), np.array([2000]), np.array([1]), np.array([0]), 1)
