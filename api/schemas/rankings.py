"""Shapes of the ranking of posts."""

import marshmallow as ma

from api.pagination import PageMeta, PageQuery, filter_field, search_field, sort_field
from api.schemas.posts import PostSummaryOut


class RankingQuery(PageQuery):
    """A ranking."""

    sort = sort_field(
        "`best`; `trending` (what goes on now, against what is usual for its topic: reviews, recommendations and saves "
        "by day, halved every three days; events change the order, time passing does not); `controversial` (where "
        "reviewers are split); `needs_review` (where one more review would teach most); `new` (by publication), "
        "`updated` or `reviews` (how many)",
        default="best",
    )
    filter = filter_field(
        "kind, status, tier, decision, tag, author, score, n_reviews, created_at, updated_at, published_at. "
        "`updated_at` and `status` bring tombstones of withdrawn posts too",
        like="tag:mri,tier:strong|sound,kind:!micro,updated_at:>2026-01-01",
    )
    search = search_field()
    criteria = ma.fields.String(
        load_default="",
        metadata={
            "description": "Your own weights of criteria, `overall` among them, each from .001 to 1000, as in "
            "`soundness:2,clarity:1`; /forms has the names. The first 1000 posts of the list (fewer where those have "
            "more than 20,000 reviews) are ranked anew by them",
            "example": "",
        },
    )


class CriteriaScoreOut(ma.Schema):
    """A score by the reader's own weights of criteria, in the units of the overall rating; sorted by `best`.

    It is the same model in the same epoch. Of criteria that a review leaves out the others take the weight.
    """

    value = ma.fields.Float(required=True)
    low = ma.fields.Float(required=True)
    high = ma.fields.Float(required=True)
    best = ma.fields.Float(
        required=True, metadata={"description": "The lower end of the interval, not cut at the end of the scale"}
    )
    by_criterion = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.Float(allow_none=True),
        required=True,
        metadata={"description": "The value by each criterion alone; null where no review that counts answers it"},
    )


class RankedPostOut(PostSummaryOut):
    """A post in the ranking."""

    criteria_score = ma.fields.Nested(
        CriteriaScoreOut,
        required=True,
        allow_none=True,
        metadata={"description": "Null without `criteria`, and where no review that counts answers any of them"},
    )


class RankingMeta(PageMeta):
    """What a page of the ranking says of itself."""

    reranked = ma.fields.Integer(
        metadata={"description": "With `criteria`: how many posts, the first of the list, were ranked anew"}
    )
