"""A researcher: an account with a profile, or an author known from elsewhere who has not claimed it yet."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, validates

from scholarnet.db import Base, CreatedAt, PrimaryKey, PublicId, UpdatedAt, lower_case_enum
from scholarnet.person_names import LONGEST_KEY, name_key


class Role(StrEnum):
    """What a researcher is to the community, from least to most."""

    MEMBER = "member"
    EDITOR = "editor"
    MODERATOR = "moderator"
    ADMIN = "admin"


class Verification(StrEnum):
    """Who vouches that this is one real person of the field."""

    NONE = "none"
    EMAIL = "email"  # a link sent to an address at an institution
    EDITOR = "editor"  # an editor's word
    LICENSE = "license"  # an editor has seen a license to practise
    VENUE = "venue"  # the venue whose reviews were imported


def _key_of_name(context: DefaultExecutionContext) -> str:
    return name_key(context.get_current_parameters()["name"])  # type: ignore[no-untyped-call]


class Researcher(Base):
    """One person. `handle`, `email` (in lower case) and `password_hash` are missing while unclaimed.

    `orcid` is an iD that identifies: of an account that has proven it at ORCID (`orcid_verified_at`), or the one that a
    source gives an unclaimed author. `stated_orcid` is what an account says of itself; it proves nothing and excludes
    nobody. A profile that was merged has the one that is kept as `merged_into_id`, never one that was merged itself.
    """

    __tablename__ = "researcher"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    handle: Mapped[str | None] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254))
    is_email_verified: Mapped[bool] = mapped_column(default=False)
    email_changed_at: Mapped[datetime | None]  # so that no link of before is good again when an address comes back
    password_hash: Mapped[str | None] = mapped_column(String(255))
    role: Mapped[Role] = mapped_column(lower_case_enum(Role), default=Role.MEMBER)
    name_key: Mapped[str] = mapped_column(String(LONGEST_KEY), default=_key_of_name, server_default="")
    orcid: Mapped[str | None] = mapped_column(String(19), unique=True)
    orcid_verified_at: Mapped[datetime | None]
    stated_orcid: Mapped[str | None] = mapped_column(String(19), index=True)
    affiliations: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    fields: Mapped[list[str]] = mapped_column(default=list)
    profession: Mapped[str | None] = mapped_column(String(120))
    biography: Mapped[str | None] = mapped_column(Text)
    career_start: Mapped[int | None]
    is_claimed: Mapped[bool] = mapped_column(default=False)
    verification: Mapped[Verification] = mapped_column(lower_case_enum(Verification), default=Verification.NONE)
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("researcher.id"))
    source_key: Mapped[str | None] = mapped_column(String(600), unique=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("researcher.id"), index=True)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    __table_args__ = (
        # An address may be typed by anyone; only its verified owner holds it alone.
        Index(
            "uq_researcher_verified_email",
            "email",
            unique=True,
            sqlite_where=text("is_email_verified"),
            postgresql_where=text("is_email_verified"),
        ),
        Index("ix_researcher_created_at", "created_at", "public_id"),
        Index("ix_researcher_name_key", "name_key", "public_id"),
    )

    @validates("name")
    def _keep_key(self, _name: str, name: str) -> str:
        self.name_key = name_key(name)
        return name

    @property
    def is_verified(self) -> bool:
        """Whether anybody stands for this person."""
        return self.verification is not Verification.NONE

    @property
    def is_identified(self) -> bool:
        """Whether they are known to be somebody: by an account or an ORCID iD, and not by a name alone."""
        return self.is_claimed or self.orcid is not None

    @property
    def shown_orcid(self) -> str | None:
        """The iD that identifies them, else the one that they state."""
        return self.orcid or self.stated_orcid

    @property
    def is_orcid_verified(self) -> bool:
        """Whether they have proven at ORCID that it is theirs."""
        return self.orcid_verified_at is not None
