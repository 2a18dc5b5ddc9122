"""Shapes of recommendations of posts."""

import marshmallow as ma

from api.schemas.researchers import PersonOut


class PostRecommendationOut(ma.Schema):
    """Who recommends a post, and since which day."""

    researcher = ma.fields.Nested(PersonOut, required=True)
    recommended_on = ma.fields.Date(required=True)
