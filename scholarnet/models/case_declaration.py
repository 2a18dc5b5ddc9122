"""A declaration: what the author of a case answers for before anybody else sees it."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base, CreatedAt, UpdatedAt, lower_case_enum


class Consent(StrEnum):
    """On whose word the case may be shown."""

    WRITTEN = "written"  # the patient's
    GUARDIAN = "guardian"  # a parent's or legal guardian's
    WAIVED = "waived"  # an ethics committee's waiver
    NOT_REQUIRED = "not_required"  # nothing in it comes from one person


class CaseDeclaration(Base):
    """Of one version: the consent, the checklist's confirmed items, and what was found and identifies nobody."""

    __tablename__ = "case_declaration"

    version_id: Mapped[int] = mapped_column(ForeignKey("post_version.id"), primary_key=True)
    consent: Mapped[Consent] = mapped_column(lower_case_enum(Consent))
    reference: Mapped[str | None] = mapped_column(Text)
    checklist: Mapped[list[str]] = mapped_column(default=list)
    not_identifying: Mapped[list[str]] = mapped_column(default=list)
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("researcher.id"))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
