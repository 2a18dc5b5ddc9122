"""Shapes of profiles that may be one person's."""

import marshmallow as ma

from api.schemas.researchers import PersonOut


class DuplicateOut(ma.Schema):
    """A profile that may be the same person's, and what it has in common."""

    researcher = ma.fields.Nested(PersonOut, required=True)
    reasons = ma.fields.List(
        ma.fields.String(
            validate=ma.validate.OneOf(["name", "orcid", "coauthor", "venue", "field", "affiliation"]),
        ),
        required=True,
    )
