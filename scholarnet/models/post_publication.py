"""The publication that a post became."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base, CreatedAt


class PostPublication(Base):
    """An edge post → publication: one of a post, and several posts may share one."""

    __tablename__ = "post_publication"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True, autoincrement=False)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), index=True)
    linked_by_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"))
    created_at: Mapped[CreatedAt]
