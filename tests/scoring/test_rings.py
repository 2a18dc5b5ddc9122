"""Rings are found and honest groups are left alone, on seeds that chose no constant (those were 1..20)."""

import math
from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np
import pytest

from scoring import coreview
from scoring.coreview import Chance, Edges, find_edges
from scoring.departure import Cells, Readings, departures, joining
from scoring.epoch import fit
from scoring.groups import _dense
from scoring.parameters import DEFAULT
from scoring.reviews import Forms, Reviews
from scoring.rings import Clusters, find_clusters
from scoring.standards import standardise
from scoring.weight import weigh
from tests.benchmarks.accuracy.rings import HONEST, RINGS, Case

SEEDS = (31, 32, 33)
FORMS = Forms.single()


def read(case: Case, trust: float = 0.8) -> tuple[np.ndarray, np.ndarray]:
    """x and P as a fit without clusters has them."""
    n = len(case.rating)
    signed, kind = np.ones(n, np.bool_), np.zeros(case.n_items, np.int64)
    columns = (case.rating[:, None], np.zeros(n, np.int8), np.ones(n), signed, case.n_reviewers, kind)
    reviews = Reviews(case.reviewer, case.item, *columns)
    nobody = replace(DEFAULT, ring_departure=math.inf)
    epoch = fit(reviews, FORMS, np.full(case.n_reviewers, trust), nobody)
    z = standardise(reviews, FORMS, epoch.population.standards, DEFAULT)
    weights = weigh(reviews, z, epoch.table, epoch.n_trusted, epoch.population)
    return weights.reading, weights.precision


def clusters(case: Case, x: np.ndarray, p: np.ndarray, **changes: float) -> Clusters:
    sizes = {"n_reviewers": case.n_reviewers, "n_items": case.n_items}
    return find_clusters(case.reviewer, case.item, x, p, **sizes, parameters=replace(DEFAULT, **changes))


def budgeted(found: Clusters) -> np.ndarray:
    return (found.code >= 0) & np.append(found.is_budgeted, False)[found.code]


@cache
def case_of(kind: str, seed: int) -> tuple[Case, np.ndarray, np.ndarray]:
    case = {**RINGS, **HONEST}[kind](seed)
    return case, *read(case)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", RINGS)
def test_find_clusters_when_there_is_a_ring_budgets_its_members(kind: str, seed: int) -> None:
    case, x, p = case_of(kind, seed)
    found = budgeted(clusters(case, x, p))
    assert found[case.members].mean() >= 0.9
    assert case.members[found].mean() >= 0.9


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", HONEST)
def test_find_clusters_when_a_group_is_honest_budgets_nobody(kind: str, seed: int) -> None:
    found = clusters(*case_of(kind, seed))
    assert not found.is_budgeted.any()


@pytest.mark.parametrize("kind", ["small_field", "reading_list", "friends"])
def test_find_clusters_when_an_honest_group_reviews_the_same_shows_it_as_a_candidate(kind: str) -> None:
    case, x, p = case_of(kind, 31)
    found = clusters(case, x, p)
    assert len(np.unique(found.code[case.group])) == 1
    assert found.code[case.group[0]] >= 0


def test_find_clusters_when_the_small_field_is_generous_to_its_papers_alone_budgets_it() -> None:
    case = HONEST["small_field"](31)
    raised = (case.reviewer < len(case.group)) & (case.item >= 800)
    case = replace(case, rating=np.minimum(case.rating + 0.4 * raised, 1.0))
    assert budgeted(clusters(case, *read(case)))[case.group].all()


def test_find_clusters_when_everybody_is_relabelled_finds_the_same() -> None:
    case, x, p = case_of("mostly_honest", 32)
    random = np.random.default_rng(0)
    who, what = random.permutation(case.n_reviewers), random.permutation(case.n_items)
    order = random.permutation(len(x))
    other = replace(case, reviewer=who[case.reviewer][order], item=what[case.item][order])
    one, two = clusters(case, x, p), clusters(other, x[order], p[order])
    for name in ("size", "n_items", "excess", "departure", "is_budgeted"):
        assert (getattr(one, name) == getattr(two, name)).all(), name
    assert (two.code[who] == one.code).all()


@pytest.mark.parametrize("n", [0, 1, 2])
def test_find_clusters_when_hardly_anybody_is_there_finds_none(n: int) -> None:
    codes, ones = np.arange(n), np.ones(n)
    found = find_clusters(codes, 0 * codes, ones, ones, n_reviewers=n, n_items=1)
    assert (found.code == -1).all()
    assert len(found.size) == len(found.departure) == 0


def test_chance_when_all_degrees_are_alike_is_the_share_reviewed() -> None:
    """Four people with 3 of 6 items each: everybody reviews everything with probability ½."""
    chance = Chance.of(np.full(4, 3), np.full(6, 2))
    assert chance.probability == pytest.approx(np.array([[0.5]]))
    assert chance.expected() == pytest.approx(np.array([[6 * 0.25]]))
    assert chance.variance() == pytest.approx(np.array([[6 * 0.25 * 0.75]]))


def test_chance_when_degrees_differ_keeps_every_margin() -> None:
    random = np.random.default_rng(1)
    graph = random.random((200, 300)) < np.outer(random.random(200), random.random(300))
    degree = graph.sum(axis=1)
    chance = Chance.of(degree, graph.sum(axis=0))
    expected = (chance.probability @ chance.n_items)[chance.reviewer_class]
    classes = np.unique(chance.reviewer_class)
    means = np.array([degree[chance.reviewer_class == c].mean() for c in classes])
    assert expected == pytest.approx(means[chance.reviewer_class], rel=1e-4)
    assert len(chance.n_items) <= 33


@pytest.mark.parametrize(("shared", "edges"), [(3, 0), (4, 1)])
def test_find_edges_when_two_people_share_too_much_ties_them(shared: int, edges: int) -> None:
    """20 people with 6 of 120 items each, nothing shared but by the first two: on every item p = 1/20, λ = .3.

    Poisson(.3) reaches 3 with probability .0036 and 4 with .00027; .01 edges an account may be chance, .0005 a pair.
    """
    item = np.arange(120)
    item[6 : 6 + shared] = np.arange(shared)
    chance = Chance.of(np.full(20, 6), np.full(120, 1))
    found = find_edges(np.repeat(np.arange(20), 6), item, chance, DEFAULT)
    assert found.first.tolist() == [0] * edges
    expected = 120 / 400
    assert found.excess == pytest.approx([(shared - expected) / math.sqrt(expected * (1 - 1 / 400) + 0.5)] * edges)


def tied(pairs: list[tuple[int, int, float]]) -> Edges:
    first, second, excess = (np.array(column) for column in zip(*pairs, strict=True))
    return Edges(first, second, excess)


def test_groups_when_a_clique_hangs_on_many_by_weaker_edges_are_the_clique() -> None:
    clique = [(a, b, 9.0) for a, b in combinations(range(4), 2)]
    tail = [(a, a + 1, 4.5) for a in range(3, 20)]
    assert _dense(tied(clique + tail), 21, DEFAULT).tolist() == [0] * 4 + [-1] * 17


def test_groups_when_somebody_is_tied_to_one_of_six_are_without_them() -> None:
    clique = [(a, b, 9.0) for a, b in combinations(range(6), 2)]
    assert _dense(tied([*clique, (0, 6, 9.0)]), 7, DEFAULT).tolist() == [0] * 6 + [-1]


@pytest.mark.parametrize(("push", "which"), [(3.0, "any side"), (1.0, "one side")])
def test_departures_when_two_push_three_items_are_as_by_hand(push: float, which: str) -> None:
    """Two of P = 2 read 3 or 1 where two outsiders of P = 1 read 0: on each of 3 items m_out 0, S_out 2, S_g 4."""
    reviewer, item = np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4)
    x, p = np.where(reviewer < 2, push, 0.0), np.where(reviewer < 2, 2.0, 1.0)
    cells = Cells.of(Readings.of(reviewer, item, x, p, 3), np.array([0, 0, -1, -1]), DEFAULT)
    square = push * push / (1 / 3 + 1 / 4 + 0.02)  # ω is 2/3 on each: c = 2/3, ν = 3, T/c = 3·square
    sides = {
        "any side": math.sqrt(2 * 3 * square) - math.sqrt(5),
        "one side": 3 * 2 / 3 * math.sqrt(square) / math.sqrt(3 * 4 / 9 + 0.02 * 4),
    }
    assert departures(cells, 1, DEFAULT) == pytest.approx([sides[which]])
    assert max(sides, key=lambda side: sides[side]) == which


def test_departures_when_members_also_meet_by_chance_are_of_the_items_that_most_share() -> None:
    """Four push 5 items; two of them agree with everybody on 200 more, which would hide the push."""
    pushed, other = np.arange(5), np.arange(5, 205)
    outsiders = [(who, p, 0.0) for who in (4, 5, 6) for p in range(205)]
    ring = [(who, p, 2.0) for who in range(4) for p in pushed] + [(who, p, 0.0) for who in (0, 1) for p in other]
    reviewer, item, x = (np.array(column) for column in zip(*outsiders, *ring, strict=True))
    data = Readings.of(reviewer, item, x, np.full(len(x), 2.0), 205)
    cells = Cells.of(data, np.array([0, 0, 0, 0, -1, -1, -1]), DEFAULT)
    t = 2.0 / math.sqrt(1 / 7 + 1 / 8 + 0.02)
    any_side = math.sqrt(2 * 5 * t * t) - math.sqrt(9)
    assert departures(cells, 1, DEFAULT) == pytest.approx([any_side])


@pytest.mark.parametrize(("least", "group"), [(2.9, 0), (3.0, -1)])
def test_joining_when_another_departs_as_the_group_does_takes_it_in(least: float, group: int) -> None:
    """To two who push comes one of P = 1 who reads 2, while the outsiders read 0: u = 2/√(1/3 + 1 + .02) thrice."""
    reviewer, item = np.repeat(np.arange(5), 3), np.tile(np.arange(3), 5)
    x, p = np.array([3.0, 3.0, 0.0, 0.0, 2.0])[reviewer], np.array([2.0, 2.0, 1.0, 1.0, 1.0])[reviewer]
    data, code = Readings.of(reviewer, item, x, p, 3), np.array([0, 0, -1, -1, -1])
    parameters = replace(DEFAULT, ring_joining=least)
    assert math.sqrt(3) * 2 / math.sqrt(1 / 3 + 1.02) == pytest.approx(2.978, abs=1e-3)
    assert joining(data, code, Cells.of(data, code, parameters), parameters).tolist() == [-1, -1, -1, -1, group]


def test_departures_when_no_outsider_read_the_items_say_nothing() -> None:
    reviewer, item = np.repeat(np.arange(3), 5), np.tile(np.arange(5), 3)
    data = Readings.of(reviewer, item, np.full(15, 3.0), np.full(15, 5.0), 5)
    assert departures(Cells.of(data, np.zeros(3, np.int64), DEFAULT), 1, DEFAULT) == pytest.approx([0.0])


def test_find_edges_when_reviews_grow_multiplies_as_many_pairs_and_no_more_at_once(monkeypatch) -> None:
    """Pairs multiplied at 2n reviews over those at n, with the same number a person; blocks stay below the bound."""
    monkeypatch.setattr(coreview, "PAIRS_AT_ONCE", 5_000)
    done = []
    for n in (500, 1000, 2000):
        random = np.random.default_rng(2)
        item = np.concatenate([random.choice(n, 20, replace=False) for _ in range(n)])
        degree = np.bincount(item, minlength=n)
        reviewer = np.repeat(np.arange(n), 20)
        work = np.bincount(reviewer, degree[item]).astype(np.int64)
        spans = list(coreview._spans(work))
        assert [a for a, _ in spans[1:]] == [b for _, b in spans[:-1]]
        assert max(work[a:b].sum() for a, b in spans) <= 5_000
        done.append(sum(int(work[a:b].sum()) for a, b in spans))
    assert done[2] / done[1] == pytest.approx(2, rel=0.05)
    assert done[1] / done[0] == pytest.approx(2, rel=0.05)


def test_find_clusters_when_blocks_are_small_finds_the_same(monkeypatch) -> None:
    case, x, p = case_of("overlapping", 32)
    whole = clusters(case, x, p)
    monkeypatch.setattr(coreview, "PAIRS_AT_ONCE", 1_000)
    parts = clusters(case, x, p)
    assert (whole.code == parts.code).all()
    assert (whole.excess == parts.excess).all()
