"""Imports that people ask for, and what became of each entry."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTS = ("n_read", "n_added", "n_updated", "n_merged", "n_refused")


def upgrade() -> None:
    """Bring the tables to this revision."""
    _create_jobs()
    _create_results()


def _create_jobs() -> None:
    states = ("queued", "running", "succeeded", "failed", "cancelled")
    op.create_table(
        "import_job",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=13), nullable=False),
        sa.Column("researcher_id", KEY, nullable=False),
        sa.Column("format", sa.String(length=24), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("object_key", sa.String(length=32), nullable=True),
        sa.Column("source", sa.String(length=24), nullable=True),
        sa.Column("query", sa.String(length=1000), nullable=True),
        sa.Column("state", _enum("importstate", *states), nullable=False),
        sa.Column("attempt", KEY, nullable=False),
        sa.Column("n_deaths", KEY, nullable=False),
        sa.Column("n_expected", KEY, nullable=True),
        *(sa.Column(name, KEY, nullable=False) for name in COUNTS),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("go_on", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(format IS NULL) <> (source IS NULL)", name=op.f("ck_import_job_file_or_source")),
        sa.ForeignKeyConstraint(
            ["researcher_id"], ["researcher.id"], name=op.f("fk_import_job_researcher_id_researcher")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_job")),
        sa.UniqueConstraint("public_id", name=op.f("uq_import_job_public_id")),
        sa.UniqueConstraint("object_key", name=op.f("uq_import_job_object_key")),
    )
    own = ["researcher_id", "created_at", "public_id"]
    op.create_index("ix_import_job_researcher_id_created_at", "import_job", own)
    op.create_index("ix_import_job_state", "import_job", ["state", "id"])


def _create_results() -> None:
    job, work = "fk_import_result_job_id_import_job", "fk_import_result_publication_id_publication"
    op.create_table(
        "import_result",
        sa.Column("job_id", KEY, nullable=False),
        sa.Column("position", KEY, autoincrement=False, nullable=False),
        sa.Column("line", KEY, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("outcome", _enum("outcome", "added", "updated", "merged", "refused"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("publication_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["import_job.id"], name=op.f(job), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["publication_id"], ["publication.id"], name=op.f(work), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("job_id", "position", name=op.f("pk_import_result")),
    )
    op.create_index(op.f("ix_import_result_publication_id"), "import_result", ["publication_id"])
    op.create_index("ix_import_result_outcome", "import_result", ["job_id", "outcome", "position"])


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def downgrade() -> None:
    """Take it back."""
    op.drop_table("import_result")
    op.drop_table("import_job")
