"""Clusters of reviewers and rulings on them; what an epoch froze of accounts, reviews and posts."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "account_trust",
        sa.Column("epoch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("researcher_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("trust", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["epoch_id"], ["epoch.id"], name=op.f("fk_account_trust_epoch_id_epoch"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["researcher_id"], ["researcher.id"], name=op.f("fk_account_trust_researcher_id_researcher")
        ),
        sa.PrimaryKeyConstraint("epoch_id", "researcher_id", name=op.f("pk_account_trust")),
    )
    op.create_table(
        "ruling",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=13), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("budget", sa.Double(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("budget >= 0", name=op.f("ck_ruling_budget_not_negative")),
        sa.ForeignKeyConstraint(["actor_id"], ["researcher.id"], name=op.f("fk_ruling_actor_id_researcher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruling")),
        sa.UniqueConstraint("public_id", name=op.f("uq_ruling_public_id")),
    )
    op.create_table(
        "cluster",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=13), nullable=False),
        sa.Column("epoch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("n_items", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("excess", sa.Double(), nullable=False),
        sa.Column("departure", sa.Double(), nullable=False),
        sa.Column("budget", sa.Double(), nullable=True),
        sa.Column("ruling_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["epoch_id"], ["epoch.id"], name=op.f("fk_cluster_epoch_id_epoch"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["ruling_id"], ["ruling.id"], name=op.f("fk_cluster_ruling_id_ruling")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster")),
        sa.UniqueConstraint("public_id", name=op.f("uq_cluster_public_id")),
    )
    with op.batch_alter_table("cluster", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cluster_epoch_id"), ["epoch_id"], unique=False)

    op.create_table(
        "review_fit",
        sa.Column("epoch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reviewer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_signed", sa.Boolean(), nullable=False),
        sa.Column("review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bias", sa.Double(), nullable=False),
        sa.Column("slope", sa.Double(), nullable=False),
        sa.Column("variance", sa.Double(), nullable=False),
        sa.Column("push", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["epoch_id"], ["epoch.id"], name=op.f("fk_review_fit_epoch_id_epoch"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_review_fit_post_id_post")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["researcher.id"], name=op.f("fk_review_fit_reviewer_id_researcher")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_fit_review_id_review")),
        sa.PrimaryKeyConstraint("epoch_id", "post_id", "reviewer_id", "is_signed", name=op.f("pk_review_fit")),
    )
    op.create_table(
        "ruling_member",
        sa.Column("ruling_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("researcher_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["researcher_id"], ["researcher.id"], name=op.f("fk_ruling_member_researcher_id_researcher")
        ),
        sa.ForeignKeyConstraint(
            ["ruling_id"], ["ruling.id"], name=op.f("fk_ruling_member_ruling_id_ruling"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ruling_id", "researcher_id", name=op.f("pk_ruling_member")),
    )
    op.create_table(
        "cluster_effect",
        sa.Column("cluster_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("n_reviews", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("value_in_full", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["cluster.id"], name=op.f("fk_cluster_effect_cluster_id_cluster"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_cluster_effect_post_id_post")),
        sa.PrimaryKeyConstraint("cluster_id", "post_id", name=op.f("pk_cluster_effect")),
    )
    with op.batch_alter_table("cluster_effect", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cluster_effect_post_id"), ["post_id"], unique=False)

    with op.batch_alter_table("post_score", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "n_trusted", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, server_default="0"
            )
        )

    with op.batch_alter_table("reviewer_fit", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("cluster_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_index(batch_op.f("ix_reviewer_fit_cluster_id"), ["cluster_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_reviewer_fit_cluster_id_cluster"), "cluster", ["cluster_id"], ["id"], ondelete="CASCADE"
        )


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("reviewer_fit", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_reviewer_fit_cluster_id_cluster"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_reviewer_fit_cluster_id"))
        batch_op.drop_column("cluster_id")

    with op.batch_alter_table("post_score", schema=None) as batch_op:
        batch_op.drop_column("n_trusted")

    with op.batch_alter_table("cluster_effect", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cluster_effect_post_id"))

    op.drop_table("cluster_effect")
    op.drop_table("ruling_member")
    op.drop_table("review_fit")
    with op.batch_alter_table("cluster", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cluster_epoch_id"))

    op.drop_table("cluster")
    op.drop_table("ruling")
    op.drop_table("account_trust")
