"""Shapes of duplicates of publications, and of merges."""

from typing import Any, ClassVar

import marshmallow as ma

from api.pagination import PageQuery
from api.schemas.publications import PublicationOut


class CandidateOut(ma.Schema):
    """A publication that may be the same work."""

    publication = ma.fields.Nested(PublicationOut, required=True)
    agrees = ma.fields.List(
        ma.fields.String(validate=ma.validate.OneOf(["doi", "title", "year", "authors"])), required=True
    )
    against = ma.fields.List(ma.fields.String(), required=True, metadata={"description": "In words"})
    is_likely = ma.fields.Boolean(required=True)


class CandidatesOut(ma.Schema):
    """What may be the same work as a publication, what agrees most first."""

    results = ma.fields.List(ma.fields.Nested(CandidateOut), required=True)


class LikenessOut(ma.Schema):
    """A publication, and what is likely the same work."""

    publication = ma.fields.Nested(PublicationOut, required=True)
    duplicates = ma.fields.List(ma.fields.Nested(CandidateOut), required=True)


class LikenessQuery(PageQuery):
    """A list of likely duplicates."""


class PublicationMergeIn(ma.Schema):
    """What is merged into the publication, and why."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"duplicate_id": "0123456789abc", "reason": "The preprint of the article."}

    duplicate_id = ma.fields.String(required=True, validate=ma.validate.Length(1, 41))
    reason = ma.fields.String(load_default=None, allow_none=True, validate=ma.validate.Length(max=2000))


class PublicationMergeOut(ma.Schema):
    """A merge; `undone_at` is null while it stands."""

    id = ma.fields.String(required=True, attribute="public_id")
    publication_id = ma.fields.String(required=True, attribute="kept.public_id")
    duplicate_id = ma.fields.String(required=True, attribute="duplicate.public_id")
    reason = ma.fields.String(required=True, allow_none=True)
    created_at = ma.fields.DateTime(required=True)
    undone_at = ma.fields.DateTime(required=True, allow_none=True)


class PostPublicationIn(ma.Schema):
    """The publication that a post became; without its id one is made of the post, with the DOI if there is one."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"doi": "10.1000/knees.55"}

    publication_id = ma.fields.String(validate=ma.validate.Length(1, 41))
    doi = ma.fields.String(validate=ma.validate.Length(1, 300))
