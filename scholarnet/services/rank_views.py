"""What the reading of all citations in force says of one work or person."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.models import CitationGraph, Publication, PublicationRank, Researcher, ResearcherRank
from scholarnet.services.citation_ranks import current_graph_id


@dataclass(frozen=True, slots=True)
class CitationRatio:
    """A relative citation ratio: `numerator` over `denominator`, both in citations a year."""

    numerator: float
    denominator: float
    field_rate: float

    @property
    def value(self) -> float:
        return self.numerator / self.denominator


@dataclass(frozen=True, slots=True)
class WorkRank:
    """`scaled` values are over the mean of all works: 1 for as much as any."""

    graph: str
    as_of: datetime
    pagerank: float
    pagerank_scaled: float
    percentile: float
    co_rank: float
    relative_citation_ratio: CitationRatio | None


@dataclass(frozen=True, slots=True)
class PersonRank:
    """`percentile` is that of the `co_rank`; `mean_ratio` that of the `n_ratios` works which have one."""

    graph: str
    as_of: datetime
    pagerank: float
    co_rank: float
    percentile: float
    mean_ratio: float | None
    n_ratios: int


def view_work_rank(session: Session, *, publication: Publication) -> WorkRank | None:
    """Return it; None before the first reading since the work was entered."""
    found = session.execute(
        select(CitationGraph, PublicationRank)
        .join(PublicationRank, PublicationRank.graph_id == CitationGraph.id)
        .where(CitationGraph.id == current_graph_id(), PublicationRank.publication_id == publication.id)
    ).first()
    if found is None:
        return None
    graph, rank = found
    ratio = None
    if rank.expected_rate and rank.field_rate is not None:
        ratio = CitationRatio(rank.citation_rate, rank.expected_rate, rank.field_rate)
    return WorkRank(
        graph=graph.public_id,
        as_of=graph.as_of,
        pagerank=rank.pagerank,
        pagerank_scaled=rank.pagerank * graph.n_publications,
        percentile=rank.percentile,
        co_rank=rank.co_rank,
        relative_citation_ratio=ratio,
    )


def view_person_rank(session: Session, *, researcher: Researcher) -> PersonRank | None:
    """Return it; None before the first reading since somebody has a work."""
    found = session.execute(
        select(CitationGraph, ResearcherRank)
        .join(ResearcherRank, ResearcherRank.graph_id == CitationGraph.id)
        .where(CitationGraph.id == current_graph_id(), ResearcherRank.researcher_id == researcher.id)
    ).first()
    if found is None:
        return None
    graph, rank = found
    return PersonRank(
        graph=graph.public_id,
        as_of=graph.as_of,
        pagerank=rank.pagerank,
        co_rank=rank.co_rank,
        percentile=rank.percentile,
        mean_ratio=rank.mean_ratio,
        n_ratios=rank.n_ratios,
    )
