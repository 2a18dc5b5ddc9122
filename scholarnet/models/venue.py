"""A venue: a journal, a conference or a repository in which publications appear."""

from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base, CreatedAt, PrimaryKey, PublicId, lower_case_enum


class VenueKind(StrEnum):
    """What kind of venue it is."""

    JOURNAL = "journal"
    CONFERENCE = "conference"
    REPOSITORY = "repository"
    OTHER = "other"


class Venue(Base):
    """Known by its name, once."""

    __tablename__ = "venue"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    name: Mapped[str] = mapped_column(String(300), unique=True)
    kind: Mapped[VenueKind] = mapped_column(lower_case_enum(VenueKind), default=VenueKind.OTHER)
    created_at: Mapped[CreatedAt]
