"""Moves of tiers and decisions, and editors' overrides of decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DECISIONS = ("under_review", "accepted", "rejected", "contested")
BY = ("community", "editor")
CAUSES = ("reviews", "refit", "editor")
REASONS = (
    "too_few_reviews",
    "enough_reviews",
    "surely_higher",
    "hardly_there",
    "acceptable",
    "unacceptable",
    "split",
    "unsettled",
    "editor",
    "editor_lifted",
)
CHECKS = ("decidedby", "community_decision", "movecause")
COLUMNS = ("due", "judged_sequence", "judged_value", "community_decision", "decision_by")


def upgrade() -> None:
    """Bring the tables to this revision."""
    _create_moves()
    _create_overrides()
    op.add_column("post_score", _checked("decision_by", BY, name="decidedby", nullable=False, default="community"))
    op.add_column(
        "post_score",
        _checked("community_decision", DECISIONS, name="community_decision", nullable=False, default="under_review"),
    )
    op.execute("UPDATE post_score SET community_decision = decision")
    op.add_column("post_score", sa.Column("judged_value", sa.Double(), nullable=True))
    op.add_column("post_score", sa.Column("judged_sequence", KEY, nullable=False, server_default="0"))
    op.add_column("post_score", _checked("due", CAUSES, name="movecause", nullable=True))


def downgrade() -> None:
    """Take it back; where an editor decided, the community's decision comes back."""
    op.execute("UPDATE post_score SET decision = community_decision")
    with op.batch_alter_table("post_score") as batch:  # once made anew, SQLite has the checks beside the columns
        for check in CHECKS:
            batch.drop_constraint(op.f(f"ck_post_score_{check}"), type_="check")
        for column in COLUMNS:
            batch.drop_column(column)
    op.drop_table("override")
    op.drop_table("move")


def _create_moves() -> None:
    op.create_table(
        "move",
        sa.Column("id", KEY, nullable=False),
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("epoch_id", KEY, nullable=False),
        sa.Column("kind", _one_of("tier", "decision", name="movekind"), nullable=False),
        sa.Column("before", sa.String(24), nullable=False),
        sa.Column("after", sa.String(24), nullable=False),
        sa.Column("reason", _one_of(*REASONS, name="movereason"), nullable=False),
        sa.Column("cause", _one_of(*CAUSES, name="movecause"), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        *(sa.Column(name, sa.Double(), nullable=True) for name in ("value", "low", "high", "threshold", "probability")),
        sa.Column("n_reviews", KEY, nullable=False),
        sa.Column("n_effective", sa.Double(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_move_post_id_post")),
        sa.ForeignKeyConstraint(["epoch_id"], ["epoch.id"], name=op.f("fk_move_epoch_id_epoch"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move")),
    )
    op.create_index("ix_move_post_id", "move", ["post_id", "id"])
    op.create_index(op.f("ix_move_epoch_id"), "move", ["epoch_id"])


def _create_overrides() -> None:
    op.create_table(
        "override",
        sa.Column("id", KEY, nullable=False),
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("actor_id", KEY, nullable=False),
        sa.Column("decision", _one_of(*DECISIONS, name="decision"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_override_post_id_post")),
        sa.ForeignKeyConstraint(["actor_id"], ["researcher.id"], name=op.f("fk_override_actor_id_researcher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_override")),
    )
    live = sa.text("lifted_at IS NULL")
    op.create_index("uq_override_live", "override", ["post_id"], unique=True, postgresql_where=live, sqlite_where=live)


def _one_of(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def _checked(
    column: str, values: tuple[str, ...], *, name: str, nullable: bool, default: str | None = None
) -> sa.Column[str]:
    """A column with its check beside it, which SQLite takes without making the table anew."""
    listed = ", ".join(f"'{value}'" for value in values)
    check = sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_post_score_{name}"))
    return sa.Column(column, sa.String(24), check, nullable=nullable, server_default=default)
