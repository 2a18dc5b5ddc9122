"""Who knows a topic: cosine and walk against hand calculation and NetworkX."""

from math import log, sqrt

import networkx as nx
import numpy as np
import pytest
from scipy.sparse import csr_array

from scoring.expertise import RETURN, SHARPNESS, STEPS, Links, expertise, similarities

NONE = np.zeros(0, dtype=np.int64)


def links(pairs: list[tuple[int, int]], citations: list[tuple[int, int]] = [], *, people: int, works: int) -> Links:  # noqa: B006
    person, work = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    citing, cited = np.array(citations, dtype=np.int64).reshape(-1, 2).T
    return Links(person, work, citing, cited, n_people=people, n_works=works)


def test_a_work_is_as_near_as_the_cosine_of_its_rare_words() -> None:
    counts = csr_array(np.array([[2.0, 0, 1, 0], [0, 3, 1, 0], [0, 0, 1, 0]]))
    rare, common = 1 + log(4 / 2), 1 + log(4 / 4)
    twice = (1 + log(2)) * rare
    asked = np.array([1.0, 0, 1, 5])  # nothing here has the last term: it counts for nothing
    expected = [
        (twice * rare + common**2) / sqrt(twice**2 + common**2) / sqrt(rare**2 + common**2),
        common**2 / sqrt(((1 + log(3)) * rare) ** 2 + common**2) / sqrt(rare**2 + common**2),
        common / sqrt(rare**2 + common**2),
    ]
    assert similarities(counts, asked) == pytest.approx(expected)


def test_nothing_is_near_an_empty_topic_nor_an_empty_work() -> None:
    counts = csr_array(np.array([[1.0, 0], [0, 0]]))
    assert similarities(counts, np.zeros(2)).tolist() == [0.0, 0.0]
    assert similarities(counts, np.array([1.0, 0])).tolist() == [1.0, 0.0]


def test_the_walk_is_a_personalised_pagerank_over_people_and_works() -> None:
    """Each step of ours is two of NetworkX's: by way of a person, or of an idle node along a citation."""
    pairs = [(0, 0), (1, 0), (1, 1), (2, 1), (2, 2), (3, 3)]
    found = expertise(np.array([0.9, 0.3, 0.0, 0.0]), links(pairs, [(0, 3)], people=4, works=4))
    graph = nx.DiGraph()
    for person, work in pairs:
        graph.add_edge(f"w{work}", f"p{person}", weight=1 / sum(w == work for _, w in pairs))
        graph.add_edge(f"p{person}", f"w{work}", weight=1 / sum(p == person for p, _ in pairs))
    for work, other in ((0, 3), (3, 0)):
        graph.add_edge(f"w{work}", f"c{work}", weight=1.0)
        graph.add_edge(f"c{work}", f"w{other}", weight=1.0)
    step = nx.to_numpy_array(graph, weight="weight")
    step /= step.sum(axis=1, keepdims=True)
    nodes = list(graph)
    seed = np.array([{"w0": 0.9**SHARPNESS, "w1": 0.3**SHARPNESS}.get(node, 0.0) for node in nodes])
    seed /= seed.sum()
    reach = seed
    for _ in range(STEPS):
        reach = RETURN * seed + (1 - RETURN) * reach @ step @ step
    at_people = reach @ step
    assert found.of_person == pytest.approx([at_people[nodes.index(f"p{at}")] for at in range(4)], abs=1e-12)
    assert found.of_work == pytest.approx([reach[nodes.index(f"w{at}")] for at in range(4)], abs=1e-12)


def test_who_has_no_word_in_common_is_found_through_a_co_author_and_through_a_citation() -> None:
    similarity = np.array([1.0, 0.0, 0.0, 0.0])
    near = expertise(similarity, links([(0, 0), (0, 1), (1, 1), (2, 2), (3, 3)], [(0, 2)], people=4, works=4))
    assert near.of_person[0] > near.of_person[1] > 0
    assert near.of_person[2] > 0
    assert near.of_person[3] == 0


def test_few_works_about_the_topic_count_more_than_many_that_touch_it() -> None:
    similarity = np.array([0.8, *[0.3] * 9])
    found = expertise(similarity, links([(0, 0), *((1, at) for at in range(1, 10))], people=2, works=10))
    assert found.of_person[0] > found.of_person[1]


def test_nobody_is_an_expert_where_no_work_is_near() -> None:
    assert expertise(np.zeros(1), links([(0, 0)], people=1, works=1)).of_person.tolist() == [0.0]
    assert expertise(np.ones(1), links([], people=1, works=1)).of_person.tolist() == [0.0]


def test_columns_that_do_not_fit_are_named() -> None:
    for name, wrong in (
        ("person", {"person": np.array([2]), "work": np.array([0])}),
        ("work", {"person": np.array([0]), "work": np.array([1])}),
        ("citing", {"citing": np.array([1]), "cited": np.array([0])}),
        ("cited", {"citing": np.array([0]), "cited": np.array([1])}),
    ):
        columns = {"person": NONE, "work": NONE, "citing": NONE, "cited": NONE} | wrong
        with pytest.raises(ValueError, match=f"^{name}:"):
            Links(**columns, n_people=1, n_works=1)
    with pytest.raises(ValueError, match="similarity"):
        expertise(np.array([1.5]), links([], people=1, works=1))
    with pytest.raises(ValueError, match="query"):
        similarities(csr_array(np.ones((1, 2))), np.array([1.0, -1.0]))
