"""Invitations to review."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("answer IN ('none', 'accepted')")


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "invitation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=13), nullable=False),
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("inviter_id", KEY, nullable=False),
        sa.Column("invited_id", KEY, nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column(
            "answer",
            sa.Enum(
                *("none", "accepted", "declined", "revoked", "expired"),
                name="answer",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("tells_inviter", sa.Boolean(), nullable=False),
        sa.Column("decline_reason", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_invitation_post_id_post")),
        sa.ForeignKeyConstraint(["inviter_id"], ["researcher.id"], name=op.f("fk_invitation_inviter_id_researcher")),
        sa.ForeignKeyConstraint(["invited_id"], ["researcher.id"], name=op.f("fk_invitation_invited_id_researcher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitation_public_id")),
    )
    op.create_index(op.f("ix_invitation_post_id"), "invitation", ["post_id"])
    op.create_index(op.f("ix_invitation_due_at"), "invitation", ["due_at"])
    op.create_index("ix_invitation_invited_id", "invitation", ["invited_id", "due_at"])
    op.create_index(
        "uq_invitation_open",
        "invitation",
        ["post_id", "invited_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("invitation")
