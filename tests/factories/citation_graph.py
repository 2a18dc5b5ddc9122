"""A reading of all citations, and what it says of a work and a person."""

import factory

from scholarnet.db import now
from scholarnet.models import CitationGraph, PublicationRank, ResearcherRank
from tests.factories.publication import PublicationFactory
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory, key_of


class CitationGraphFactory(RowFactory[CitationGraph]):
    """One that is complete."""

    class Meta:
        model = CitationGraph

    fingerprint = "2026 1:2 3:4"
    as_of = factory.LazyFunction(now)
    n_publications = 10
    n_citations = 20
    is_complete = True


class PublicationRankFactory(RowFactory[PublicationRank]):
    """A work of an expected rate."""

    class Meta:
        model = PublicationRank

    graph_id = key_of(CitationGraphFactory)
    publication_id = key_of(PublicationFactory)
    pagerank = 0.1
    percentile = 0.9
    co_rank = 0.2
    citation_rate = 3.0
    field_rate = 2.5
    expected_rate = 2.0


class ResearcherRankFactory(RowFactory[ResearcherRank]):
    """A person with one work of a known ratio."""

    class Meta:
        model = ResearcherRank

    graph_id = key_of(CitationGraphFactory)
    researcher_id = key_of(ResearcherFactory)
    pagerank = 0.05
    co_rank = 0.1
    percentile = 0.8
    mean_ratio = 1.5
    n_ratios = 1
