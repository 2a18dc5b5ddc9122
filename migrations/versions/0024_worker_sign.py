"""When each worker was last at work."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "worker_sign",
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_worker_sign")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("worker_sign")
