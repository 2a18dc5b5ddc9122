"""Full text of titles and abstracts, moments in commit order, and the orders of posts that had no index."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = ("post_version", "publication")
# What lies between words is made a space first: to PostgreSQL "low-field", "a/b" and "x@y.z" are words of their own.
BETWEEN = r"[!-/:-@[-`{-~\u00a0-\u00a9\u00ab-\u00b1\u00b6-\u00b8\u00bb\u00bf\u2000-\u206f\u3000-\u303f]+"
TEXT = f"regexp_replace(title || ' ' || coalesce(abstract, ''), '{BETWEEN}', ' ', 'g')"


def upgrade() -> None:
    """Bring the tables to this revision."""
    with op.batch_alter_table("score_log", schema=None) as batch_op:
        batch_op.add_column(sa.Column("last_moment", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index("ix_post_updated_at")
        batch_op.create_index("ix_post_updated_at", ["updated_at", "id"], unique=False)
    with op.batch_alter_table("post_score", schema=None) as batch_op:
        batch_op.create_index("ix_post_score_n_reviews", ["epoch_id", "n_reviews", "post_id"], unique=False)
    add_index = _add_postgresql_index if op.get_bind().dialect.name == "postgresql" else _add_sqlite_index
    for table in TABLES:
        add_index(table)


def downgrade() -> None:
    """Take it back."""
    for table in TABLES:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP INDEX search_{table}")
        else:
            for event in ("insert", "update", "delete"):
                op.execute(f"DROP TRIGGER search_{table}_{event}")
            op.execute(f"DROP TABLE search_{table}")
    with op.batch_alter_table("post_score", schema=None) as batch_op:
        batch_op.drop_index("ix_post_score_n_reviews")
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index("ix_post_updated_at")
        batch_op.create_index("ix_post_updated_at", ["updated_at", "public_id"], unique=False)
    with op.batch_alter_table("score_log", schema=None) as batch_op:
        batch_op.drop_column("last_moment")


def _add_postgresql_index(table: str) -> None:
    op.execute(f"CREATE INDEX search_{table} ON {table} USING gin (to_tsvector('simple', {TEXT}))")


def _add_sqlite_index(table: str) -> None:
    """Index the text without a copy of it; triggers keep the index in step within each write."""
    name = f"search_{table}"
    add = f"INSERT INTO {name}(rowid, title, abstract) VALUES (new.id, new.title, new.abstract);"  # noqa: S608
    drop = f"INSERT INTO {name}({name}, rowid, title, abstract) VALUES ('delete', old.id, old.title, old.abstract);"  # noqa: S608
    op.execute(
        f"CREATE VIRTUAL TABLE {name} USING fts5("
        f"title, abstract, content='{table}', content_rowid='id', tokenize='unicode61 remove_diacritics 0')"
    )
    op.execute(f"CREATE TRIGGER {name}_insert AFTER INSERT ON {table} BEGIN {add} END")
    op.execute(f"CREATE TRIGGER {name}_update AFTER UPDATE OF title, abstract ON {table} BEGIN {drop} {add} END")
    op.execute(f"CREATE TRIGGER {name}_delete AFTER DELETE ON {table} BEGIN {drop} END")
    op.execute(f"INSERT INTO {name}({name}) VALUES ('rebuild')")  # noqa: S608
