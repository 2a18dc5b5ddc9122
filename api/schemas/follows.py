"""Shapes of follows."""

import marshmallow as ma

from api.schemas.researchers import PersonOut


class FollowOut(ma.Schema):
    """Who follows, or is followed, and since which day."""

    researcher = ma.fields.Nested(PersonOut, required=True)
    followed_on = ma.fields.Date(required=True)
