"""A publication: a work that exists elsewhere or here."""

from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, and_, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from scholarnet.db import Base, CreatedAt, PrimaryKey, PublicId, UpdatedAt, lower_case_enum
from scholarnet.models.authorship import Authorship
from scholarnet.models.post import Audience, Post, PostStatus
from scholarnet.models.post_publication import PostPublication
from scholarnet.models.venue import Venue
from scholarnet.person_names import plain_words


class PublicationType(StrEnum):
    """The types that Crossref and DataCite have in common."""

    ARTICLE = "article"
    PREPRINT = "preprint"
    PROCEEDINGS = "proceedings"
    BOOK = "book"
    CHAPTER = "chapter"
    THESIS = "thesis"
    DATASET = "dataset"
    REPORT = "report"
    OTHER = "other"


LONGEST_TITLE_KEY = 200  # characters: with year and author it is enough, and it fits into an index


def title_key(title: str) -> str:
    """Return what two spellings of a title have in common: its letters and digits, without accents and case."""
    return (" ".join(plain_words(title)) or title.casefold().strip())[:LONGEST_TITLE_KEY]


def _key_of_title(context: DefaultExecutionContext) -> str:
    return title_key(context.get_current_parameters()["title"])  # type: ignore[no-untyped-call]


class Publication(Base):
    """`doi` is kept in lower case; `citation_count` is what an outside source states, 0 if none does.

    `extra` has what bibliographies say beyond the columns, under the names of
    :class:`scholarnet.sources.references.Reference`; `title_key` follows the title. One that was merged into another
    is a tombstone: it names that one, which is none itself, and has no authors, citations or posts until it is undone.
    """

    __tablename__ = "publication"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    doi: Mapped[str | None] = mapped_column(String(255), unique=True)
    type: Mapped[PublicationType] = mapped_column(lower_case_enum(PublicationType), default=PublicationType.ARTICLE)
    title: Mapped[str] = mapped_column(Text)
    abstract: Mapped[str | None] = mapped_column(Text)
    year: Mapped[int] = mapped_column(index=True)
    field: Mapped[str | None] = mapped_column(String(80))
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"))
    citation_count: Mapped[int] = mapped_column(default=0)
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    title_key: Mapped[str] = mapped_column(String(LONGEST_TITLE_KEY), default=_key_of_title, server_default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("publication.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("researcher.id"))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    venue: Mapped[Venue | None] = relationship(lazy="raise")
    authorships: Mapped[list[Authorship]] = relationship(order_by=Authorship.position, lazy="raise")
    merged_into: Mapped["Publication | None"] = relationship(remote_side="Publication.id", lazy="raise")
    posts: Mapped[list[Post]] = relationship(
        secondary=PostPublication.__table__,
        secondaryjoin=lambda: and_(
            Post.id == PostPublication.post_id,
            Post.status == PostStatus.PUBLISHED,
            Post.audience == Audience.PUBLIC,
        ),
        order_by=Post.public_id,  # of no meaning: nothing tells when they were linked
        viewonly=True,
        lazy="raise",
    )

    __table_args__ = (
        CheckConstraint("citation_count >= 0", name="citation_count_not_negative"),
        Index("ix_publication_created_at", "created_at", "public_id"),
        Index("ix_publication_venue_id", "venue_id", "public_id"),
        Index("ix_publication_title_key", "title_key", "year"),
        Index(
            "ix_publication_alike",
            "title_key",
            "year",
            "public_id",
            sqlite_where=text("merged_into_id IS NULL"),
            postgresql_where=text("merged_into_id IS NULL"),
        ),
    )

    @validates("title")
    def _keep_key(self, _name: str, title: str) -> str:
        self.title_key = title_key(title)
        return title
