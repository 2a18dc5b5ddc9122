"""Login sessions, the last use of tokens, and when an address was changed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ENDS = ("expires_at", "revoked_at")


def upgrade() -> None:
    """Bring the tables to this revision; who is signed in by an older cookie signs in anew."""
    op.create_table(
        "login_session",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=13), nullable=False),
        sa.Column("researcher_id", KEY, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_agent", sa.String(length=200), nullable=True),
        sa.Column("last_used_on", sa.Date(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["researcher_id"], ["researcher.id"], name=op.f("fk_login_session_researcher_id_researcher")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_login_session_digest")),
        sa.UniqueConstraint("public_id", name=op.f("uq_login_session_public_id")),
    )
    op.create_index(op.f("ix_login_session_researcher_id"), "login_session", ["researcher_id"])
    op.create_index(op.f("ix_login_session_expires_at"), "login_session", ["expires_at"])
    op.add_column("token", sa.Column("last_used_on", sa.Date(), nullable=True))
    for end in ENDS:
        op.create_index(op.f(f"ix_token_{end}"), "token", [end])
    op.add_column("researcher", sa.Column("email_changed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("researcher", "email_changed_at")
    for end in ENDS:
        op.drop_index(op.f(f"ix_token_{end}"), "token")
    op.drop_column("token", "last_used_on")
    op.drop_table("login_session")
