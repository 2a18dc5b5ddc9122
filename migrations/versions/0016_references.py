"""What a bibliography says of a publication beyond our columns, and the title by which the same work is found."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

BATCH = 1_000


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.add_column("publication", sa.Column("extra", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("publication", sa.Column("title_key", sa.String(length=200), nullable=False, server_default=""))
    _fill()
    op.create_index("ix_publication_title_key", "publication", ["title_key", "year"])


def _fill() -> None:
    connection = op.get_bind()
    last = 0
    while rows := connection.execute(
        sa.text(f"SELECT id, title FROM publication WHERE id > :last ORDER BY id LIMIT {BATCH}"),  # noqa: S608
        {"last": last},
    ).all():
        last = rows[-1].id
        connection.execute(
            sa.text("UPDATE publication SET title_key = :key WHERE id = :id"),
            [{"id": row.id, "key": _key(row.title)} for row in rows],
        )


def _key(title: str) -> str:
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", title) if not unicodedata.combining(sign))
    return (" ".join(re.findall(r"[^\W_]+", plain.casefold())) or plain.casefold().strip())[:200]


def downgrade() -> None:
    """Take it back; not in a batch, which on SQLite makes the table anew and drops the triggers of the search."""
    op.drop_index("ix_publication_title_key", "publication")
    op.drop_column("publication", "title_key")
    op.drop_column("publication", "extra")
