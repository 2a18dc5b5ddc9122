"""An authorship: who wrote a publication, in which place and role."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base
from scholarnet.models.researcher import Researcher


class Authorship(Base):
    """An edge researcher → publication; `roles` are CRediT roles; `position` counts from 1."""

    __tablename__ = "authorship"

    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), primary_key=True)
    researcher_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), primary_key=True, index=True)
    position: Mapped[int]
    roles: Mapped[list[str]] = mapped_column(default=list)

    researcher: Mapped[Researcher] = relationship(lazy="raise")
