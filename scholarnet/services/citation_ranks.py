"""PageRank, co-ranking and relative citation ratios of all works and people: information, which enters no score.

One reading of the whole citation graph into arrays, then rows written beside the old ones, some at a time, and one flag
that puts them in force.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import ScalarSelect, delete, func, or_, select
from sqlalchemy.orm import Session

from scholarnet.db import Base, now
from scholarnet.models import Authorship, Citation, CitationGraph, Publication, PublicationRank, ResearcherRank
from scholarnet.permissions import live_publications
from scholarnet.services.works import read_integers
from scoring.arrays import Floats, Ints
from scoring.centrality import co_rank, pagerank
from scoring.citations import CitationRatios, relative_citation_ratio
from scoring.impact import hazen
from scoring.links import Links

VERSION = 1  # of what is computed: another one has the ranks computed again
ROWS_A_WRITE = 10_000
PRIME = 1_000_003
GIVEN_UP = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Network:
    """All works, citations and authorships: ids ascending, and codes that are places among them.

    publications, years int64[n]; citing, cited int64[m]; researchers int64[a]; paper, author int64[k]
    """

    publications: Ints
    years: Ints
    citing: Ints
    cited: Ints
    researchers: Ints
    paper: Ints
    author: Ints


@dataclass(frozen=True, slots=True)
class Ranks:
    """What follows: float64[n] of each work, float64[a] of each person."""

    pagerank: Floats
    co_rank: Floats
    ratios: CitationRatios
    author_pagerank: Floats
    author_co_rank: Floats
    mean_ratio: Floats
    n_ratios: Ints


def fingerprint(session: Session, *, as_of: datetime) -> str:
    """Return what changes when a work, a citation, an authorship or the year does; three statements, and no reading."""
    goes_to = func.coalesce(Publication.merged_into_id, 0)
    pairs = ((Publication.id, Publication.year + goes_to), (Citation.citing_id, Citation.cited_id))
    sums = [
        session.execute(select(func.count(), func.sum((one * 31 + other * 17) % PRIME)).select_from(one.class_)).one()
        for one, other in (*pairs, (Authorship.publication_id, Authorship.researcher_id))
    ]
    return f"{VERSION} {as_of.year} " + " ".join(f"{count}:{int(total or 0)}" for count, total in sums)


def current_graph_id() -> ScalarSelect[int | None]:
    """Select the key of the reading in force."""
    return select(func.max(CitationGraph.id)).where(CitationGraph.is_complete).scalar_subquery()


def find_current_graph(session: Session) -> CitationGraph | None:
    """Return the reading in force; None before the first."""
    return session.scalar(select(CitationGraph).where(CitationGraph.id == current_graph_id()))


def read_network(session: Session) -> Network:
    """Read all of it in three statements, some rows at a time into arrays: 16 bytes a citation, and 16 for its codes.

    The caller's transaction must see one state (`db.reading`).
    """
    works = select(Publication.id, Publication.year).where(live_publications()).order_by(Publication.id)
    publications, years = read_integers(session, works, 2)
    citing, cited = read_integers(session, select(Citation.citing_id, Citation.cited_id), 2)
    paper, wrote = read_integers(session, select(Authorship.publication_id, Authorship.researcher_id), 2)
    researchers, author = np.unique(wrote, return_inverse=True)
    return Network(
        publications=publications,
        years=years,
        citing=np.searchsorted(publications, citing),
        cited=np.searchsorted(publications, cited),
        researchers=researchers,
        paper=np.searchsorted(publications, paper),
        author=author,
    )


def compute_ranks(network: Network, *, year: int) -> Ranks:
    """Rank all works and people, citations counted up to `year`. No database; the same bits from the same rows."""
    n, n_authors, paper, author = len(network.publications), len(network.researchers), network.paper, network.author
    if not n:
        nothing = np.zeros(0)
        ratios = CitationRatios(nothing, nothing, nothing)
        return Ranks(nothing, nothing, ratios, nothing, nothing, nothing, np.zeros(0, dtype=np.int64))
    links = Links.of(network.citing, network.cited, n)
    works = pagerank(links)
    papers, authors = co_rank(links, paper, author, n_authors)
    ratios = relative_citation_ratio(network.years, network.citing, network.cited, year)
    share = works / np.maximum(np.bincount(paper, minlength=n), 1)
    value = ratios.value[paper]
    is_known = np.isfinite(value)
    n_ratios = np.bincount(author[is_known], minlength=n_authors)
    total = np.bincount(author[is_known], value[is_known], n_authors)
    mean = np.divide(total, n_ratios, out=np.full(n_authors, np.nan), where=n_ratios > 0)
    shared = np.asarray(np.bincount(author, share[paper], n_authors), dtype=np.float64)
    return Ranks(works, papers, ratios, shared, authors, mean, n_ratios)


def begin_graph(session: Session, *, network: Network, fingerprint: str, as_of: datetime) -> CitationGraph:
    """Write down a reading that nobody sees yet."""
    graph = CitationGraph(
        fingerprint=fingerprint, as_of=as_of, n_publications=len(network.publications), n_citations=len(network.citing)
    )
    session.add(graph)
    session.flush()
    return graph


def rank_rows(graph_id: int, network: Network, ranks: Ranks) -> Iterator[tuple[type[Base], list[dict[str, Any]]]]:
    """The rows of a reading, some of a table at a time."""
    works = {
        "publication_id": network.publications,
        "pagerank": ranks.pagerank,
        "percentile": _percentile(ranks.pagerank),
        "co_rank": ranks.co_rank,
        "citation_rate": np.nan_to_num(ranks.ratios.rate),
        "field_rate": ranks.ratios.field,
        "expected_rate": ranks.ratios.expected,
    }
    people = {
        "researcher_id": network.researchers,
        "pagerank": ranks.author_pagerank,
        "co_rank": ranks.author_co_rank,
        "percentile": _percentile(ranks.author_co_rank),
        "mean_ratio": ranks.mean_ratio,
        "n_ratios": ranks.n_ratios,
    }
    for table, columns in ((PublicationRank, works), (ResearcherRank, people)):
        for start in range(0, len(columns["pagerank"]), ROWS_A_WRITE):
            part = [values[start : start + ROWS_A_WRITE].tolist() for values in columns.values()]
            yield table, [{"graph_id": graph_id} | _row(columns, values) for values in zip(*part, strict=True)]


def switch_graph(session: Session, *, graph: CitationGraph) -> None:
    """Put a reading in force and drop the older ones; one that another run may still be at is left for a day."""
    graph.is_complete = True
    session.flush()
    is_old = or_(CitationGraph.is_complete, CitationGraph.created_at < now() - GIVEN_UP)
    old = session.scalars(select(CitationGraph.id).where(CitationGraph.id < current_graph_id(), is_old)).all()
    for table in (PublicationRank, ResearcherRank):
        session.execute(delete(table).where(table.graph_id.in_(old)))
    session.execute(delete(CitationGraph).where(CitationGraph.id.in_(old)))


def _percentile(values: Floats) -> Floats:
    return hazen(values, np.zeros(len(values), dtype=np.int64))


def _row(names: Iterable[str], values: tuple[Any, ...]) -> dict[str, Any]:
    """NaN, alone unlike itself, is a missing value."""
    return {name: value if value == value else None for name, value in zip(names, values, strict=True)}
