"""What each epoch was computed from, kept in shards; the hash of its scores."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "epoch_shard",
        sa.Column("epoch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "section",
            sa.Enum(
                "people", "works", "posts", name="shardsection", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["epoch_id"], ["epoch.id"], name=op.f("fk_epoch_shard_epoch_id_epoch"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("epoch_id", "section", "number", name=op.f("pk_epoch_shard")),
    )
    with op.batch_alter_table("epoch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scores_hash", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("epoch", schema=None) as batch_op:
        batch_op.drop_column("scores_hash")

    op.drop_table("epoch_shard")
