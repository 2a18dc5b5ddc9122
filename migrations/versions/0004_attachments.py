"""Attachments of versions."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Bring the tables to this revision."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "attachment",
        sa.Column("id", key, nullable=False),
        sa.Column("public_id", sa.String(length=13), nullable=False),
        sa.Column("version_id", key, nullable=False),
        sa.Column("position", key, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size_bytes", key, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("object_key", sa.String(length=32), nullable=False),
        sa.Column("has_thumbnail", sa.Boolean(), nullable=False),
        sa.Column("width", key, nullable=True),
        sa.Column("height", key, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["post_version.id"], name=op.f("fk_attachment_version_id_post_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_attachment_public_id")),
    )
    op.create_index("ix_attachment_version_id_position", "attachment", ["version_id", "position"], unique=True)
    op.create_index("ix_attachment_object_key", "attachment", ["object_key"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("attachment")
