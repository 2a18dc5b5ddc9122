"""What follows from all citations together: one reading of them, and what it says of each work and person."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base, CreatedAt, PrimaryKey, PublicId


class CitationGraph(Base):
    """One reading of works, authors and citations as of `as_of`; `fingerprint` tells whether they are others by now.

    `is_complete` once all its rows are there: the newest such is the one in force.
    """

    __tablename__ = "citation_graph"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    fingerprint: Mapped[str] = mapped_column(String(200))
    as_of: Mapped[datetime]
    n_publications: Mapped[int]
    n_citations: Mapped[int]
    is_complete: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[CreatedAt]


class PublicationRank(Base):
    """`pagerank` and `co_rank` sum to 1 over all works, `percentile` is Hazen's of the first.

    `citation_rate` counts citations a year, `field_rate` those of works cited beside it, `expected_rate` what the ratio
    is to; the last two are missing where nothing can be expected.
    """

    __tablename__ = "publication_rank"

    graph_id: Mapped[int] = mapped_column(ForeignKey("citation_graph.id", ondelete="CASCADE"), primary_key=True)
    publication_id: Mapped[int] = mapped_column(
        ForeignKey("publication.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    pagerank: Mapped[float]
    percentile: Mapped[float]
    co_rank: Mapped[float]
    citation_rate: Mapped[float]
    field_rate: Mapped[float | None]
    expected_rate: Mapped[float | None]


class ResearcherRank(Base):
    """`pagerank` is that of one's works, each shared out among its authors; `co_rank` sums to 1 over all authors.

    `percentile` is Hazen's of the second; `mean_ratio` that of the relative citation ratios of `n_ratios` works.
    """

    __tablename__ = "researcher_rank"

    graph_id: Mapped[int] = mapped_column(ForeignKey("citation_graph.id", ondelete="CASCADE"), primary_key=True)
    researcher_id: Mapped[int] = mapped_column(
        ForeignKey("researcher.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    pagerank: Mapped[float]
    co_rank: Mapped[float]
    percentile: Mapped[float]
    mean_ratio: Mapped[float | None]
    n_ratios: Mapped[int]
