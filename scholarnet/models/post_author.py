"""An author of a post, in order."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base
from scholarnet.models.researcher import Researcher


class PostAuthor(Base):
    """An edge researcher → post; `position` counts from 1."""

    __tablename__ = "post_author"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    researcher_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"), primary_key=True, index=True)
    position: Mapped[int]

    researcher: Mapped[Researcher] = relationship(lazy="raise")
