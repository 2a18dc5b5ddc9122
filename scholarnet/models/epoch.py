"""An epoch: one frozen fit of the scoring model, and its parameters for each reviewer."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base, CreatedAt, PrimaryKey, PublicId


class Epoch(Base):
    """`hash` covers all that the epoch says, and the code's version, moment and log position that it rests on;
    `scores_hash` the scores alone, as anybody can verify them from the public export.

    `is_complete` tells a finished epoch from one whose job died; `population` and `cohorts` are what the fast
    clock and the reputations need, as numbers.
    """

    __tablename__ = "epoch"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    model_version: Mapped[str] = mapped_column(String(40))
    hash: Mapped[str] = mapped_column(String(64))
    scores_hash: Mapped[str | None] = mapped_column(String(64))
    log_position: Mapped[int]
    as_of: Mapped[datetime]
    population: Mapped[dict[str, Any]]
    cohorts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    base_rate: Mapped[float] = mapped_column(default=1.0)  # B of all posts together; topics' in `topic_rate`
    n_posts: Mapped[int] = mapped_column(default=0)
    n_reviews: Mapped[int] = mapped_column(default=0)
    n_reviewers: Mapped[int] = mapped_column(default=0)
    is_complete: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[CreatedAt]
