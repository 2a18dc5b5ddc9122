"""Publications merged into others, with the way back, and the publications that posts became."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIVE = sa.text("undone_at IS NULL")
UNMERGED = sa.text("merged_into_id IS NULL")


def upgrade() -> None:
    """Bring the tables to this revision.

    The column is added by hand: SQLite takes its key with it, and in a batch it makes the table anew and drops the
    triggers of the search.
    """
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    key = "CONSTRAINT fk_publication_merged_into_id_publication REFERENCES publication (id)"
    op.execute(f"ALTER TABLE publication ADD COLUMN merged_into_id {kind} {key}")
    op.create_index("ix_publication_merged_into_id", "publication", ["merged_into_id"])
    op.create_index(
        "ix_publication_alike",
        "publication",
        ["title_key", "year", "public_id"],
        sqlite_where=UNMERGED,
        postgresql_where=UNMERGED,
    )
    op.create_table(
        "publication_merge",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=13), nullable=False),
        sa.Column("kept_id", KEY, nullable=False),
        sa.Column("duplicate_id", KEY, nullable=False),
        sa.Column("merged_by_id", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", KEY, nullable=True),
        _key("publication_merge", "kept_id", "publication"),
        _key("publication_merge", "duplicate_id", "publication"),
        _key("publication_merge", "merged_by_id", "researcher"),
        _key("publication_merge", "undone_by_id", "researcher"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_merge")),
        sa.UniqueConstraint("public_id", name=op.f("uq_publication_merge_public_id")),
    )
    op.create_index("ix_publication_merge_kept_id", "publication_merge", ["kept_id"])
    op.create_index("ix_publication_merge_duplicate_id", "publication_merge", ["duplicate_id"])
    op.create_index(
        "uq_publication_merge_live",
        "publication_merge",
        ["duplicate_id"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_table(
        "post_publication",
        sa.Column("post_id", KEY, autoincrement=False, nullable=False),
        sa.Column("publication_id", KEY, nullable=False),
        sa.Column("linked_by_id", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _key("post_publication", "post_id", "post"),
        _key("post_publication", "publication_id", "publication"),
        _key("post_publication", "linked_by_id", "researcher"),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_post_publication")),
    )
    op.create_index("ix_post_publication_publication_id", "post_publication", ["publication_id"])


def downgrade() -> None:
    """Take it back. What was merged stands beside the other again, without what was moved from it."""
    op.drop_table("post_publication")
    op.drop_table("publication_merge")
    op.drop_index("ix_publication_alike", "publication")
    op.drop_index("ix_publication_merged_into_id", "publication")
    op.drop_column("publication", "merged_into_id")


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))
