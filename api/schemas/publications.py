"""Shapes of publications."""

from typing import Any, ClassVar

import marshmallow as ma

from api.pagination import PageQuery, filter_field, search_field, sort_field
from scholarnet.models import PublicationType


class AuthorIn(ma.Schema):
    """A researcher by id, or a name and perhaps an ORCID iD."""

    researcher_id = ma.fields.String(validate=ma.validate.Length(1, 41))
    name = ma.fields.String(validate=ma.validate.Length(1, 200))
    orcid = ma.fields.String(allow_none=True, validate=ma.validate.Length(max=40))


class PublicationAuthorIn(AuthorIn):
    """An author with CRediT roles."""

    roles = ma.fields.List(ma.fields.String(validate=ma.validate.Length(1, 60)), validate=ma.validate.Length(max=14))


class PublicationPatch(ma.Schema):
    """Changes of a publication."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"year": 2018}

    title = ma.fields.String(validate=ma.validate.Length(1, 2000))
    abstract = ma.fields.String(allow_none=True, validate=ma.validate.Length(max=50_000))
    type = ma.fields.Enum(PublicationType, by_value=True)
    year = ma.fields.Integer()
    field = ma.fields.String(allow_none=True, validate=ma.validate.Length(max=80))
    doi = ma.fields.String(allow_none=True, validate=ma.validate.Length(max=300))
    venue = ma.fields.String(allow_none=True, validate=ma.validate.Length(max=300))


class PublicationIn(PublicationPatch):
    """A new publication; without authors it is the caller's own."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"title": "Livers at low field", "year": 2019, "venue": "Journal of Imaging"}

    title = ma.fields.String(required=True, validate=ma.validate.Length(1, 2000))
    year = ma.fields.Integer(required=True)
    authors = ma.fields.List(ma.fields.Nested(PublicationAuthorIn), validate=ma.validate.Length(max=500))
    references = ma.fields.List(ma.fields.String(), validate=ma.validate.Length(max=2000))


class PublicationAuthorOut(ma.Schema):
    """An author in place."""

    id = ma.fields.String(required=True, attribute="researcher.public_id")
    name = ma.fields.String(required=True, attribute="researcher.name")
    handle = ma.fields.String(required=True, attribute="researcher.handle", allow_none=True)
    roles = ma.fields.List(ma.fields.String(), required=True)


class PublicationOut(ma.Schema):
    """A publication."""

    id = ma.fields.String(required=True, attribute="public_id")
    doi = ma.fields.String(required=True, allow_none=True)
    type = ma.fields.Enum(PublicationType, by_value=True, required=True)
    title = ma.fields.String(required=True)
    abstract = ma.fields.String(required=True, allow_none=True)
    year = ma.fields.Integer(required=True)
    field = ma.fields.String(required=True, allow_none=True)
    venue = ma.fields.Pluck(
        ma.Schema.from_dict({"name": ma.fields.String()}, name="VenueName"), "name", required=True, allow_none=True
    )
    citation_count = ma.fields.Integer(required=True, metadata={"description": "As an outside source states it"})
    authors = ma.fields.List(ma.fields.Nested(PublicationAuthorOut), required=True, attribute="authorships")
    created_at = ma.fields.DateTime(required=True)
    updated_at = ma.fields.DateTime(required=True)
    posts = ma.fields.List(
        ma.fields.Pluck(ma.Schema.from_dict({"id": ma.fields.String(attribute="public_id")}, name="PostId"), "id"),
        required=True,
        metadata={"description": "The public posts that became this"},
    )
    merged_into = ma.fields.Pluck(
        ma.Schema.from_dict({"id": ma.fields.String(attribute="public_id")}, name="PublicationId"),
        "id",
        required=True,
        allow_none=True,
        metadata={"description": "The publication that this was merged into; its authors and citations are there"},
    )


class PublicationQuery(PageQuery):
    """A list of publications."""

    sort = sort_field("`new` (by entry), `year` or `cited`")
    filter = filter_field(
        "year, type, venue, field, doi, updated_at (with it, what was merged into another comes as a tombstone)",
        like="year:>=2020,type:article|preprint",
    )
    search = search_field()


class PublicationsQuery(PublicationQuery):
    """All publications, perhaps of one researcher."""

    researcher = ma.fields.String(metadata={"description": "A researcher's id"})
