"""Claims of authorship, merges of profiles, ORCID iDs that are proven, and the key by which namesakes are found."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("state = 'open'")
OPEN_PROFILE = sa.text("state = 'open' AND publication_id IS NULL")
SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv", "md", "phd"))
BATCH = 1_000
CONFIRMATIONS = ("orcid", "editor", "coauthor")


def upgrade() -> None:
    """Bring the tables to this revision; what an account typed as its iD is a statement from here on."""
    with op.batch_alter_table("researcher", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name_key", sa.String(length=120), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("orcid_verified_at", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("stated_orcid", sa.String(length=19), nullable=True))
        batch_op.add_column(sa.Column("merged_into_id", KEY, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_researcher_merged_into_id_researcher"), "researcher", ["merged_into_id"], ["id"]
        )
        batch_op.create_index("ix_researcher_merged_into_id", ["merged_into_id"])
        batch_op.create_index("ix_researcher_stated_orcid", ["stated_orcid"])
        batch_op.create_index("ix_researcher_name_key", ["name_key", "public_id"])
    op.execute("UPDATE researcher SET stated_orcid = orcid, orcid = NULL WHERE is_claimed")
    _fill()
    with op.batch_alter_table("authorship", schema=None) as batch_op:
        batch_op.add_column(sa.Column("confirmed_by", _one_of("confirmation", CONFIRMATIONS), nullable=True))
    _add_claims()
    _add_merges()


def _add_claims() -> None:
    states = ("open", "confirmed", "rejected", "withdrawn", "undone")
    op.create_table(
        "claim",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=13), nullable=False),
        sa.Column("claimant_id", KEY, nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("publication_id", KEY, nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("state", _one_of("claimstate", states), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        *(_of_researcher("claim", column) for column in ("claimant_id", "author_id", "decided_by_id")),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_claim_publication_id_publication")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("public_id", name=op.f("uq_claim_public_id")),
    )
    op.create_index("ix_claim_claimant_id", "claim", ["claimant_id", "created_at"])
    for column in ("author_id", "publication_id"):
        op.create_index(op.f(f"ix_claim_{column}"), "claim", [column])
    pair = ["claimant_id", "author_id"]
    place = [*pair, "publication_id"]
    op.create_index("uq_claim_open", "claim", place, unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index(
        "uq_claim_open_profile", "claim", pair, unique=True, sqlite_where=OPEN_PROFILE, postgresql_where=OPEN_PROFILE
    )


def _add_merges() -> None:
    people = ("kept_id", "duplicate_id", "actor_id", "undone_by_id")
    op.create_table(
        "researcher_merge",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=13), nullable=False),
        sa.Column("kept_id", KEY, nullable=False),
        sa.Column("duplicate_id", KEY, nullable=False),
        sa.Column("claim_id", KEY, nullable=True),
        sa.Column("actor_id", KEY, nullable=True),
        sa.Column("confirmed_by", _one_of("confirmation", CONFIRMATIONS), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by_id", KEY, nullable=True),
        sa.CheckConstraint("kept_id <> duplicate_id", name=op.f("ck_researcher_merge_not_oneself")),
        *(_of_researcher("researcher_merge", column) for column in people),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_researcher_merge_claim_id_claim")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_researcher_merge")),
        sa.UniqueConstraint("public_id", name=op.f("uq_researcher_merge_public_id")),
    )
    for column in ("kept_id", "duplicate_id", "claim_id"):
        op.create_index(op.f(f"ix_researcher_merge_{column}"), "researcher_merge", [column])


def downgrade() -> None:
    """Take it back; the works that moved stay where they are, and a stated iD that nobody else has identifies again."""
    op.drop_table("researcher_merge")
    op.drop_table("claim")
    with op.batch_alter_table("authorship", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_authorship_confirmation"), type_="check")
        batch_op.drop_column("confirmed_by")
    op.execute(
        "UPDATE researcher SET orcid = stated_orcid WHERE orcid IS NULL AND stated_orcid IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM researcher AS other WHERE other.id <> researcher.id AND"
        " (other.orcid = researcher.stated_orcid OR"
        " (other.stated_orcid = researcher.stated_orcid AND other.id < researcher.id)))"
    )
    with op.batch_alter_table("researcher", schema=None) as batch_op:
        for index in ("ix_researcher_name_key", "ix_researcher_stated_orcid", "ix_researcher_merged_into_id"):
            batch_op.drop_index(index)
        batch_op.drop_constraint(op.f("fk_researcher_merged_into_id_researcher"), type_="foreignkey")
        for column in ("merged_into_id", "stated_orcid", "orcid_verified_at", "name_key"):
            batch_op.drop_column(column)


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def _of_researcher(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["researcher.id"], name=op.f(f"fk_{table}_{column}_researcher"))


def _fill() -> None:
    connection = op.get_bind()
    last = 0
    while rows := connection.execute(
        sa.text(f"SELECT id, name FROM researcher WHERE id > :last ORDER BY id LIMIT {BATCH}"),  # noqa: S608
        {"last": last},
    ).all():
        last = rows[-1].id
        connection.execute(
            sa.text("UPDATE researcher SET name_key = :key WHERE id = :id"),
            [{"id": row.id, "key": _key(row.name)} for row in rows],
        )


def _key(name: str) -> str:
    before, comma, after = name.partition(",")
    words, given = _words(before), _words(after)
    family = words[-1] if words else ("" if comma and given else name.casefold().strip())
    given = given if comma and given else words[:-1]
    return f"{family} {given[0][0] if given else ''}".strip()[:120]


def _words(text: str) -> list[str]:
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    words = re.findall(r"[^\W_]+", plain.casefold())
    return [word for word in words if word not in SUFFIXES] or words
