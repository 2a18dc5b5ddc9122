"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "epoch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=13), nullable=False),
        sa.Column("model_version", sa.String(length=40), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("log_position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("population", sa.JSON(), nullable=False),
        sa.Column("cohorts", sa.JSON(), nullable=False),
        sa.Column("n_posts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("n_reviews", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("n_reviewers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epoch")),
        sa.UniqueConstraint("public_id", name=op.f("uq_epoch_public_id")),
    )
    op.create_table(
        "researcher",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=13), nullable=False),
        sa.Column("handle", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("is_email_verified", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "member",
                "editor",
                "moderator",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("orcid", sa.String(length=19), nullable=True),
        sa.Column("affiliations", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("profession", sa.String(length=120), nullable=True),
        sa.Column("biography", sa.Text(), nullable=True),
        sa.Column("career_start", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_claimed", sa.Boolean(), nullable=False),
        sa.Column(
            "verification",
            sa.Enum(
                "none",
                "email",
                "editor",
                "venue",
                name="verification",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source_key", sa.String(length=600), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["researcher.id"], name=op.f("fk_researcher_verified_by_id_researcher")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_researcher")),
        sa.UniqueConstraint("handle", name=op.f("uq_researcher_handle")),
        sa.UniqueConstraint("orcid", name=op.f("uq_researcher_orcid")),
        sa.UniqueConstraint("public_id", name=op.f("uq_researcher_public_id")),
        sa.UniqueConstraint("source_key", name=op.f("uq_researcher_source_key")),
    )
    with op.batch_alter_table("researcher", schema=None) as batch_op:
        batch_op.create_index("ix_researcher_created_at", ["created_at", "public_id"], unique=False)
        batch_op.create_index(
            "uq_researcher_verified_email",
            ["email"],
            unique=True,
            sqlite_where=sa.text("is_email_verified"),
            postgresql_where=sa.text("is_email_verified"),
        )

    op.create_table(
        "tag",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("synonyms", sa.JSON(), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "status",
            sa.Enum("proposed", "accepted", name="tagstatus", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["tag.id"], name=op.f("fk_tag_parent_id_tag")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("name", name=op.f("uq_tag_name")),
    )
    op.create_table(
        "venue",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=13), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "journal",
                "conference",
                "repository",
                "other",
                name="venuekind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue")),
        sa.UniqueConstraint("name", name=op.f("uq_venue_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_venue_public_id")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["researcher.id"], name=op.f("fk_audit_entry_actor_id_researcher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_subject", ["subject", "created_at"], unique=False)

    op.create_table(
        "post",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=13), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "preprint",
                "case",
                "slides",
                "video",
                "audio",
                "blog",
                "micro",
                "question",
                "dataset",
                "poster",
                "talk",
                name="postkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "pending",
                "published",
                "withdrawn",
                name="poststatus",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "audience",
            sa.Enum(
                "public", "members", "private", name="audience", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("version_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("venue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source_key", sa.String(length=900), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["researcher.id"], name=op.f("fk_post_created_by_id_researcher")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_post_venue_id_venue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("public_id", name=op.f("uq_post_public_id")),
        sa.UniqueConstraint("source_key", name=op.f("uq_post_source_key")),
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(
            "ix_post_published_at",
            ["published_at", "id"],
            unique=False,
            sqlite_where=sa.text("status = 'published'"),
            postgresql_where=sa.text("status = 'published'"),
        )
        batch_op.create_index("ix_post_updated_at", ["updated_at", "public_id"], unique=False)

    op.create_table(
        "publication",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=13), nullable=False),
        sa.Column("doi", sa.String(length=255), nullable=True),
        sa.Column(
            "type",
            sa.Enum(
                "article",
                "preprint",
                "proceedings",
                "book",
                "chapter",
                "thesis",
                "dataset",
                "report",
                "other",
                name="publicationtype",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=True),
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=True),
        sa.Column("venue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("citation_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("citation_count >= 0", name=op.f("ck_publication_citation_count_not_negative")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["researcher.id"], name=op.f("fk_publication_created_by_id_researcher")
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_publication_venue_id_venue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("doi", name=op.f("uq_publication_doi")),
        sa.UniqueConstraint("public_id", name=op.f("uq_publication_public_id")),
    )
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.create_index("ix_publication_created_at", ["created_at", "public_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_publication_venue_id"), ["venue_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_publication_year"), ["year"], unique=False)

    op.create_table(
        "reputation",
        sa.Column("epoch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("researcher_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cohort", sa.String(length=120), nullable=False),
        sa.Column("percentile", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["epoch_id"], ["epoch.id"], name=op.f("fk_reputation_epoch_id_epoch"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["researcher_id"], ["researcher.id"], name=op.f("fk_reputation_researcher_id_researcher")
        ),
        sa.PrimaryKeyConstraint("epoch_id", "researcher_id", name=op.f("pk_reputation")),
    )
    with op.batch_alter_table("reputation", schema=None) as batch_op:
        batch_op.create_index("ix_reputation_researcher_id", ["researcher_id", "epoch_id"], unique=False)

    op.create_table(
        "reviewer_fit",
        sa.Column("epoch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("researcher_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bias", sa.Double(), nullable=False),
        sa.Column("slope", sa.Double(), nullable=False),
        sa.Column("variance", sa.Double(), nullable=False),
        sa.Column("trust", sa.Double(), nullable=False),
        sa.Column("n_reviews", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["epoch_id"], ["epoch.id"], name=op.f("fk_reviewer_fit_epoch_id_epoch"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["researcher_id"], ["researcher.id"], name=op.f("fk_reviewer_fit_researcher_id_researcher")
        ),
        sa.PrimaryKeyConstraint("epoch_id", "researcher_id", name=op.f("pk_reviewer_fit")),
    )
    op.create_table(
        "score_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("last_sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("current_epoch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_score_log_one_row")),
        sa.ForeignKeyConstraint(["current_epoch_id"], ["epoch.id"], name=op.f("fk_score_log_current_epoch_id_epoch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_log")),
    )
    op.create_table(
        "token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=13), nullable=False),
        sa.Column("researcher_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["researcher_id"], ["researcher.id"], name=op.f("fk_token_researcher_id_researcher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_token_digest")),
        sa.UniqueConstraint("public_id", name=op.f("uq_token_public_id")),
    )
    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_token_researcher_id"), ["researcher_id"], unique=False)

    op.create_table(
        "vouch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("voucher_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("vouchee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("voucher_id <> vouchee_id", name=op.f("ck_vouch_not_oneself")),
        sa.ForeignKeyConstraint(["vouchee_id"], ["researcher.id"], name=op.f("fk_vouch_vouchee_id_researcher")),
        sa.ForeignKeyConstraint(["voucher_id"], ["researcher.id"], name=op.f("fk_vouch_voucher_id_researcher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vouch")),
    )
    with op.batch_alter_table("vouch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vouch_vouchee_id"), ["vouchee_id"], unique=False)
        batch_op.create_index(
            "uq_vouch_live",
            ["voucher_id", "vouchee_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    op.create_table(
        "authorship",
        sa.Column("publication_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("researcher_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_authorship_publication_id_publication")
        ),
        sa.ForeignKeyConstraint(
            ["researcher_id"], ["researcher.id"], name=op.f("fk_authorship_researcher_id_researcher")
        ),
        sa.PrimaryKeyConstraint("publication_id", "researcher_id", name=op.f("pk_authorship")),
    )
    with op.batch_alter_table("authorship", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_authorship_researcher_id"), ["researcher_id"], unique=False)

    op.create_table(
        "citation",
        sa.Column("citing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cited_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("citing_id <> cited_id", name=op.f("ck_citation_not_itself")),
        sa.ForeignKeyConstraint(["cited_id"], ["publication.id"], name=op.f("fk_citation_cited_id_publication")),
        sa.ForeignKeyConstraint(["citing_id"], ["publication.id"], name=op.f("fk_citation_citing_id_publication")),
        sa.PrimaryKeyConstraint("citing_id", "cited_id", name=op.f("pk_citation")),
    )
    with op.batch_alter_table("citation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_citation_cited_id"), ["cited_id"], unique=False)

    op.create_table(
        "post_author",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("researcher_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_author_post_id_post")),
        sa.ForeignKeyConstraint(
            ["researcher_id"], ["researcher.id"], name=op.f("fk_post_author_researcher_id_researcher")
        ),
        sa.PrimaryKeyConstraint("post_id", "researcher_id", name=op.f("pk_post_author")),
    )
    with op.batch_alter_table("post_author", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_author_researcher_id"), ["researcher_id"], unique=False)

    op.create_table(
        "post_score",
        sa.Column("epoch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "preprint",
                "case",
                "slides",
                "video",
                "audio",
                "blog",
                "micro",
                "question",
                "dataset",
                "poster",
                "talk",
                name="postkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("sd", sa.Double(), nullable=True),
        sa.Column("best", sa.Double(), nullable=False),
        sa.Column("n_reviews", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("n_effective", sa.Double(), nullable=False),
        sa.Column("prior_share", sa.Double(), nullable=False),
        sa.Column(
            "tier",
            sa.Enum(
                "emerging",
                "weak",
                "developing",
                "sound",
                "strong",
                "exceptional",
                name="tier",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("tier_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "under_review",
                "accepted",
                "rejected",
                "contested",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("decision_since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["epoch_id"], ["epoch.id"], name=op.f("fk_post_score_epoch_id_epoch"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_score_post_id_post")),
        sa.PrimaryKeyConstraint("epoch_id", "post_id", name=op.f("pk_post_score")),
    )
    with op.batch_alter_table("post_score", schema=None) as batch_op:
        batch_op.create_index("ix_post_score_best", ["epoch_id", "best", "post_id", "tier", "kind"], unique=False)
        batch_op.create_index("ix_post_score_decision", ["epoch_id", "decision", "best", "post_id"], unique=False)
        batch_op.create_index("ix_post_score_kind", ["epoch_id", "kind", "best", "post_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_post_score_post_id"), ["post_id"], unique=False)
        batch_op.create_index("ix_post_score_tier", ["epoch_id", "tier", "best", "post_id"], unique=False)

    op.create_table(
        "post_tag",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tag_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_tag_post_id_post")),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_post_tag_tag_id_tag")),
        sa.PrimaryKeyConstraint("post_id", "tag_id", name=op.f("pk_post_tag")),
    )
    with op.batch_alter_table("post_tag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_tag_tag_id"), ["tag_id"], unique=False)

    op.create_table(
        "post_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("lay_summary", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_version_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_version")),
        sa.UniqueConstraint("post_id", "number", name=op.f("uq_post_version_post_id_number")),
    )
    op.create_table(
        "review",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=13), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reviewer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "identity",
            sa.Enum(
                "signed",
                "pseudonymous",
                "anonymous",
                name="identity",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("pseudonym", sa.String(length=40), nullable=True),
        sa.Column("ratings", sa.JSON(), nullable=False),
        sa.Column("overall", sa.Double(), nullable=False),
        sa.Column(
            "recommendation",
            sa.Enum(
                "accept",
                "minor_revision",
                "major_revision",
                "reject",
                name="recommendation",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("confidence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("competing_interest", sa.Text(), nullable=True),
        sa.Column("has_financial_interest", sa.Boolean(), nullable=False),
        sa.Column("eligibility", sa.Double(), nullable=False),
        sa.Column("trust", sa.Double(), nullable=False),
        sa.Column("revision_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("addressed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("confidence BETWEEN 1 AND 5", name=op.f("ck_review_confidence_on_scale")),
        sa.CheckConstraint("overall BETWEEN 1 AND 10", name=op.f("ck_review_overall_on_scale")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_review_post_id_post")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["researcher.id"], name=op.f("fk_review_reviewer_id_researcher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("public_id", name=op.f("uq_review_public_id")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index("ix_review_created_on", ["created_on", "public_id"], unique=False)
        batch_op.create_index("ix_review_reviewer_id", ["reviewer_id", "post_id"], unique=False)
        batch_op.create_index(
            "uq_review_live",
            ["post_id", "reviewer_id"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.create_table(
        "reputation_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("epoch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("researcher_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "component",
            sa.Enum(
                "publications",
                "posts",
                "reviewing",
                "community",
                name="component",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.Double(), nullable=False),
        sa.Column("units", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("publication_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["epoch_id"], ["epoch.id"], name=op.f("fk_reputation_entry_epoch_id_epoch"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_reputation_entry_post_id_post")),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_reputation_entry_publication_id_publication")
        ),
        sa.ForeignKeyConstraint(
            ["researcher_id"], ["researcher.id"], name=op.f("fk_reputation_entry_researcher_id_researcher")
        ),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_reputation_entry_review_id_review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reputation_entry")),
    )
    with op.batch_alter_table("reputation_entry", schema=None) as batch_op:
        batch_op.create_index("ix_reputation_entry_epoch_id", ["epoch_id", "researcher_id"], unique=False)

    op.create_table(
        "response",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=13), nullable=False),
        sa.Column("review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["researcher.id"], name=op.f("fk_response_author_id_researcher")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_response_review_id_review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint("public_id", name=op.f("uq_response_public_id")),
        sa.UniqueConstraint("review_id", name=op.f("uq_response_review_id")),
    )
    op.create_table(
        "review_revision",
        sa.Column("review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ratings", sa.JSON(), nullable=False),
        sa.Column("overall", sa.Double(), nullable=False),
        sa.Column("recommendation", sa.String(length=24), nullable=True),
        sa.Column("confidence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_revision_review_id_review")),
        sa.PrimaryKeyConstraint("review_id", "number", name=op.f("pk_review_revision")),
    )
    op.create_table(
        "score_event",
        sa.Column(
            "sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "post_published",
                "post_withdrawn",
                "review_submitted",
                "review_revised",
                "review_withdrawn",
                name="scoreeventkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_score_event_post_id_post")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_score_event_review_id_review")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_score_event")),
    )
    with op.batch_alter_table("score_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_score_event_post_id"), ["post_id"], unique=False)
    op.execute("INSERT INTO score_log (id, last_sequence) VALUES (1, 0)")


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("score_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_score_event_post_id"))

    op.drop_table("score_event")
    op.drop_table("review_revision")
    op.drop_table("response")
    with op.batch_alter_table("reputation_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_reputation_entry_epoch_id")

    op.drop_table("reputation_entry")
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_review_live",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.drop_index("ix_review_reviewer_id")
        batch_op.drop_index("ix_review_created_on")

    op.drop_table("review")
    op.drop_table("post_version")
    with op.batch_alter_table("post_tag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_tag_tag_id"))

    op.drop_table("post_tag")
    with op.batch_alter_table("post_score", schema=None) as batch_op:
        batch_op.drop_index("ix_post_score_tier")
        batch_op.drop_index(batch_op.f("ix_post_score_post_id"))
        batch_op.drop_index("ix_post_score_kind")
        batch_op.drop_index("ix_post_score_decision")
        batch_op.drop_index("ix_post_score_best")

    op.drop_table("post_score")
    with op.batch_alter_table("post_author", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_author_researcher_id"))

    op.drop_table("post_author")
    with op.batch_alter_table("citation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_citation_cited_id"))

    op.drop_table("citation")
    with op.batch_alter_table("authorship", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_authorship_researcher_id"))

    op.drop_table("authorship")
    with op.batch_alter_table("vouch", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_vouch_live", sqlite_where=sa.text("revoked_at IS NULL"), postgresql_where=sa.text("revoked_at IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_vouch_vouchee_id"))

    op.drop_table("vouch")
    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_token_researcher_id"))

    op.drop_table("token")
    op.drop_table("score_log")
    op.drop_table("reviewer_fit")
    with op.batch_alter_table("reputation", schema=None) as batch_op:
        batch_op.drop_index("ix_reputation_researcher_id")

    op.drop_table("reputation")
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publication_year"))
        batch_op.drop_index(batch_op.f("ix_publication_venue_id"))
        batch_op.drop_index("ix_publication_created_at")

    op.drop_table("publication")
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index("ix_post_updated_at")
        batch_op.drop_index(
            "ix_post_published_at",
            sqlite_where=sa.text("status = 'published'"),
            postgresql_where=sa.text("status = 'published'"),
        )

    op.drop_table("post")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_subject")

    op.drop_table("audit_entry")
    op.drop_table("venue")
    op.drop_table("tag")
    with op.batch_alter_table("researcher", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_researcher_verified_email",
            sqlite_where=sa.text("is_email_verified"),
            postgresql_where=sa.text("is_email_verified"),
        )
        batch_op.drop_index("ix_researcher_created_at")

    op.drop_table("researcher")
    op.drop_table("epoch")
