"""Tombstones in the order of their keys: behind all scores they come without a search through all posts."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
WITHDRAWN = sa.text("status = 'withdrawn'")


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_index("ix_post_withdrawn", "post", ["id"], sqlite_where=WITHDRAWN, postgresql_where=WITHDRAWN)


def downgrade() -> None:
    """Bring the tables to the revision before."""
    op.drop_index("ix_post_withdrawn", "post")
