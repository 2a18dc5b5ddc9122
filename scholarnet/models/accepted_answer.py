"""The comment that the authors of a question accept as its answer."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base, now


class AcceptedAnswer(Base):
    """One a post of kind `question`: a top-level comment of it. Who wrote both gets no credit for it elsewhere."""

    __tablename__ = "accepted_answer"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), unique=True)
    created_on: Mapped[date] = mapped_column(default=lambda: now().date())
