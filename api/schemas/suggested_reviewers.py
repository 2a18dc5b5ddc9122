"""Shapes of those who could review a post."""

import marshmallow as ma

from api.schemas.experts import ExpertOut


class SuggestionQuery(ma.Schema):
    """How many."""

    per_page = ma.fields.Integer(
        load_default=10, validate=ma.validate.Range(1, 50), metadata={"description": "People at most, the best first"}
    )


class SuggestedReviewerOut(ExpertOut):
    """Somebody to invite: `researcher.id` is what `POST /posts/{post_id}/invitations` takes."""

    why = ma.fields.String(required=True)
    merit = ma.fields.Float(
        required=True,
        metadata={
            "description": "What the list is sorted by, 0 to 1: expertise, up to doubled by `narrowing`, halved by "
            "`vouches`"
        },
    )
    narrowing = ma.fields.Float(
        required=True,
        metadata={"description": "The share by which a review of theirs is expected to narrow the score's interval"},
    )
    vouches = ma.fields.Boolean(
        required=True, metadata={"description": "An author vouches for them, or they for an author"}
    )
    n_open = ma.fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Invitations that they hold now; null for who is no editor"},
    )


class LeftOutOut(ma.Schema):
    """How many who know the topic are not suggested, each counted once, by the first reason that fits."""

    oneself = ma.fields.Integer(required=True)
    authors = ma.fields.Integer(required=True)
    coauthors = ma.fields.Integer(required=True, metadata={"description": "Of an author's, at any time"})
    same_institution = ma.fields.Integer(required=True)
    reviewed = ma.fields.Integer(required=True, metadata={"description": "This post, under their name"})
    invited = ma.fields.Integer(required=True, metadata={"description": "To this post, and it stands"})
    overloaded = ma.fields.Integer(required=True, metadata={"description": "With five open invitations or more"})
    without_account = ma.fields.Integer(required=True)


class SuggestionsOut(ma.Schema):
    """Whom to invite, and how many of the 200 who know most of the topic are left out."""

    left_out = ma.fields.Nested(LeftOutOut, required=True)
    results = ma.fields.List(ma.fields.Nested(SuggestedReviewerOut), required=True)
