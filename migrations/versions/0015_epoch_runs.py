"""Runs of the epoch job: at most one at a time, its progress and how it ended."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "epoch_run",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=13), nullable=False),
        sa.Column("state", _enum("runstate", "running", "succeeded", "failed", "stopped"), nullable=False),
        sa.Column("step", _enum("runstep", "reading", "fitting", "writing", "switching"), nullable=False),
        sa.Column("n_sweeps", KEY, nullable=False),
        sa.Column("started_by", _enum("starter", "worker", "command"), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("pid", KEY, nullable=False),
        sa.Column("epoch_id", KEY, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["epoch_id"], ["epoch.id"], name=op.f("fk_epoch_run_epoch_id_epoch"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epoch_run")),
        sa.UniqueConstraint("public_id", name=op.f("uq_epoch_run_public_id")),
    )
    op.create_index(op.f("ix_epoch_run_epoch_id"), "epoch_run", ["epoch_id"], unique=False)
    only = sa.text("state = 'running'")
    op.create_index(
        "uq_epoch_run_running", "epoch_run", ["state"], unique=True, sqlite_where=only, postgresql_where=only
    )


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def downgrade() -> None:
    """Take it back."""
    op.drop_table("epoch_run")
