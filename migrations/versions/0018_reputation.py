"""Reputations with their components and intervals, lines with reasons, changes from epoch to epoch, unsigned credit."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COMPONENTS = ("publications", "posts", "reviewing", "community")


def upgrade() -> None:
    """Bring the tables to this revision. Components of the epochs that are there are summed from their lines."""
    for name in COMPONENTS:
        op.add_column("reputation", sa.Column(name, KEY, nullable=False, server_default="0"))
        lines = "SELECT COALESCE(SUM(e.units), 0) FROM reputation_entry e WHERE e.epoch_id = reputation.epoch_id"
        mine = f"AND e.researcher_id = reputation.researcher_id AND e.component = '{name}'"
        op.execute(f"UPDATE reputation SET {name} = ({lines} {mine})")  # noqa: S608
    op.add_column("reputation", sa.Column("low", KEY, nullable=True))
    op.add_column("reputation", sa.Column("high", KEY, nullable=True))
    op.create_index("ix_reputation_units", "reputation", ["epoch_id", "units", "researcher_id"])
    with op.batch_alter_table("reputation_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("comment_id", KEY, nullable=True))
        batch_op.add_column(sa.Column("quarter", sa.String(length=7), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.JSON(), nullable=False, server_default="{}"))
        name = op.f("fk_reputation_entry_comment_id_comment")
        batch_op.create_foreign_key(name, "comment", ["comment_id"], ["id"])
    _create_change()
    _create_credit()


def _create_change() -> None:
    table = "reputation_change"
    op.create_table(
        table,
        sa.Column("epoch_id", KEY, nullable=False),
        sa.Column("researcher_id", KEY, nullable=False),
        *(sa.Column(name, KEY, nullable=False) for name in ("units", *COMPONENTS)),
        sa.ForeignKeyConstraint(
            ["epoch_id"], ["epoch.id"], name=op.f(f"fk_{table}_epoch_id_epoch"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["researcher_id"], ["researcher.id"], name=op.f(f"fk_{table}_researcher_id_researcher")
        ),
        sa.PrimaryKeyConstraint("epoch_id", "researcher_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_researcher_id", table, ["researcher_id", "epoch_id"])


def _create_credit() -> None:
    table = "unsigned_credit"
    op.create_table(
        table,
        sa.Column("researcher_id", KEY, nullable=False),
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("amount", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["researcher_id"], ["researcher.id"], name=op.f(f"fk_{table}_researcher_id_researcher")
        ),
        sa.PrimaryKeyConstraint("researcher_id", "quarter", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_quarter"), table, ["quarter"])


def downgrade() -> None:
    """Take it back; the lines that have no place in the tables of before go, with what they say."""
    op.drop_table("unsigned_credit")
    op.drop_table("reputation_change")
    op.execute("DELETE FROM reputation_entry WHERE component = 'community' OR quarter IS NOT NULL")
    with op.batch_alter_table("reputation_entry", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_reputation_entry_comment_id_comment"), type_="foreignkey")
        for name in ("comment_id", "quarter", "reason"):
            batch_op.drop_column(name)
    op.drop_index("ix_reputation_units", "reputation")
    for name in ("low", "high", *COMPONENTS):
        op.drop_column("reputation", name)
