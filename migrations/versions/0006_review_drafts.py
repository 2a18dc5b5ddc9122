"""Open reviews, and reviewers who reveal themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

KINDS = ("post_published", "post_withdrawn", "review_submitted", "review_revised", "review_withdrawn")


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "review_draft",
        sa.Column("reviewer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_review_draft_post_id_post")),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["researcher.id"], name=op.f("fk_review_draft_reviewer_id_researcher")
        ),
        sa.PrimaryKeyConstraint("reviewer_id", "post_id", name=op.f("pk_review_draft")),
    )
    with op.batch_alter_table("review_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_draft_post_id"), ["post_id"], unique=False)
    _allow((*KINDS, "review_revealed"))


def downgrade() -> None:
    """Take it back. A revelation stays what it did, and is named a revision."""
    op.execute("UPDATE score_event SET kind = 'review_revised' WHERE kind = 'review_revealed'")
    _allow(KINDS)
    with op.batch_alter_table("review_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_draft_post_id"))
    op.drop_table("review_draft")


def _allow(kinds: tuple[str, ...]) -> None:
    """Check the kinds of events against these; SQLite makes the table anew and leaves the old check behind."""
    name = op.f("ck_score_event_scoreeventkind")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("score_event", schema=None, recreate="auto") as batch_op:
        if op.get_bind().dialect.name != "sqlite":
            batch_op.drop_constraint(name, type_="check")
        batch_op.create_check_constraint(name, f"kind IN ({listed})")
