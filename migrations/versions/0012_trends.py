"""Sort keys, and the light events that trends are made of."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LINES = (
    "post_published",
    "post_withdrawn",
    "review_submitted",
    "review_revised",
    "review_revealed",
    "review_withdrawn",
)
SORTS = {"trending": "-1000000", "controversial": "0", "needs_review": "0"}


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "post_recommendation",
        *_mark("post_recommendation"),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_post_recommendation_researcher_id", "post_recommendation", ["researcher_id"])
    op.create_index("ix_post_recommendation_created_on", "post_recommendation", ["created_on", "post_id"])
    op.create_table("saved_post", *_mark("saved_post"))
    op.create_index("ix_saved_post_researcher_id", "saved_post", ["researcher_id", "created_at"])
    op.create_index("ix_saved_post_created_on", "saved_post", ["created_on", "post_id"])
    op.create_table(
        "read_count",
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("n", KEY, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_read_count_post_id_post")),
        sa.PrimaryKeyConstraint("post_id", "day", name=op.f("pk_read_count")),
    )
    op.create_table(
        "topic_rate",
        sa.Column("epoch_id", KEY, nullable=False),
        sa.Column("tag_id", KEY, nullable=False),
        sa.Column("rate", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["epoch_id"], ["epoch.id"], name=op.f("fk_topic_rate_epoch_id_epoch"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_topic_rate_tag_id_tag")),
        sa.PrimaryKeyConstraint("epoch_id", "tag_id", name=op.f("pk_topic_rate")),
    )
    with op.batch_alter_table("epoch") as batch:
        batch.add_column(sa.Column("base_rate", sa.Double(), nullable=False, server_default="1"))
    with op.batch_alter_table("post_score") as batch:
        for name, without in SORTS.items():
            batch.add_column(sa.Column(name, sa.Double(), nullable=False, server_default=without))
    for name in SORTS:
        op.create_index(f"ix_post_score_{name}", "post_score", ["epoch_id", name, "post_id"])
    op.create_index("ix_post_score_decision_since", "post_score", ["epoch_id", "decision", "decision_since", "post_id"])
    _set_lines((*LINES, "post_marked"))


def downgrade() -> None:
    """Take it back."""
    op.execute("DELETE FROM score_event WHERE kind = 'post_marked'")
    _set_lines(LINES)
    op.drop_index("ix_post_score_decision_since", "post_score")
    for name in SORTS:
        op.drop_index(f"ix_post_score_{name}", "post_score")
    with op.batch_alter_table("post_score") as batch:
        for name in SORTS:
            batch.drop_column(name)
    with op.batch_alter_table("epoch") as batch:
        batch.drop_column("base_rate")
    for name in ("topic_rate", "read_count", "saved_post", "post_recommendation"):
        op.drop_table(name)


def _mark(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("researcher_id", KEY, nullable=False),
        sa.Column("trust", sa.Double(), nullable=False),
        sa.Column("eligibility", sa.Double(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f(f"fk_{table}_post_id_post")),
        sa.ForeignKeyConstraint(
            ["researcher_id"], ["researcher.id"], name=op.f(f"fk_{table}_researcher_id_researcher")
        ),
        sa.PrimaryKeyConstraint("post_id", "researcher_id", name=op.f(f"pk_{table}")),
    )


def _set_lines(kinds: tuple[str, ...]) -> None:
    name = op.f("ck_score_event_scoreeventkind")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("score_event", recreate="auto") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"kind IN ({listed})")
