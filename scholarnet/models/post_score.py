"""The score of a post in one epoch: what rankings sort by, as columns with indexes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base, lower_case_enum
from scholarnet.forms import PostKind
from scholarnet.models.move import MoveCause
from scoring.trending import NO_TREND

FILTERED = ("tier", "kind", "decision")


class Tier(StrEnum):
    """How good, once it is sure enough."""

    EMERGING = "emerging"
    WEAK = "weak"
    DEVELOPING = "developing"
    SOUND = "sound"
    STRONG = "strong"
    EXCEPTIONAL = "exceptional"


class Decision(StrEnum):
    """What the community has decided."""

    UNDER_REVIEW = "under_review"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CONTESTED = "contested"


class DecidedBy(StrEnum):
    """Whose decision is in force."""

    COMMUNITY = "community"
    EDITOR = "editor"


class PostScore(Base):
    """In rating units (1 to 10). `value`, `low`, `high` are null while nobody has reviewed the post.

    `n_trusted` is frozen by the epoch: the reviews by trusted accounts, which set the cap of one account. `decision` is
    the one in force, `community_decision` what the community's is whatever an editor said, since `decision_since`.
    `trending`, `controversial` and `needs_review` are the sort keys of scoring's modules; NO_TREND without an event.
    `judged_value` and `judged_sequence`: the value, and the position of the log, when the post was last judged; `due`
    is what caused a change of its tier that had to wait (`scoring.moves`).
    """

    __tablename__ = "post_score"

    epoch_id: Mapped[int] = mapped_column(ForeignKey("epoch.id", ondelete="CASCADE"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True, index=True)
    kind: Mapped[PostKind] = mapped_column(lower_case_enum(PostKind))
    value: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    sd: Mapped[float | None]
    best: Mapped[float]
    n_reviews: Mapped[int]
    n_effective: Mapped[float]
    n_trusted: Mapped[int] = mapped_column(default=0)
    prior_share: Mapped[float]
    trending: Mapped[float] = mapped_column(default=NO_TREND)
    controversial: Mapped[float] = mapped_column(default=0.0)
    needs_review: Mapped[float] = mapped_column(default=0.0)
    tier: Mapped[Tier] = mapped_column(lower_case_enum(Tier), default=Tier.EMERGING)
    tier_since: Mapped[datetime]
    decision: Mapped[Decision] = mapped_column(lower_case_enum(Decision), default=Decision.UNDER_REVIEW)
    decision_since: Mapped[datetime]
    decision_by: Mapped[DecidedBy] = mapped_column(lower_case_enum(DecidedBy), default=DecidedBy.COMMUNITY)
    community_decision: Mapped[Decision] = mapped_column(
        lower_case_enum(Decision, name="community_decision"), default=Decision.UNDER_REVIEW
    )
    judged_value: Mapped[float | None]
    judged_sequence: Mapped[int] = mapped_column(default=0)
    due: Mapped[MoveCause | None] = mapped_column(lower_case_enum(MoveCause))

    __table_args__ = (
        # The ranking reads these backwards: those of the orders check the filters behind them without the row.
        Index("ix_post_score_best", "epoch_id", "best", "post_id", *FILTERED),
        Index("ix_post_score_trending", "epoch_id", "trending", "post_id", *FILTERED),
        Index("ix_post_score_controversial", "epoch_id", "controversial", "post_id", *FILTERED),
        Index("ix_post_score_needs_review", "epoch_id", "needs_review", "post_id", *FILTERED),
        Index("ix_post_score_n_reviews", "epoch_id", "n_reviews", "post_id", *FILTERED),
        Index("ix_post_score_value", "epoch_id", "value", "post_id"),
        Index("ix_post_score_tier_decision", "epoch_id", "tier", "decision", "best", "post_id"),
        Index("ix_post_score_decision_since", "epoch_id", "decision", "decision_since", "post_id"),
        Index("ix_post_score_tier", "epoch_id", "tier", "best", "post_id"),
        Index("ix_post_score_kind", "epoch_id", "kind", "best", "post_id"),
        Index("ix_post_score_decision", "epoch_id", "decision", "best", "post_id"),
    )
