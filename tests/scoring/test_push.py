"""Who pushes: φ against a slow implementation in plain Python, and on communities with and without a push."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy.stats import rankdata, spearmanr

from scoring.bins import Bins, Habits
from scoring.epoch import fit
from scoring.item import score
from scoring.parameters import DEFAULT, Parameters
from scoring.push import push_factors
from scoring.reviews import Forms, Reviews
from scoring.suspects import Suspects
from tests.benchmarks.accuracy import push as communities
from tests.benchmarks.accuracy.push import SMALL, STARS, Community
from tests.scoring.slow_push import SlowPush

OPEN = replace(DEFAULT, push_slack=1e6)  # the screen lets every item through that meets the conditions
UNWATCHED = replace(DEFAULT, push_last=0)  # the fit looks for no push
COMMUNITY = replace(STARS, n_reviewers=600, n_items=400)


@dataclass(frozen=True)
class Given:
    """The columns of `push_factors`."""

    reviewer: np.ndarray
    item: np.ndarray
    rating: np.ndarray
    habits: Habits
    step: float = 0.25

    def factors(self, parameters: Parameters = OPEN) -> np.ndarray:
        n_reviewers, n_items = int(self.reviewer.max(initial=-1)) + 1, int(self.item.max(initial=-1)) + 1
        sizes = {"n_reviewers": n_reviewers, "n_items": n_items, "step": self.step}
        return push_factors(self.reviewer, self.item, self.rating, self.habits, **sizes, parameters=parameters)

    def take(self, rows: np.ndarray) -> "Given":
        return Given(self.reviewer[rows], self.item[rows], self.rating[rows], self.habits.take(rows), self.step)


def usual_habits(n: int) -> Habits:
    return Habits(np.zeros(n), np.full(n, 0.8), np.full(n, 0.35), np.full(n, 0.5), np.full(n, 0.25))


def one_item(low: int, high: int, *, at: float = 0.25, background: int = 40) -> Given:
    """Item 0: `low` ratings `at` and `high` of 1, by as many authors, who each have one review more."""
    n = low + high
    random = np.random.default_rng(3)
    rating = np.concatenate([np.full(low, at), np.ones(high), random.choice([0.25, 0.5, 0.75], n + background)])
    reviewer = np.concatenate([np.arange(n), np.arange(n + background)])
    item = np.concatenate([np.zeros(n, int), 1 + np.arange(n + background)])
    return Given(reviewer, item, rating, usual_habits(len(item)))


def random_case(seed: int, step: float) -> Given:
    """Five items of 12 to 20 reviews by 40 authors who share them; pushes up, pushes down, and none."""
    random = np.random.default_rng(seed)
    length = random.integers(12, 21, 5)
    item = np.repeat(np.arange(5), length)
    reviewer = np.concatenate([random.choice(40, k, replace=False) for k in length])
    rating = random.normal(0.45, 0.15, len(item))
    pushed = random.random(len(item)) < np.array([0.4, 0.4, 0.3, 0.3, 0.0])[item]
    rating = np.where(pushed & (reviewer < 25), np.array([1.0, 1.0, 0.0, 1.0, 0.5])[item], np.clip(rating, 0, 1))
    rating = np.rint(rating / step) * step if step else rating
    habits = Habits(
        random.normal(0, 0.3, 40)[reviewer],
        random.uniform(0.4, 1.2, 40)[reviewer],
        random.uniform(0.2, 0.6, 40)[reviewer],
        np.full(len(item), 0.48),
        np.full(len(item), 0.24),
    )
    return Given(reviewer, item, rating, habits, step)


@pytest.mark.parametrize(("seed", "step"), [(0, 0.25), (1, 0.25), (2, 0.0), (3, 0.125), (4, 0.5)])
def test_factors_when_computed_one_review_at_a_time_are_the_same(seed, step):
    given = random_case(seed, step)
    eager = replace(OPEN, push_probable=0.02, push_share_max=0.4)  # so that much is seen in few reviews
    slow = SlowPush(given.reviewer, given.item, given.rating, given.habits, given.step, eager)
    assert given.factors(eager) == pytest.approx(slow.factors(), abs=1e-9)


def test_slow_implementation_when_compared_has_something_to_compare():
    eager = replace(OPEN, push_probable=0.02, push_share_max=0.4)
    factors = np.concatenate([random_case(seed, 0.25).factors(eager) for seed in range(3)])
    assert (factors < 0.5).sum() > 5
    assert len(np.unique(factors)) > 10


def test_factors_when_rows_are_shuffled_are_the_same_bits():
    given = _given(communities.pushed(3, COMMUNITY))
    order = np.random.default_rng(0).permutation(len(given.item))
    assert (given.take(order).factors(DEFAULT) == given.factors(DEFAULT)[order]).all()


def test_factors_when_reviewers_and_items_are_relabelled_are_the_same_bits():
    given, random = _given(communities.pushed(3, COMMUNITY)), np.random.default_rng(1)
    who, what = random.permutation(COMMUNITY.n_reviewers), random.permutation(COMMUNITY.n_items)
    other = replace(given, reviewer=who[given.reviewer], item=what[given.item])
    factors = given.factors(DEFAULT)
    assert (other.factors(DEFAULT) == factors).all()
    assert (factors < 1.0).any()


def test_factors_when_there_are_no_reviews_are_none():
    none = one_item(2, 2).take(np.zeros(0, int))
    assert none.factors().shape == (0,)


def test_push_when_the_maximum_is_a_third_of_an_item_is_seen():
    given = one_item(20, 10)
    factors = given.factors()
    assert factors[20:30].max() < 0.5
    assert (np.delete(factors, np.arange(20, 30)) == 1.0).all()


def test_push_when_downwards_is_seen_as_upwards_is():
    up, habits = one_item(20, 10), usual_habits(100)
    down = replace(up, rating=1.0 - up.rating, habits=habits)
    assert down.factors() == pytest.approx(up.factors(), abs=1e-6)


def test_push_when_certain_leaves_the_floor():
    factors = one_item(20, 10).factors(replace(OPEN, push_floor=0.4))
    assert factors.min() == 0.4


@pytest.mark.parametrize(
    ("name", "met", "missed"),
    [
        ("push_min_reviews", 30, 31),
        ("push_min_ends", 10, 11),
        ("push_min_others", 20, 21),
        ("push_distance", 0.75, 0.76),
        ("push_probable", 0.3, 1.0),
    ],
)
def test_push_when_one_condition_is_missed_is_not_seen(name, met, missed):
    given = one_item(20, 10)  # of 30 ratings 10 at the end, the other 20 of them .75 away
    slow = replace(OPEN, push_certain=1.5)
    assert given.factors(replace(slow, **{name: met})).min() < 1.0
    assert given.factors(replace(slow, **{name: missed})).min() == 1.0


def test_habits_when_the_author_often_gives_the_maximum_make_it_no_push():
    given = one_item(20, 10)
    rows = np.arange(20, 30)
    more = np.repeat(given.reviewer[rows], 20)  # 20 maxima more by each of the ten, each on an item of its own
    item = given.item.max() + 1 + np.arange(len(more))
    n = len(given.item) + len(more)
    columns = (
        np.append(given.reviewer, more),
        np.append(given.item, item),
        np.append(given.rating, np.ones(len(more))),
    )
    assert Given(*columns, usual_habits(n)).factors()[rows].mean() > given.factors()[rows].mean() + 0.1


def _given(community: Community) -> Given:
    reviews = _reviews(community)
    epoch = fit(reviews, Forms.single(), community.trust, UNWATCHED)
    table, standards, who = epoch.table, epoch.population.standards, len(community.item)
    mean, sd = np.full(who, standards.mean[0, 0]), np.full(who, standards.sd[0, 0])
    habits = Habits(table.bias, table.slope, table.variance, mean, sd)
    return Given(community.reviewer, community.item, community.rating, habits, community.step)


def _reviews(community: Community) -> Reviews:
    n = len(community.item)
    return Reviews(
        community.reviewer,
        community.item,
        community.rating[:, None],
        np.zeros(n, np.int8),
        np.ones(n),
        np.ones(n, dtype=bool),
        community.n_reviewers,
        np.zeros(community.n_items, dtype=np.int64),
    )


def _theta(community: Community, parameters: Parameters) -> np.ndarray:
    """θ of an epoch's items."""
    reviews = _reviews(community)
    epoch = fit(reviews, Forms.single(), community.trust, parameters)
    return score(reviews, epoch.population, epoch.table, epoch.n_trusted).theta_k / 2.0**32


def _inflation(community: Community, parameters: Parameters) -> float:
    ranks = [rankdata(_theta(c, parameters)) / c.n_items for c in (community, community.clean())]
    return float((ranks[0] - ranks[1])[community.targets].mean())


@pytest.mark.parametrize("step", [0.0, 0.25])
def test_push_when_coordinated_and_everybody_verified_hardly_inflates(step):
    found = [communities.pushed(seed, replace(SMALL, step=step)) for seed in (1, 3)]
    alone = {"ring_departure": math.inf}  # the push defence by itself: clusters see a part of it, too
    assert np.mean([_inflation(c, replace(UNWATCHED, **alone)) for c in found]) > 0.15
    assert np.mean([_inflation(c, replace(DEFAULT, **alone)) for c in found]) < 0.1
    rest = np.setdiff1d(np.arange(SMALL.n_items), found[0].targets)
    assert spearmanr(_theta(found[0], DEFAULT)[rest], found[0].quality[rest])[0] > 0.96


@pytest.mark.parametrize("kind", [communities.loved, communities.newcomers, communities.honest])
def test_items_when_honest_keep_their_score(kind):
    community = kind(2)
    assert np.abs(_theta(community, DEFAULT) - _theta(community, UNWATCHED)).max() < 0.1


@pytest.mark.parametrize("fans", [0.35, 0.5])
def test_items_when_split_keep_their_score_for_two_groups_explain_them(fans):
    blind = replace(DEFAULT, split_push_ratio=1e-9)
    community = communities.split(1, fans=fans)
    plain = _theta(community, UNWATCHED)
    moved, moved_blind = (np.abs(_theta(community, p) - plain)[community.targets].mean() for p in (DEFAULT, blind))
    assert moved < 0.05
    assert moved_blind > 2 * moved


def test_enthusiasts_when_they_meet_by_chance_keep_their_weight():
    community = communities.enthusiasts(1)
    rows = np.isin(community.item, community.targets) & (community.rating == 1.0)
    given = _given(community)
    assert given.factors(DEFAULT)[rows].mean() > 0.9
    deaf = replace(DEFAULT, push_known_max=1e-9)  # nothing is known of an author from other items
    assert given.factors(deaf)[rows].mean() < 0.75


def test_enthusiasts_when_they_are_the_same_people_look_like_a_push():
    """The known limit: within ratings alone nothing tells them apart."""
    community = communities.enthusiasts(1, same=True)
    rows = np.isin(community.item, community.targets) & (community.rating == 1.0)
    assert _given(community).factors(DEFAULT)[rows].mean() < 0.75


def test_accomplices_when_each_other_confirm_the_push():
    """An author of two pushes is held for a pusher sooner than one of a push and of an honest review beside it."""
    community = communities.pushed(1)
    given, on = _given(community), np.isin(community.item, community.targets)
    pushes = np.isnan(community.honest)
    number = np.bincount(community.reviewer[pushes], minlength=community.n_reviewers)[community.reviewer]
    factors = given.factors(DEFAULT)
    assert factors[pushes & (number > 1)].mean() < factors[pushes & (number == 1)].mean() - 0.02
    assert factors[on & ~pushes].mean() > 0.85


def test_screen_when_nobody_pushes_leaves_few_items_to_look_at():
    given = _given(communities.honest(1, STARS))
    bins = Bins.of(given.rating, given.step, DEFAULT)
    usual = bins.usual(np.arange(len(bins.code)), given.reviewer, STARS.n_reviewers, DEFAULT)
    columns = (given.item, given.rating, bins, given.habits, usual, STARS.n_items)
    assert len(Suspects.of(*columns, DEFAULT).length) < 0.1 * len(Suspects.of(*columns, OPEN).length)


@pytest.mark.parametrize("kind", [communities.pushed, communities.honest, communities.enthusiasts])
def test_screen_when_left_out_changes_next_to_nothing(kind):
    given = _given(kind(4, COMMUNITY))
    change = np.abs(given.factors(DEFAULT) - given.factors(OPEN))
    assert change.max() < 0.15
    assert change.mean() < 5e-4
