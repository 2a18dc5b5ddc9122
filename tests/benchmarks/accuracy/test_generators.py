"""The generators make what they say: sizes, shares, tails, the same from the same seed."""

import numpy as np
import pytest

from tests.benchmarks.accuracy import liao, push, rings, sparse
from tests.benchmarks.accuracy.attachment import grow
from tests.benchmarks.accuracy.attack import N_COPIED, N_TARGETS, attack
from tests.benchmarks.accuracy.real import Ratings
from tests.benchmarks.accuracy.sample import spammers
from tests.benchmarks.accuracy.tables.rings import without_pushes

SMALL = {"n_reviewers": 300, "n_items": 200, "sparsity": 0.1}


def columns(sample):
    return sample.reviewer, sample.item, sample.rating


def test_links_when_grown_are_as_many_as_asked_and_no_pair_twice():
    reviewer, item = grow(np.random.default_rng(1), 300, 200, 6000)
    assert len(np.unique(reviewer * 200 + item)) == len(item) == 6000
    assert (reviewer.min(), item.min()) >= (0, 0)
    assert (reviewer.max(), item.max()) <= (299, 199)


def test_degrees_when_grown_by_attachment_have_a_heavy_tail():
    """Degree + 1 from one ball in the urn is about geometric: the deviation is about the mean, by chance its root."""
    _, item = grow(np.random.default_rng(1), 6000, 4000, 100_000)
    degree = np.bincount(item, minlength=4000)
    assert degree.mean() == 25.0
    assert 0.7 < degree.std() / degree.mean() < 1.1


@pytest.mark.parametrize("column", liao.COLUMNS)
def test_dense_sample_when_made_has_its_share_of_spammers_who_rate_as_they_do(column):
    kind, share = liao.COLUMNS[column]
    sample = liao.liao(3, column, **SMALL)
    spam = sample.is_spammer[sample.reviewer]
    truth, rating = sample.truth[sample.item][spam], sample.rating[spam]
    assert (len(sample.item), sample.n_reviewers, sample.n_items) == (6000, 300, 200)
    assert sample.is_spammer.sum() == round(share * 300)
    assert sample.rating.min() >= 0.0
    assert sample.rating.max() <= 1.0
    if kind == "push":
        assert (rating == 1.0).all()
    elif kind == "inverted":
        assert (rating == (truth < 0.5)).all()
    elif kind == "malicious":
        who = sample.reviewer[spam]
        sums = np.bincount(who, rating)[np.unique(who)]
        assert set(sums / np.bincount(who)[np.unique(who)]) == {0.0, 1.0}
    else:
        assert abs(rating.mean() - 0.5) < 0.05
        assert abs(np.corrcoef(rating, truth)[0, 1]) < 0.1


def test_dense_columns_when_of_one_seed_share_what_honest_people_say():
    clean, pushed = liao.liao(3, "clean", **SMALL), liao.liao(3, "push .5", **SMALL)
    honest = ~pushed.is_spammer[pushed.reviewer]
    assert (clean.item == pushed.item).all()
    assert (clean.rating[honest] == pushed.rating[honest]).all()
    assert (clean.rating[~honest] != pushed.rating[~honest]).any()


@pytest.mark.parametrize("column", sparse.COLUMNS)
def test_sparse_sample_when_made_has_five_reviews_an_item_on_average(column):
    sample = sparse.sparse(3, column)
    assert (len(sample.item), sample.n_reviewers, sample.n_items) == (10_000, 1500, 2000)
    assert sample.is_spammer.sum() == (0 if column == "clean" else 450)


def test_moderate_push_when_made_has_its_shares():
    case = push.pushed(3, worst=0.25)
    pushed = np.flatnonzero(case.rating != case.honest)
    attackers = np.unique(case.reviewer[pushed])
    assert len(case.targets) == 10
    assert np.isin(case.item[pushed], case.targets).all()
    assert (case.quality[case.targets] <= np.quantile(case.quality, 0.26)).all()
    assert 100 < len(attackers) <= 300
    share = len(pushed) / np.isin(case.reviewer, attackers).sum()
    assert 0.015 < share < 0.06
    assert len(case.clean().item) == (~np.isnan(case.honest)).sum()


@pytest.mark.parametrize("name", rings.RINGS)
def test_ring_when_its_pushes_are_taken_out_leaves_everybody_else_as_they_were(name):
    case = rings.RINGS[name](3)
    clean = without_pushes(case)
    theirs = case.members[case.reviewer] & np.isin(case.item, case.targets)
    assert theirs.sum() >= 3 * len(case.targets)
    assert len(clean.item) == len(case.item) - theirs.sum()
    assert not (clean.members[clean.reviewer] & np.isin(clean.item, clean.targets)).any()


@pytest.mark.parametrize(
    "make",
    [
        lambda seed: columns(liao.liao(seed, "random .2", **SMALL)),
        lambda seed: columns(sparse.sparse(seed, "random .3")),
        lambda seed: columns(push.pushed(seed)),
        lambda seed: columns(rings.camouflaged(seed)),
        lambda seed: columns(attack(films(), seed, is_camouflaged=True).ratings),
    ],
)
def test_sample_when_of_the_same_seed_is_the_same_and_of_another_is_not(make):
    one, again, other = make(3), make(3), make(4)
    assert all((a == b).all() for a, b in zip(one, again, strict=True))
    assert len(one[2]) != len(other[2]) or (one[2] != other[2]).any()


def films():
    """100 people rate all of 120 items, which are the better the higher their code."""
    reviewer, item = np.divmod(np.arange(12_000), 120)
    return Ratings(reviewer, item, np.rint(item / 119 * 7) / 7, 100, 120)


@pytest.mark.parametrize("is_camouflaged", [False, True])
def test_attack_when_let_loose_gives_weak_items_the_maximum(is_camouflaged):
    attacked = attack(films(), 3, is_camouflaged=is_camouflaged)
    spam = attacked.is_spammer[attacked.ratings.reviewer]
    on_target = np.isin(attacked.ratings.item, attacked.targets)
    assert attacked.is_spammer.sum() == 5
    assert (attacked.targets < 30).all()
    assert spam.sum() == 5 * (N_TARGETS + (N_COPIED if is_camouflaged else 0))
    assert (attacked.ratings.rating[spam & on_target] == 1.0).all()
    copied = spam & ~on_target
    assert attacked.ratings.rating[copied] == pytest.approx(films().rating[attacked.ratings.item[copied]])


def test_spammers_when_a_share_is_asked_are_that_many():
    assert spammers(np.random.default_rng(1), 40, 0.3).sum() == 12
