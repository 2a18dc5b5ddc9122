"""Addressed reviews: the version a review is addressed in, its author's answer, and from when on it counts half."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITS = sa.text("addressed_in IS NOT NULL AND addressed_answer IS NULL")
KINDS = (
    *("post_published", "post_withdrawn"),
    *("review_submitted", "review_revised", "review_withdrawn", "review_revealed", "post_marked"),
)


def upgrade() -> None:
    """Bring the tables to this revision.

    A mark of before counts as of today where a newer version is out, so that nobody was silent without having been
    asked; the others say nothing that a version does, and go.
    """
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.add_column(sa.Column("addressed_in", KEY, nullable=True))
        batch_op.add_column(
            sa.Column(
                "addressed_answer",
                sa.Enum(
                    *("agreed", "disputed", "silent"),
                    name="addressedanswer",
                    native_enum=False,
                    create_constraint=True,
                    length=24,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("addressed_note", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("answered_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("faded_in", KEY, nullable=True))
        batch_op.create_index("ix_review_unanswered", ["addressed_at"], sqlite_where=WAITS, postgresql_where=WAITS)
    with op.batch_alter_table("review_revision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("faded_in", KEY, nullable=True))
    names = ("post_id", "version_number", "addressed_at", "addressed_in")
    review = sa.table("review", *(sa.column(name) for name in names))
    post = sa.table("post", sa.column("id"), sa.column("version_number"))
    latest = sa.select(post.c.version_number).where(post.c.id == review.c.post_id).scalar_subquery()
    op.execute(review.update().where(review.c.version_number >= latest).values(addressed_at=None))
    marked = review.update().where(review.c.addressed_at.is_not(None))
    op.execute(marked.values(addressed_at=sa.func.current_timestamp(), addressed_in=latest))
    _allow((*KINDS, "review_faded"))


def downgrade() -> None:
    """Take it back. What has faded counts in full again; its line of the log is named a revision."""
    op.execute("UPDATE score_event SET kind = 'review_revised' WHERE kind = 'review_faded'")
    _allow(KINDS)
    op.execute("UPDATE review SET addressed_at = NULL WHERE addressed_in IS NULL")
    with op.batch_alter_table("review_revision", schema=None) as batch_op:
        batch_op.drop_column("faded_in")
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_index("ix_review_unanswered")
        batch_op.drop_constraint(op.f("ck_review_addressedanswer"), type_="check")
        for name in ("faded_in", "answered_on", "addressed_note", "addressed_answer", "addressed_in"):
            batch_op.drop_column(name)


def _allow(kinds: tuple[str, ...]) -> None:
    """Check the kinds of events against these; SQLite makes the table anew and leaves the old check behind."""
    name = op.f("ck_score_event_scoreeventkind")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("score_event", schema=None, recreate="auto") as batch_op:
        if op.get_bind().dialect.name != "sqlite":
            batch_op.drop_constraint(name, type_="check")
        batch_op.create_check_constraint(name, f"kind IN ({listed})")
