"""An override: an editor's decision on a post in place of the community's, with a reason, until lifted."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base, CreatedAt, PrimaryKey, lower_case_enum
from scholarnet.models.post_score import Decision


class Override(Base):
    """One at most is live for a post."""

    __tablename__ = "override"

    id: Mapped[PrimaryKey]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"))
    decision: Mapped[Decision] = mapped_column(lower_case_enum(Decision))
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    lifted_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_override_live",
            "post_id",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
            sqlite_where=text("lifted_at IS NULL"),
        ),
    )
