"""Anyone's ratings: finite answers, own units, a fit that can be frozen."""

import json
from dataclasses import fields, replace

import numpy as np
import pytest

from scoring.decision import TIERS
from scoring.frozen import Frozen
from scoring.rank import rank
from scoring.ratings import Ratings, Span


def ratings(reviewer, item, rating, time=None):
    names = [tuple(f"{kind}{k}" for k in range(max(codes) + 1)) for kind, codes in (("r", reviewer), ("i", item))]
    when = None if time is None else np.array(time, float)
    return Ratings(np.array(reviewer), np.array(item), np.array(rating, float), when, *names)


def ranked(*columns, **options):
    given = ratings(*columns)
    return rank(given, np.full(len(given.reviewer_ids), 0.8), **options)


@pytest.mark.parametrize(
    "columns",
    [
        ([0], [0], [7.0]),
        ([0, 1, 2], [0, 0, 1], [3.0, 3.0, 3.0]),
        ([0, 1], [0, 1], [1e300, -1e300]),
        ([0, 1, 2], [0, 1, 1], [1.7e308, -1.7e308, 0.0]),
        ([0, 1], [0, 1], [0.0, 5e-324]),
        ([0, 1], [0, 1], [1e308, 1e308]),
        (list(range(40)), [0, 1] * 20, [1e300, 2e300] * 20),
        (list(range(40)) * 4, [k // 40 for k in range(160)], [float(k % 7) for k in range(160)]),
        ([k % 40 for k in range(160)], [k // 40 for k in range(160)], [5.0] * 160),
        ([k % 40 for k in range(160)], [k // 40 for k in range(160)], [0.0] * 159 + [1e300]),
    ],
)
def test_answers_when_ratings_are_odd_are_finite_and_within_the_range(columns):
    got = ranked(*columns)
    for rows in (got.items, got.reviewers):
        assert all(np.isfinite(getattr(rows, field.name)).all() for field in fields(rows))
    low, high = min(columns[2]), max(columns[2])
    assert (got.items.score >= low).all()
    assert (got.items.score <= high).all()
    assert sorted(got.items.rank) == list(range(1, len(got.items.rank) + 1))


def test_rank_when_best_is_equal_goes_by_id():
    one = Ratings(
        np.array([0, 1, 2]), np.array([2, 1, 0]), np.array([5.0, 5.0, 9.0]), None, ("a", "b", "c"), ("z", "k", "b")
    )
    assert rank(one, np.full(3, 0.8)).items.rank.tolist() == [1, 3, 2]


def test_rank_when_a_reviewer_rated_twice_takes_the_later():
    by_row = ranked([0, 0, 1], [0, 0, 1], [1.0, 9.0, 5.0])
    by_time = ranked([0, 0, 1], [0, 0, 1], [1.0, 9.0, 5.0], [2, 1, 0])
    assert by_row.items.score[0] > by_row.items.score[1]
    assert by_time.items.score[0] < by_time.items.score[1]
    assert by_row.items.n_reviews.tolist() == [1, 1]
    assert by_row.reviewers.n_reviews.tolist() == [1, 1]


def community_ratings(community, scale):
    c = community(3)
    rows = c.reviews
    names = tuple(f"r{k}" for k in range(rows.n_reviewers)), tuple(f"i{k}" for k in range(rows.n_items))
    return Ratings(rows.reviewer, rows.item, scale(rows.ratings[:, 0]), None, *names), c


def test_rank_when_the_units_change_says_the_same_in_them(community):
    plain, c = community_ratings(community, lambda y: y)
    scaled, _ = community_ratings(community, lambda y: 40.0 + 256.0 * y)
    a, b = (rank(one, c.trust) for one in (plain, scaled))
    for name in ("score", "low", "high", "best"):
        assert getattr(b.items, name) == pytest.approx(40.0 + 256.0 * getattr(a.items, name), rel=1e-6)
    assert b.items.sd == pytest.approx(256.0 * a.items.sd, rel=1e-6)
    assert b.reviewers.bias == pytest.approx(256.0 * a.reviewers.bias, abs=1e-4)
    assert np.corrcoef(a.items.score, c.truth)[0, 1] > 0.95
    assert [TIERS[t] for t in a.items.tier[np.argsort(a.items.rank)][[0, -1]]] == ["exceptional", "weak"]
    assert (a.reviewers.weight <= a.reviewers.precision).all()
    assert a.reviewers.slope == pytest.approx(np.ones(60), abs=0.6)


def test_frozen_when_it_scores_the_same_ratings_gives_the_same_bits(community):
    plain, c = community_ratings(community, lambda y: 1 + 9 * y)
    first = rank(plain, c.trust)
    frozen = Frozen.from_dict(json.loads(json.dumps(first.frozen.as_dict())))
    again = rank(plain, np.zeros(60), frozen=frozen)
    for field in fields(first.items):
        assert np.array_equal(getattr(first.items, field.name), getattr(again.items, field.name))


def test_frozen_when_a_reviewer_is_new_is_read_as_a_newcomer(community):
    plain, c = community_ratings(community, lambda y: 1 + 9 * y)
    frozen = rank(plain, c.trust).frozen
    one = Ratings(np.array([0, 1]), np.array([0, 0]), np.array([99.0, 5.0]), None, ("new", "r7"), ("x",))
    got = rank(one, np.array([0.4, 0.1]), frozen=frozen)
    assert got.reviewers.bias[0] == 0.0
    assert got.reviewers.trust.tolist() == [0.4, 0.8]  # the fit's own word on whom it met
    assert got.reviewers.bias[1] == frozen.span.difference(
        frozen.reviewers.bias[7:8] * frozen.population.standards.sd[0, 0]
    )
    assert got.items.score[0] <= frozen.span.high


def test_frozen_when_a_number_was_changed_is_refused():
    frozen = ranked([0], [0], [7.0]).frozen
    changed = frozen.as_dict()
    changed["population"]["abar"] = 0.5
    for broken in (changed, {}, {**frozen.as_dict(), "reviewer": []}, {**frozen.as_dict(), "scale": [1.0]}):
        with pytest.raises(ValueError, match=r"epoch:|values to unpack"):
            Frozen.from_dict(broken)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_ratings_when_not_finite_name_the_column(bad):
    with pytest.raises(ValueError, match="rating: expected finite"):
        ratings([0], [0], [bad])
    with pytest.raises(ValueError, match="time: expected finite"):
        ratings([0], [0], [1.0], [bad])


def test_frozen_when_a_rating_is_revised_reads_the_pair_as_it_was_frozen(community):
    """Neither the reviewer's row, which the rating is part of, nor a new fit decides what a revision weighs."""
    plain, c = community_ratings(community, lambda y: 1 + 9 * y)
    first = rank(plain, c.trust)
    revised = replace(plain, rating=np.where(np.arange(len(plain.rating)) == 5, 10.0, plain.rating))
    got = rank(revised, c.trust, frozen=Frozen.from_dict(json.loads(json.dumps(first.frozen.as_dict()))))
    there = plain.item[5]
    others = np.arange(c.reviews.n_items) != there
    assert np.array_equal(got.items.best[others], first.items.best[others])
    assert got.items.best[there] > first.items.best[there]
    assert got.items.sd[there] > 0


def test_conflicts_when_a_rating_is_not_eligible_change_nothing_bit_for_bit(community):
    plain, c = community_ratings(community, lambda y: 1 + 9 * y)
    rows = np.arange(len(plain.rating))
    gone = rows % 11 == 3
    wild = np.where(gone, 99.0, plain.rating)
    marked = rank(replace(plain, rating=wild, eligibility=np.where(gone, 0.0, 1.0)), c.trust)
    kept = rows[~gone]
    without = rank(
        Ratings(plain.reviewer[kept], plain.item[kept], plain.rating[kept], None, plain.reviewer_ids, plain.item_ids),
        c.trust,
    )
    for one, other in ((marked.items, without.items), (marked.reviewers, without.reviewers)):
        for field in fields(one):
            assert np.array_equal(getattr(one, field.name), getattr(other, field.name))


def test_span_when_it_is_as_wide_as_floats_are_stays_finite():
    wide = Span(-1.7e308, 1.7e308)
    assert wide.from_unit(np.array([-0.5, 0.5, 1.5])) == pytest.approx([-1.797e308, 0.0, 1.797e308], rel=1e-3)
    assert wide.difference(np.array([0.25])) == pytest.approx([0.85e308])
    assert wide.to_unit(np.array([-1.7e308, 0.85e308])) == pytest.approx([0.0, 0.75])


def test_span_when_it_is_given_sets_the_scale():
    got = ranked([0], [0], [7.0], span=Span(1.0, 10.0))
    # before any fit: θ = z·ā/(ā² + .541 …) is shrunk towards 5.5
    assert 5.5 < got.items.score[0] < 7.0


def test_a9_a_rating_that_was_overridden_does_not_set_the_scale() -> None:
    reviewer, item = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    trust, names = np.full(2, 0.8), (("ann", "bob"), ("x", "y"))
    once = rank(Ratings(reviewer, item, np.array([2.0, 4.0, 3.0, 5.0]), None, *names), trust)
    twice = rank(
        Ratings(np.append(0, reviewer), np.append(0, item), np.array([99.0, 2.0, 4.0, 3.0, 5.0]), None, *names), trust
    )
    assert np.array_equal(once.items.score, twice.items.score)
