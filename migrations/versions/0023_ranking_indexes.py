"""What a filter of the ranking asks for stands in the indexes of its orders, and each has one to be found by."""

from alembic import op

revision = "0023"
down_revision = "0022"

ORDERS = ("best", "trending", "controversial", "needs_review", "n_reviews")
FILTERS = ["tier", "kind", "decision"]


def upgrade() -> None:
    """Bring the tables to this revision."""
    for name in ORDERS:
        op.drop_index(f"ix_post_score_{name}", "post_score")
        op.create_index(f"ix_post_score_{name}", "post_score", ["epoch_id", name, "post_id", *FILTERS])
    op.create_index("ix_post_score_value", "post_score", ["epoch_id", "value", "post_id"])
    op.create_index("ix_post_score_tier_decision", "post_score", ["epoch_id", "tier", "decision", "best", "post_id"])
    op.create_index("ix_post_created_at", "post", ["created_at", "id"])
    op.drop_index("ix_post_tag_tag_id", "post_tag")
    op.create_index("ix_post_tag_tag_id", "post_tag", ["tag_id", "post_id"])


def downgrade() -> None:
    """Bring the tables to the revision before."""
    op.drop_index("ix_post_tag_tag_id", "post_tag")
    op.create_index("ix_post_tag_tag_id", "post_tag", ["tag_id"])
    op.drop_index("ix_post_created_at", "post")
    op.drop_index("ix_post_score_tier_decision", "post_score")
    op.drop_index("ix_post_score_value", "post_score")
    for name in ORDERS:
        op.drop_index(f"ix_post_score_{name}", "post_score")
        columns = ["epoch_id", name, "post_id", *(FILTERS[:2] if name == "best" else [])]
        op.create_index(f"ix_post_score_{name}", "post_score", columns)
