"""The append-only log that scores are computed from, and its head."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from scholarnet.db import Base, CreatedAt, lower_case_enum
from scholarnet.errors import Conflict


class ScoreEventKind(StrEnum):
    """Every write that a score depends on."""

    POST_PUBLISHED = "post_published"
    POST_WITHDRAWN = "post_withdrawn"
    REVIEW_SUBMITTED = "review_submitted"
    REVIEW_REVISED = "review_revised"
    REVIEW_REVEALED = "review_revealed"
    REVIEW_WITHDRAWN = "review_withdrawn"
    REVIEW_FADED = "review_faded"
    POST_MARKED = (
        "post_marked"  # tagged, recommended, saved, or that taken back: the line does not say which, nor by whom
    )


class ScoreEvent(Base):
    """One line of the log; `sequence` is given in commit order, without gaps."""

    __tablename__ = "score_event"

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[ScoreEventKind] = mapped_column(lower_case_enum(ScoreEventKind))
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    review_id: Mapped[int | None] = mapped_column(ForeignKey("review.id"))
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[CreatedAt]


class ScoreLog(Base):
    """The one row that writers of scores queue at: the last sequence number and moment given, the epoch in force."""

    __tablename__ = "score_log"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    last_sequence: Mapped[int] = mapped_column(default=0)
    current_epoch_id: Mapped[int | None] = mapped_column(ForeignKey("epoch.id"))
    last_moment: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)


@event.listens_for(ScoreEvent, "before_update")
@event.listens_for(ScoreEvent, "before_delete")
def refuse_rewriting(_mapper: Mapper[ScoreEvent], _connection: Connection, line: ScoreEvent) -> None:
    """The log is only ever appended to."""
    msg = f"score event {line.sequence} is part of the log and cannot change"
    raise Conflict(msg)
