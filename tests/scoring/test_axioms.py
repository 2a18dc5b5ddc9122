"""The axioms of SCORING.md, section 9, that hold of the epoch and the item score."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.epoch import fit
from scoring.item import score
from scoring.parameters import DEFAULT
from scoring.reviews import Forms, latest
from scoring.weight import caps
from tests.scoring.clock import score_by

FORMS = Forms.single(1.0, 10.0)
PER_ITEM = ("theta_k", "best_k", "low_k", "high_k", "value", "n_effective", "sd", "dispersion", "information")
SEEDS = st.integers(0, 2**32 - 1)


def scored(reviews, trust, parameters=DEFAULT):
    """A full epoch and the scores of its items."""
    epoch = fit(reviews, FORMS, trust, parameters)
    return epoch, score(reviews, epoch.population, epoch.table, epoch.n_trusted)


def same(a, b, items_a=slice(None), items_b=slice(None)):
    """Whether two scores have the same bits in what they say of items."""
    return all(np.array_equal(getattr(a, f)[items_a], getattr(b, f)[items_b], equal_nan=True) for f in PER_ITEM)


@settings(max_examples=5, deadline=None)
@given(SEEDS)
def test_a1_anonymity_when_reviewers_are_relabelled_nothing_changes(community, seed):
    c = community(seed)
    new = np.random.default_rng(seed).permutation(c.reviews.n_reviewers)
    epoch, before = scored(c.reviews, c.trust)
    again, after = scored(replace(c.reviews, reviewer=new[c.reviews.reviewer]), c.trust)
    assert epoch.n_sweeps > 0
    assert epoch.population.hash == again.population.hash
    assert same(before, after)
    assert np.array_equal(epoch.reviewers.bias, again.reviewers.bias[new])


@settings(max_examples=5, deadline=None)
@given(SEEDS)
def test_a2_neutrality_when_items_are_relabelled_scores_are_permuted(community, seed):
    c = community(seed)
    new = np.random.default_rng(seed).permutation(c.reviews.n_items)
    epoch, before = scored(c.reviews, c.trust)
    again, after = scored(replace(c.reviews, item=new[c.reviews.item]), c.trust)
    assert epoch.hash == again.hash
    assert same(before, after, items_b=new)


@settings(max_examples=5, deadline=None)
@given(SEEDS)
def test_a3_order_when_reviews_come_in_any_order_the_bits_are_the_same(community, seed):
    c = community(seed)
    order = np.random.default_rng(seed).permutation(len(c.reviews))
    epoch, before = scored(c.reviews, c.trust)
    again, after = scored(c.reviews.take(order), c.trust)
    assert epoch.hash == again.hash
    assert same(before, after)
    assert np.array_equal(before.share[order], after.share)


@settings(max_examples=5, deadline=None)
@given(SEEDS, st.integers(2, 7))
def test_a3_shards_when_items_are_scored_in_parts_the_bits_are_the_same(community, seed, n_shards):
    c = community(seed)
    epoch, whole = scored(c.reviews, c.trust)
    for shard in range(n_shards):
        rows = np.flatnonzero(c.reviews.item % n_shards == shard)
        part = score(c.reviews.take(rows), epoch.population, epoch.table.take(rows), epoch.n_trusted)
        items = np.arange(shard, c.reviews.n_items, n_shards)
        assert same(whole, part, items, items)


def test_the_fast_clock_when_one_post_is_scored_gives_the_bits_of_the_epoch(community):
    c = community(11)
    epoch, whole = scored(c.reviews, c.trust)
    for item in range(c.reviews.n_items):
        rows = np.flatnonzero(c.reviews.item == item)
        one = replace(
            c.reviews.take(rows),
            item=np.zeros(len(rows), dtype=np.int64),
            item_form=np.zeros(1, dtype=np.int64),
            reviewer=np.arange(len(rows)),
            n_reviewers=len(rows),
        )
        alone = score(one, epoch.population, epoch.table.take(rows), epoch.n_trusted[[item]])
        assert same(whole, alone, [item], [0])
        assert np.array_equal(whole.share[rows], alone.share)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.floats(0, 1), st.sampled_from([0.05, 0.5, 1.0]))
def test_a4_monotone_when_a_rating_rises_no_score_of_its_item_falls(reviews, genesis, table, seed, to, eligibility):
    random = np.random.default_rng(seed)
    n = int(random.integers(1, 12))
    rating = random.random(n)
    who = table(random.uniform(0, 2, n), random.uniform(0.02, 2, n), random.random(n), random.normal(0, 0.5, n))
    others = {"eligibility": np.full(n, eligibility), "is_signed": random.random(n) < 0.7}
    before = score_by(who, reviews(np.arange(n), np.zeros(n, int), rating, **others), genesis)
    rating[0] = max(rating[0], to)
    after = score_by(who, reviews(np.arange(n), np.zeros(n, int), rating, **others), genesis)
    for name in ("theta_k", "best_k", "low_k", "high_k", "value", "low", "high", "best"):
        assert getattr(after, name)[0] >= getattr(before, name)[0]


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.floats(0, 1), st.integers(1, 5))
def test_a5_one_account_when_it_adds_or_changes_moves_theta_by_its_cap_at_most(
    reviews, genesis, table, seed, trust, confidence
):
    random = np.random.default_rng(seed)
    n = int(random.integers(1, 8))
    trusts = np.full(n + 1, 0.25)
    trusts[n] = 0.2 + trust / 10  # K below the natural P of .01/.0002, where it bites; readings lie within ±20
    who = table(0.1, 0.0002, trusts)

    def theta(rating, m):
        confidences = np.full(m, confidence, dtype=np.int8)
        one = reviews(np.arange(m), np.zeros(m, int), rating, confidence=confidences, n_reviewers=n + 1)
        return score_by(who.take(np.arange(m)), one, genesis).theta_k[0] / 2**32

    others = random.random(n)
    cap = float(caps(np.array(0.2 + trust / 10), np.array(0), DEFAULT))
    bound = DEFAULT.huber_c * np.sqrt(cap)
    without, low, high = theta(others, n), theta([*others, 0.0], n + 1), theta([*others, 1.0], n + 1)
    assert max(abs(low - without), abs(high - without)) <= bound + 1e-9
    assert high - low <= 2 * bound + 1e-9


def test_a5_when_the_item_has_no_other_review_the_cap_decides(reviews, genesis, table):
    one = score_by(table(1.0, 0.02, 0.0), reviews([0], [0], [1.0]), genesis)
    # z = (1 − .5)/.25 = 2, P = K_min = .05: θ = .05·2/1.05; uncapped it would be 50·2/51
    assert one.theta_k[0] / 2**32 == pytest.approx(0.1 / 1.05, abs=1e-9)
    assert one.is_weight_capped[0]


def test_a8_when_a_review_is_ineligible_nothing_changes_bit_for_bit(community):
    c = community(3)
    rows = np.arange(len(c.reviews))
    kept = np.flatnonzero(rows % 9 != 4)
    eligibility = np.where(rows % 9 != 4, 1.0, 0.0)
    epoch, with_them = scored(replace(c.reviews, eligibility=eligibility), c.trust)
    again, without = scored(c.reviews.take(kept), c.trust)
    assert epoch.hash == again.hash
    assert same(with_them, without)
    assert np.array_equal(with_them.share[kept], without.share)
    assert not with_them.share[rows % 9 == 4].any()


def test_a9_when_a_reviewer_rated_twice_the_latest_counts_once(reviews):
    reviewer, item = np.array([0, 1, 0, 1, 0]), np.array([0, 0, 0, 0, 1])
    rating = np.array([0.1, 0.2, 0.9, 0.8, 0.5])
    assert latest(reviewer, item).tolist() == [2, 3, 4]
    assert latest(reviewer, item, np.array([5.0, 1.0, 4.0, 1.0, 0.0])).tolist() == [0, 3, 4]
    with pytest.raises(ValueError, match="item: a reviewer has two reviews"):
        reviews(reviewer, item, rating)


def test_a10_when_an_item_has_no_reviews_no_other_score_changes(community):
    c = community(5)
    more = replace(c.reviews, item_form=np.zeros(c.reviews.n_items + 3, dtype=np.int64))
    epoch, before = scored(c.reviews, c.trust)
    again, after = scored(more, c.trust)
    assert epoch.hash == again.hash
    assert same(before, after, items_b=slice(0, c.reviews.n_items))
    assert np.isnan(after.value[-3:]).all()


@pytest.mark.parametrize(("each", "most"), [(20, 0.02), (40, 0.01)])
def test_a11_when_a_reviewer_stretches_and_shifts_all_its_ratings_items_hardly_move(community, parameters, each, most):
    c = community(7, each=each)
    rating = c.reviews.ratings.copy()
    mine = c.reviews.reviewer == 0
    rating[mine] = 0.3 + 0.5 * rating[mine]
    _, before = scored(c.reviews, c.trust, parameters)
    _, after = scored(replace(c.reviews, ratings=rating), c.trust, parameters)
    moved = np.abs(after.theta_k - before.theta_k)[c.reviews.item[mine]] / 2**32
    assert moved.mean() < most


@pytest.mark.parametrize(("n_items", "share"), [(150, 0.2), (600, 0.02)])
def test_a12_when_a_reviewer_is_constant_or_shuffles_its_weight_vanishes(community, parameters, n_items, share):
    """Each of 60 reviewers has n_items/3 reviews: 50 and 200."""
    habits = {0: lambda truth, _: np.full(len(truth), 0.7), 1: lambda truth, random: random.permutation(truth)}
    weights = []
    for seed in range(5):
        c = community(seed, n_items=n_items, habits=habits)
        epoch, got = scored(c.reviews, c.trust, parameters)
        mean = np.bincount(c.reviews.reviewer, got.precision) / np.bincount(c.reviews.reviewer)
        weights.append(mean[:2] / np.median(mean))
    assert (np.mean(weights, axis=0) < share).all()
    assert epoch.n_sweeps > 0


def test_a15_replay_when_the_inputs_are_the_same_so_is_the_hash(community):
    c = community(9)
    first, again = fit(c.reviews, FORMS, c.trust), fit(c.reviews, FORMS, c.trust)
    assert first.hash == again.hash
    one_ulp = c.reviews.ratings.copy()
    one_ulp[0, 0] = 1.0 - one_ulp[0, 0]
    assert fit(replace(c.reviews, ratings=one_ulp), FORMS, c.trust).hash != first.hash
    changed = replace(DEFAULT, k_max=np.nextafter(DEFAULT.k_max, 11))
    assert fit(c.reviews, FORMS, c.trust, changed).hash != first.hash


def test_scores_when_compared_field_by_field_cover_what_is_published(community):
    c = community(1)
    _, got = scored(c.reviews, c.trust)
    assert {len(getattr(got, f.name)) for f in fields(got)} == {c.reviews.n_items, len(c.reviews)}
