"""Declarations of consent and what moderators decided."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
VERIFICATIONS = ("none", "email", "editor", "venue")


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "case_declaration",
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("consent", _one_of("written", "guardian", "waived", "not_required", name="consent"), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("checklist", sa.JSON(), nullable=False),
        sa.Column("not_identifying", sa.JSON(), nullable=False),
        sa.Column("declared_by_id", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["post_version.id"], name=op.f("fk_case_declaration_version_id_post_version")
        ),
        sa.ForeignKeyConstraint(
            ["declared_by_id"], ["researcher.id"], name=op.f("fk_case_declaration_declared_by_id_researcher")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_case_declaration")),
    )
    op.create_table(
        "moderation_decision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("moderator_id", KEY, nullable=False),
        sa.Column("outcome", _one_of("released", "returned", name="moderationoutcome"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["post_version.id"], name=op.f("fk_moderation_decision_version_id_post_version")
        ),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["researcher.id"], name=op.f("fk_moderation_decision_moderator_id_researcher")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_decision")),
    )
    op.create_index(op.f("ix_moderation_decision_version_id"), "moderation_decision", ["version_id"])
    _verifications(*VERIFICATIONS, "license")


def downgrade() -> None:
    """Take it back; who was verified by a license counts as an editor's word, which it was."""
    op.execute("UPDATE researcher SET verification = 'editor' WHERE verification = 'license'")
    _verifications(*VERIFICATIONS)
    op.drop_table("moderation_decision")
    op.drop_table("case_declaration")


def _verifications(*values: str) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table("researcher") as batch:
        batch.drop_constraint(op.f("ck_researcher_verification"), type_="check")
        batch.create_check_constraint(op.f("ck_researcher_verification"), f"verification IN ({listed})")


def _one_of(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)
