"""The reviews of one post in the order of their lists, without going through everybody's."""

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_index("ix_review_post_id", "review", ["post_id", "created_on", "public_id"])


def downgrade() -> None:
    """Bring the tables to the revision before."""
    op.drop_index("ix_review_post_id", "review")
