"""Ranks by all citations: against NetworkX, against who reads them, and where there is nothing to rank."""

from datetime import UTC, datetime

import networkx as nx
import numpy as np
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from api.citation_job import rank_citations
from scholarnet.models import CitationGraph, PublicationRank, Researcher, ResearcherRank
from scholarnet.services.citation_ranks import compute_ranks, find_current_graph, fingerprint, read_network
from scoring.impact import hazen
from tests.factories import CitationFactory, CitationGraphFactory, PublicationFactory, ResearcherFactory

MOMENT = datetime(2024, 5, 1, tzinfo=UTC)


def people(number: int) -> list[Researcher]:
    return [ResearcherFactory() for _ in range(number)]


def test_ranks_of_what_is_stored_agree_with_networkx(session: Session) -> None:
    random, by = np.random.default_rng(5), people(3)
    works = [PublicationFactory(by=by[k % 3 :], year=2000 + k, venue=None).id for k in range(12)]
    pairs = sorted({(max(a, b), min(a, b)) for a, b in random.integers(0, 12, (30, 2)).tolist() if a != b})
    for a, b in pairs:
        CitationFactory(citing_id=works[a], cited_id=works[b])
    network = read_network(session)
    ranks = compute_ranks(network, year=2024)
    graph = nx.DiGraph([(works[a], works[b]) for a, b in pairs])
    graph.add_nodes_from(works)
    theirs = nx.pagerank(graph, tol=1e-15, max_iter=1000)
    assert dict(zip(network.publications.tolist(), ranks.pagerank, strict=True)) == pytest.approx(theirs, abs=1e-9)
    # Each work is shared out among its authors, of whom there are 3, 2 and 1 in turn.
    first = sum(theirs[work] / 3 for work in works[::3])
    assert ranks.author_pagerank[network.researchers.tolist().index(by[0].id)] == pytest.approx(first, abs=1e-9)
    assert ranks.author_pagerank.sum() == pytest.approx(1.0)
    cited = np.bincount([b for _, b in pairs], minlength=12)
    assert ranks.ratios.rate.tolist() == pytest.approx((cited / (2024 - 2000 - np.arange(12))).tolist())


def test_ranks_are_those_of_nothing_when_there_is_nothing(session: Session) -> None:
    assert compute_ranks(read_network(session), year=2024).pagerank.tolist() == []
    PublicationFactory(by=[], venue=None)  # without an author, and nobody cites
    network = read_network(session)
    ranks = compute_ranks(network, year=2024)
    assert (ranks.pagerank.tolist(), ranks.co_rank.tolist(), len(network.researchers)) == ([1.0], [1.0], 0)
    assert ranks.ratios.value.tolist() == [0.0]


def test_ranks_take_the_place_of_the_old_ones_when_something_changed(engine: Engine, session: Session) -> None:
    work = PublicationFactory(venue=None, year=2020)
    CitationGraphFactory(is_complete=False)  # of a run that may still be at work
    key = work.id
    session.commit()
    assert rank_citations(engine, as_of=MOMENT)
    assert not rank_citations(engine, as_of=MOMENT)
    CitationFactory(cited_id=key)
    session.commit()
    before = session.scalar(select(func.max(CitationGraph.id)))
    session.commit()
    assert rank_citations(engine, as_of=MOMENT)
    current = find_current_graph(session)
    assert current is not None
    assert (current.id, current.n_publications, current.n_citations) == (before + 1, 2, 1)
    assert session.scalar(select(func.count()).select_from(CitationGraph)) == 2  # it, and the other run's
    for table in (PublicationRank, ResearcherRank):
        assert set(session.scalars(select(table.graph_id))) == {current.id}
    ranks = session.scalars(select(PublicationRank).order_by(PublicationRank.publication_id)).all()
    assert [rank.percentile for rank in ranks] == hazen(
        np.array([r.pagerank for r in ranks]), np.zeros(2, int)
    ).tolist()
    assert ranks[0].publication_id == key


def test_ranks_stay_as_they_were_when_told_to_stop(engine: Engine, session: Session) -> None:
    PublicationFactory(venue=None)
    session.commit()
    assert not rank_citations(engine, as_of=MOMENT, is_stopped=lambda: True)
    assert find_current_graph(session) is None
    session.commit()
    assert rank_citations(engine, as_of=MOMENT)


def test_a_reading_is_in_force_only_once_it_is_complete(session: Session) -> None:
    assert find_current_graph(session) is None
    old = CitationGraphFactory()
    CitationGraphFactory(is_complete=False)
    assert find_current_graph(session) is old


def test_a_fingerprint_changes_with_each_thing_it_is_of(session: Session) -> None:
    seen = [fingerprint(session, as_of=MOMENT), fingerprint(session, as_of=MOMENT.replace(year=2025))]
    work = PublicationFactory(by=[], venue=None)
    seen.append(fingerprint(session, as_of=MOMENT))
    work.year += 1
    session.flush()
    seen.append(fingerprint(session, as_of=MOMENT))
    CitationFactory(citing_id=work.id, cited_id=PublicationFactory(by=[], venue=None).id)
    seen.append(fingerprint(session, as_of=MOMENT))
    assert len(set(seen)) == len(seen)
