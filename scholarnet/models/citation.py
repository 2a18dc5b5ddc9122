"""A citation: an edge between two publications."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base


class Citation(Base):
    """The citing work refers to the cited one."""

    __tablename__ = "citation"

    citing_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), primary_key=True)
    cited_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), primary_key=True, index=True)

    __table_args__ = (CheckConstraint("citing_id <> cited_id", name="not_itself"),)
