"""Shapes of citation styles."""

import marshmallow as ma

from api.pagination import LONGEST_SEARCH, PageQuery


class StylesQuery(PageQuery):
    """Which styles."""

    search = ma.fields.String(
        load_default="",
        validate=ma.validate.Length(max=LONGEST_SEARCH),
        metadata={"description": "Words that must all stand in the name or title", "example": "vancouver"},
    )


class StyleOut(ma.Schema):
    """A style of the Citation Style Language."""

    name = ma.fields.String(required=True, metadata={"description": "What Accept names it by: `style=apa`"})
    title = ma.fields.String(required=True)
