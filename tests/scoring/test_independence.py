"""Citations that count: against sets, and rings and their bound."""

import numpy as np
import pytest

from scoring.independence import Bylines, independent

YEAR = 2020


def library(*works, citations):
    """Works as (year, authors); citations as pairs. Which of them count."""
    pairs = [(at, person) for at, (_, authors) in enumerate(works) for person in authors]
    work, person = np.array(pairs).T
    bylines = Bylines.of(work, person, len(works), int(person.max()) + 1)
    citing, cited = np.array(citations).T
    return independent(bylines, np.array([year for year, _ in works]), citing, cited).tolist()


def slow(works, citations):
    """Without rings, by sets."""
    counts = []
    for citing, cited in citations:
        year, ours = works[citing]
        theirs = works[cited][1]
        before = [set(authors) for at, authors in works if at <= year and 1 < len(authors) <= 50]
        kin = any(one in together and other in together for together in before for one in ours for other in theirs)
        counts.append(not (set(ours) & set(theirs)) and not kin)
    return counts


@pytest.mark.parametrize("seed", range(3))
def test_citations_that_count_are_those_that_sets_say(seed):
    random = np.random.default_rng(seed)
    n = 60
    works = [
        (int(random.integers(2000, 2010)), random.choice(80, random.integers(1, 5), replace=False).tolist())
        for _ in range(n)
    ]
    works.append((2001, list(range(20, 80))))  # a byline that makes nobody co-authors
    pairs = {(int(a), int(b)) for a, b in random.integers(0, n + 1, (400, 2)) if a != b}
    got = library(*works, citations=sorted(pairs))
    assert got == slow(works, sorted(pairs))
    assert 0 < sum(got) < len(got)


def test_a_shared_work_of_later_takes_no_citation_back():
    works = [(YEAR, [0]), (YEAR, [1]), (YEAR + 1, [0, 1]), (YEAR + 1, [1]), (YEAR, [2])]
    assert library(*works, citations=[(1, 0), (3, 0), (4, 0), (2, 0)]) == [True, False, True, False]


def village(random, n_people=120, n_works=600, n_citations=3000):
    """Single authors who cite each other at random."""
    works = [(YEAR, [at % n_people]) for at in range(n_works)]
    pairs = {(int(a), int(b)) for a, b in random.integers(0, n_works, (n_citations, 2)) if a % n_people != b % n_people}
    return works, sorted(pairs)


@pytest.mark.parametrize("cycle", [False, True])
def test_what_a_ring_cites_within_itself_counts_nothing_and_all_else_does(cycle):
    works, honest = village(np.random.default_rng(3))
    ring = [10, 20, 30, 40]
    others = {one: [ring[(at + 1) % 4]] if cycle else {*ring} - {one} for at, one in enumerate(ring)}
    within = {(one + 120 * i, to + 120 * j) for one in ring for to in others[one] for i in range(5) for j in range(5)}
    citations = sorted(set(honest) | within)
    got = dict(zip(citations, library(*works, citations=citations), strict=True))
    assert not any(got[pair] for pair in within)
    assert all(got[pair] for pair in set(honest) - within if pair[0] % 120 not in ring or pair[1] % 120 not in ring)


@pytest.mark.parametrize("seed", range(3))
def test_nobody_honest_is_in_a_ring(seed):
    random = np.random.default_rng(seed)
    assert all(library(*village(random)[0], citations=village(random)[1]))
    few = [(YEAR, [at % 5]) for at in range(40)]
    among_few = [(a, b) for a in range(40) for b in range(40) if a % 5 != b % 5 and random.random() < 0.4]
    assert all(library(*few, citations=among_few)), "a field of five people has nobody else to cite"
