"""Follows, votes on the helpfulness of reviews, comments, and accepted answers."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the tables to this revision."""
    _create_follow()
    _create_vote()
    _create_comment()
    _create_accepted_answer()


def _create_follow() -> None:
    op.create_table(
        "follow",
        sa.Column("follower_id", KEY, nullable=False),
        sa.Column("followed_id", KEY, nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.CheckConstraint("follower_id <> followed_id", name=op.f("ck_follow_not_oneself")),
        sa.ForeignKeyConstraint(["follower_id"], ["researcher.id"], name=op.f("fk_follow_follower_id_researcher")),
        sa.ForeignKeyConstraint(["followed_id"], ["researcher.id"], name=op.f("fk_follow_followed_id_researcher")),
        sa.PrimaryKeyConstraint("follower_id", "followed_id", name=op.f("pk_follow")),
    )
    op.create_index("ix_follow_follower_id", "follow", ["follower_id", "created_on"])
    op.create_index("ix_follow_followed_id", "follow", ["followed_id", "created_on"])


def _create_vote() -> None:
    op.create_table(
        "helpfulness_vote",
        sa.Column("review_id", KEY, nullable=False),
        sa.Column("voter_id", KEY, nullable=False),
        sa.Column("is_helpful", sa.Boolean(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_helpfulness_vote_review_id_review")),
        sa.ForeignKeyConstraint(["voter_id"], ["researcher.id"], name=op.f("fk_helpfulness_vote_voter_id_researcher")),
        sa.PrimaryKeyConstraint("review_id", "voter_id", name=op.f("pk_helpfulness_vote")),
    )
    op.create_index(op.f("ix_helpfulness_vote_voter_id"), "helpfulness_vote", ["voter_id"])


def _create_comment() -> None:
    op.create_table(
        "comment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=13), nullable=False),
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("depth", KEY, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(depth = 0) = (parent_id IS NULL)", name=op.f("ck_comment_top_without_parent")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_comment_post_id_post")),
        sa.ForeignKeyConstraint(["author_id"], ["researcher.id"], name=op.f("fk_comment_author_id_researcher")),
        sa.ForeignKeyConstraint(["parent_id"], ["comment.id"], name=op.f("fk_comment_parent_id_comment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_comment_public_id")),
    )
    op.create_index("ix_comment_post_id", "comment", ["post_id", "created_at", "public_id"])
    op.create_index(op.f("ix_comment_author_id"), "comment", ["author_id"])
    op.create_index(op.f("ix_comment_parent_id"), "comment", ["parent_id"])


def _create_accepted_answer() -> None:
    op.create_table(
        "accepted_answer",
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("comment_id", KEY, nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_accepted_answer_post_id_post")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_accepted_answer_comment_id_comment")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_accepted_answer")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_accepted_answer_comment_id")),
    )


def downgrade() -> None:
    """Take it back."""
    for table in ("accepted_answer", "comment", "helpfulness_vote", "follow"):
        op.drop_table(table)
