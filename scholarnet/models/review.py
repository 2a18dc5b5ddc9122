"""A review of a post by one researcher; its revisions stand in `review_revision`."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from scholarnet.db import Base, CreatedAt, PrimaryKey, PublicId, UpdatedAt, lower_case_enum, now
from scholarnet.errors import Conflict
from scholarnet.models.post import Post
from scholarnet.models.researcher import Researcher
from scholarnet.models.response import Response
from scholarnet.models.review_revision import ReviewRevision


class Identity(StrEnum):
    """How the reviewer is shown."""

    SIGNED = "signed"
    PSEUDONYMOUS = "pseudonymous"
    ANONYMOUS = "anonymous"


class Recommendation(StrEnum):
    """What the reviewer would do with it; shown, and never part of the score."""

    ACCEPT = "accept"
    MINOR_REVISION = "minor_revision"
    MAJOR_REVISION = "major_revision"
    REJECT = "reject"


class AddressedAnswer(StrEnum):
    """What its author says to the mark that a review is addressed; silent once 30 days went by without a word."""

    AGREED = "agreed"
    DISPUTED = "disputed"
    SILENT = "silent"


MARK = ("addressed_at", "addressed_in", "addressed_answer", "addressed_note", "answered_on", "faded_in")
IS_UNANSWERED = text("addressed_in IS NOT NULL AND addressed_answer IS NULL")


class Review(Base):
    """The latest revision's content, bound to version `version_number` of the post.

    `eligibility` (0, ½ or 1; unsigned 0 or 1) and `trust` (0 to 1) are judged when the review is submitted and kept
    with it; revealing it judges the eligibility anew, as of then.

    The authors mark it addressed in a later version, `addressed_in`; from version `faded_in` on it counts half.
    `addressed_at` is when they last did so, and stays when they take the mark back.
    """

    __tablename__ = "review"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    version_number: Mapped[int]
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"))
    identity: Mapped[Identity] = mapped_column(lower_case_enum(Identity), default=Identity.SIGNED)
    pseudonym: Mapped[str | None] = mapped_column(String(40))
    ratings: Mapped[dict[str, float]] = mapped_column(default=dict)
    overall: Mapped[float]
    recommendation: Mapped[Recommendation | None] = mapped_column(lower_case_enum(Recommendation))
    confidence: Mapped[int | None]
    body: Mapped[str] = mapped_column(Text)
    competing_interest: Mapped[str | None] = mapped_column(Text)
    has_financial_interest: Mapped[bool] = mapped_column(default=False)
    eligibility: Mapped[float] = mapped_column(default=1.0)
    trust: Mapped[float] = mapped_column(default=0.0)
    revision_number: Mapped[int] = mapped_column(default=1)
    addressed_at: Mapped[datetime | None]
    addressed_in: Mapped[int | None]
    addressed_answer: Mapped[AddressedAnswer | None] = mapped_column(lower_case_enum(AddressedAnswer))
    addressed_note: Mapped[str | None] = mapped_column(Text)
    answered_on: Mapped[date | None]  # a day, no time
    faded_in: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    created_on: Mapped[date] = mapped_column(default=lambda: now().date())  # what lists sort by: a day, no time
    updated_at: Mapped[UpdatedAt]

    post: Mapped[Post] = relationship(lazy="raise")
    reviewer: Mapped[Researcher] = relationship(lazy="raise")
    revisions: Mapped[list[ReviewRevision]] = relationship(order_by=ReviewRevision.number, lazy="raise")
    response: Mapped[Response | None] = relationship(lazy="raise")

    __table_args__ = (
        CheckConstraint("overall BETWEEN 1 AND 10", name="overall_on_scale"),
        CheckConstraint("confidence BETWEEN 1 AND 5", name="confidence_on_scale"),
        Index(
            "uq_review_live",
            "post_id",
            "reviewer_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("ix_review_reviewer_id", "reviewer_id", "post_id"),
        Index("ix_review_post_id", "post_id", "created_on", "public_id"),
        Index("ix_review_created_on", "created_on", "public_id"),
        Index("ix_review_unanswered", "addressed_at", sqlite_where=IS_UNANSWERED, postgresql_where=IS_UNANSWERED),
    )

    def drop_mark(self) -> None:
        """The reviewer has spoken anew: what was said to the words before is gone."""
        for name in MARK:
            setattr(self, name, None)

    @validates("identity")
    def keep_signature(self, _name: str, identity: Identity) -> Identity:
        """Whoever has signed stays signed: what readers know cannot be made unknown."""
        if self.identity is Identity.SIGNED and identity is not Identity.SIGNED:
            msg = "a signed review stays signed"
            raise Conflict(msg)
        return identity
