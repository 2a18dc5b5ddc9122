"""What follows from all citations together, of each work and person; a venue's works in the order of their ids."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "citation_graph",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=13), nullable=False),
        sa.Column("fingerprint", sa.String(length=200), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("n_publications", KEY, nullable=False),
        sa.Column("n_citations", KEY, nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citation_graph")),
        sa.UniqueConstraint("public_id", name=op.f("uq_citation_graph_public_id")),
    )
    _create_ranks(
        "publication",
        sa.Column("pagerank", sa.Double(), nullable=False),
        sa.Column("percentile", sa.Double(), nullable=False),
        sa.Column("co_rank", sa.Double(), nullable=False),
        sa.Column("citation_rate", sa.Double(), nullable=False),
        sa.Column("field_rate", sa.Double(), nullable=True),
        sa.Column("expected_rate", sa.Double(), nullable=True),
    )
    _create_ranks(
        "researcher",
        sa.Column("pagerank", sa.Double(), nullable=False),
        sa.Column("co_rank", sa.Double(), nullable=False),
        sa.Column("percentile", sa.Double(), nullable=False),
        sa.Column("mean_ratio", sa.Double(), nullable=True),
        sa.Column("n_ratios", KEY, nullable=False),
    )
    op.drop_index("ix_publication_venue_id", "publication")
    op.create_index("ix_publication_venue_id", "publication", ["venue_id", "public_id"])


def _create_ranks(noun: str, *columns: sa.Column) -> None:
    table = f"{noun}_rank"
    op.create_table(
        table,
        sa.Column("graph_id", KEY, nullable=False),
        sa.Column(f"{noun}_id", KEY, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["graph_id"], ["citation_graph.id"], name=op.f(f"fk_{table}_graph_id_citation_graph"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            [f"{noun}_id"], [f"{noun}.id"], name=op.f(f"fk_{table}_{noun}_id_{noun}"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("graph_id", f"{noun}_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_{noun}_id"), table, [f"{noun}_id"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_publication_venue_id", "publication")
    op.create_index("ix_publication_venue_id", "publication", ["venue_id"])
    for table in ("researcher_rank", "publication_rank", "citation_graph"):
        op.drop_table(table)
