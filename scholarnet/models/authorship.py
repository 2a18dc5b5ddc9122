"""An authorship: who wrote a publication, in which place and role."""

from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base, lower_case_enum
from scholarnet.models.researcher import Researcher


class Confirmation(StrEnum):
    """What shows that an account is the author whom a publication names."""

    ORCID = "orcid"  # the account's verified iD
    EDITOR = "editor"
    COAUTHOR = "coauthor"


class Authorship(Base):
    """An edge researcher → publication; `roles` are CRediT roles; `position` counts from 1.

    `confirmed_by` is null where nobody but who entered the publication says so, and while the author is unclaimed.
    """

    __tablename__ = "authorship"

    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), primary_key=True)
    researcher_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), primary_key=True, index=True)
    position: Mapped[int]
    roles: Mapped[list[str]] = mapped_column(default=list)
    confirmed_by: Mapped[Confirmation | None] = mapped_column(lower_case_enum(Confirmation))

    researcher: Mapped[Researcher] = relationship(lazy="raise")
