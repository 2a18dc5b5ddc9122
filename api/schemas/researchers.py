"""Shapes of researchers."""

from typing import Any, ClassVar

import marshmallow as ma

from api.pagination import PageQuery, filter_field, sort_field
from scholarnet.models import Role, Verification


class PersonOut(ma.Schema):
    """A researcher beside their work."""

    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    handle = ma.fields.String(required=True, allow_none=True)
    reputation = ma.fields.Float(required=True, metadata={"description": "0 to 100"})


class Affiliation(ma.Schema):
    """An institution, with its ROR id where known."""

    name = ma.fields.String(required=True, validate=ma.validate.Length(1, 300))
    ror = ma.fields.Url(allow_none=True, validate=ma.validate.Length(max=100))


class ResearcherOut(PersonOut):
    """A profile in a list."""

    orcid = ma.fields.String(required=True, attribute="researcher.shown_orcid", allow_none=True)
    is_orcid_verified = ma.fields.Boolean(
        required=True,
        attribute="researcher.is_orcid_verified",
        metadata={"description": "Whether they signed in at ORCID; if not, an account's iD is a mere statement"},
    )
    affiliations = ma.fields.List(ma.fields.Nested(Affiliation), required=True, attribute="researcher.affiliations")
    fields_ = ma.fields.List(ma.fields.String(), required=True, attribute="researcher.fields", data_key="fields")
    profession = ma.fields.String(required=True, attribute="researcher.profession", allow_none=True)
    biography = ma.fields.String(required=True, attribute="researcher.biography", allow_none=True)
    career_start = ma.fields.Integer(required=True, attribute="researcher.career_start", allow_none=True)
    role = ma.fields.Enum(Role, by_value=True, required=True, attribute="researcher.role")
    is_claimed = ma.fields.Boolean(required=True, attribute="researcher.is_claimed")
    is_verified = ma.fields.Boolean(required=True, attribute="researcher.is_verified")
    verification = ma.fields.Enum(Verification, by_value=True, required=True, attribute="researcher.verification")
    created_at = ma.fields.DateTime(required=True, attribute="researcher.created_at")


class ProfileOut(ResearcherOut):
    """A profile, whole."""

    n_followers = ma.fields.Integer(required=True, attribute="follows.n_followers")
    n_following = ma.fields.Integer(required=True, attribute="follows.n_following")


class ResearcherPatch(ma.Schema):
    """Changes of a profile."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"profession": "radiologist", "fields": ["imaging"]}

    name = ma.fields.String(validate=ma.validate.Length(1, 200))
    orcid = ma.fields.String(allow_none=True, validate=ma.validate.Length(max=40))
    affiliations = ma.fields.List(ma.fields.Nested(Affiliation), validate=ma.validate.Length(max=20))
    fields_ = ma.fields.List(
        ma.fields.String(validate=ma.validate.Length(1, 80)),
        validate=ma.validate.Length(max=10),
        data_key="fields",
        attribute="fields",
    )
    profession = ma.fields.String(allow_none=True, validate=ma.validate.Length(max=120))
    biography = ma.fields.String(allow_none=True, validate=ma.validate.Length(max=10_000))
    career_start = ma.fields.Integer(allow_none=True, validate=ma.validate.Range(1900, 2100))


class ReasonIn(ma.Schema):
    """Why something is done; kept in the audit trail."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"reason": "We worked together for years."}

    reason = ma.fields.String(
        required=True,
        validate=[ma.validate.Length(1, 2000), ma.validate.Regexp(r"\s*\S", error="must not be blank")],
    )


class VerificationIn(ReasonIn):
    """Why, and by what: an editor's word, or a license to practise that they have seen."""

    by = ma.fields.Enum(
        Verification,
        by_value=True,
        load_default=Verification.EDITOR,
        validate=ma.validate.OneOf([Verification.EDITOR, Verification.LICENSE]),
    )


class CollaboratorOut(ma.Schema):
    """A co-author: on how many works, and until which year."""

    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    works = ma.fields.Integer(required=True)
    latest_year = ma.fields.Integer(required=True)


class CollaboratorsOut(ma.Schema):
    """Everybody who shared a work, most works first."""

    results = ma.fields.List(ma.fields.Nested(CollaboratorOut), required=True)


class ResearcherQuery(PageQuery):
    """A list of researchers."""

    sort = sort_field("`new`, `reputation` (who has none comes last either way)")
    filter = filter_field(
        "field, role, is_verified, orcid, cohort, created_at", like="field:radiology,is_verified:true"
    )
