"""Centralities against NetworkX, against dense linear algebra, and by hand."""

import csv
import gzip
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.centrality import citerank, co_rank, hits, pagerank
from scoring.links import Links

FEW = settings(max_examples=25, deadline=None)


@st.composite
def some_links(draw: st.DrawFn) -> tuple[int, np.ndarray, np.ndarray]:
    n = draw(st.integers(1, 9))
    pairs = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=25))
    source, target = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return n, source, target


def walk(n: int, source: np.ndarray, target: np.ndarray, restart: np.ndarray) -> np.ndarray:
    """W[to, from], dense; where there is no link, `restart`."""
    count = np.zeros((n, n))
    np.add.at(count, (target, source), 1.0)
    out = count.sum(axis=0)
    return np.where(out > 0, count / np.maximum(out, 1), restart[:, None])


@pytest.fixture(scope="module")
def papers(data_folder: Callable[[str], Path]) -> nx.DiGraph:
    with gzip.open(data_folder("cit_hepph_early") / "citations.csv.gz", "rt") as file:
        rows = list(csv.reader(file))[1:]
    return nx.DiGraph((row[0], row[1]) for row in rows)


def links_of(graph: nx.DiGraph) -> Links:
    code = {node: k for k, node in enumerate(graph)}
    source, target = np.array([(code[a], code[b]) for a, b in graph.edges]).T
    return Links.of(source, target, len(graph))


def test_pagerank_when_the_citations_are_real_agrees_with_networkx(papers: nx.DiGraph) -> None:
    theirs = np.array(list(nx.pagerank(papers, tol=1e-17, max_iter=1000).values()))
    assert (len(papers), papers.number_of_edges()) == (6864, 29993)
    assert np.abs(pagerank(links_of(papers), tolerance=1e-11) - theirs).max() < 1e-9
    assert np.abs(pagerank(links_of(papers)) - theirs).sum() < 1e-9


def test_hits_when_the_citations_are_real_agrees_with_networkx(papers: nx.DiGraph) -> None:
    hubs, authorities = (np.array(list(found.values())) for found in nx.hits(papers, tol=1e-15, max_iter=1000))
    ours = hits(links_of(papers))
    assert max(np.abs(ours[0] - hubs).max(), np.abs(ours[1] - authorities).max()) < 1e-9


def test_hits_when_iterated_once_more_stays(papers: nx.DiGraph) -> None:
    links = links_of(papers)
    hubs, authorities = hits(links)
    again = links.matrix(np.float64) @ hubs
    assert again / again.sum() == pytest.approx(authorities, abs=1e-12)


@FEW
@given(some_links(), st.floats(0.0, 0.95), st.sampled_from([1e-3, 1e-6, 1e-12]))
def test_pagerank_when_solved_densely_is_within_its_tolerance(
    some: tuple[int, np.ndarray, np.ndarray], damping: float, tolerance: float
) -> None:
    n, source, target = some
    restart = np.arange(1.0, n + 1)
    rho = restart / restart.sum()
    exact = np.linalg.solve(np.eye(n) - damping * walk(n, source, target, rho), (1 - damping) * rho)
    ours = pagerank(Links.of(source, target, n), damping=damping, restart=restart, tolerance=tolerance)
    assert np.abs(ours - exact).sum() <= tolerance + 1e-14


def test_pagerank_when_everybody_cites_one_is_what_a_hand_finds() -> None:
    # Three cite a fourth that cites nobody: x = d(s/4) + (1−d)/4 for the three, s the fourth's.
    ours = pagerank(Links.of(np.array([0, 1, 2]), np.array([3, 3, 3]), 4))
    base = 1 / (3 + (1 + 3 * 0.85))
    assert ours == pytest.approx([base, base, base, base * 3.55], abs=1e-9)


def test_pagerank_when_there_is_nothing_to_walk_on() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert pagerank(Links.of(none, none, 0)).tolist() == []
    assert pagerank(Links.of(none, none, 2)).tolist() == [0.5, 0.5]
    assert hits(Links.of(none, none, 2))[0].tolist() == [0.0, 0.0]
    assert hits(Links.of(np.zeros(1, int), np.zeros(1, int), 1))[1].tolist() == [1.0]


@pytest.mark.parametrize(
    ("wrong", "name"),
    [({"damping": 1.0}, "damping"), ({"tolerance": 0.0}, "tolerance"), ({"restart": np.zeros(2)}, "restart")],
)
def test_pagerank_when_asked_for_nonsense_names_it(wrong: dict[str, object], name: str) -> None:
    with pytest.raises(ValueError, match=name):
        pagerank(Links.of(np.array([0]), np.array([1]), 2), **wrong)
    with pytest.raises(ValueError, match="target"):
        Links.of(np.array([0]), np.array([2]), 2)


def test_citerank_when_followed_step_by_step_is_the_traffic() -> None:
    # 0 cites 1 and 2, 1 cites 2; ages 0, 2.6 and 5.2 years, so readers begin as 1 : 1/e : 1/e².
    begin = np.exp([0.0, -1.0, -2.0])
    traffic = np.array([begin[0], begin[1] + begin[0] / 4, 0.0])
    traffic[2] = begin[2] + begin[0] / 4 + traffic[1] / 2
    ours = citerank(Links.of(np.array([0, 0, 1]), np.array([1, 2, 2]), 3), np.array([0.0, 2.6, 5.2]))
    assert ours == pytest.approx(traffic / traffic.sum(), abs=1e-9)


@FEW
@given(some_links(), st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3)), max_size=20))
def test_co_rank_when_iterated_densely_is_its_fixed_point(
    some: tuple[int, np.ndarray, np.ndarray], wrote: list[tuple[int, int]]
) -> None:
    n, source, target = some
    paper, author = np.array([one for one in wrote if one[0] < n], dtype=np.int64).reshape(-1, 2).T
    papers, authors = co_rank(Links.of(source, target, n), paper, author, 4)
    matrix = np.zeros((n, 4))
    np.add.at(matrix, (paper, author), 1.0)
    to_paper, to_author = columns_to_one(matrix), columns_to_one(matrix.T)
    # Who goes nowhere in either half of a step among authors goes anywhere at its end.
    halves = (matrix.T / np.maximum(matrix.T.sum(axis=0), 1)) @ (matrix / np.maximum(matrix.sum(axis=0), 1))
    among = 0.85 * (halves + (1 - halves.sum(axis=0)) / 4) + 0.15 / 4
    along = 0.85 * walk(n, source, target, np.full(n, 1 / n)) + 0.15 / n
    assert 0.8 * along @ along @ papers + 0.2 * to_paper @ authors == pytest.approx(papers, abs=1e-8)
    assert 0.8 * among @ among @ authors + 0.2 * to_author @ papers == pytest.approx(authors, abs=1e-8)
    assert (papers.sum(), authors.sum()) == pytest.approx((1.0, 1.0))


def columns_to_one(matrix: np.ndarray) -> np.ndarray:
    out = matrix.sum(axis=0)
    return np.where(out > 0, matrix / np.maximum(out, 1), 1 / len(matrix))


def test_co_rank_when_their_paper_is_cited_lifts_its_authors() -> None:
    links = Links.of(np.array([1, 2]), np.array([0, 0]), 3)  # three papers by three people, the first cited twice
    papers, authors = co_rank(links, np.arange(3), np.arange(3), 3)
    assert papers[0] > papers[1] == pytest.approx(papers[2])
    assert authors[0] > authors[1] == pytest.approx(authors[2])
