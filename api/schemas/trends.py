"""Shapes of what editors look at."""

import marshmallow as ma

from scholarnet.forms import PostKind
from scholarnet.models import Decision, Tier


class TrendQuery(ma.Schema):
    """Over what, and how much of it."""

    window = ma.fields.Integer(
        load_default=7, validate=ma.validate.Range(1, 90), metadata={"description": "Days up to today"}
    )
    kind = ma.fields.Enum(PostKind, by_value=True, metadata={"description": "Posts of this kind alone"})
    tag = ma.fields.String(validate=ma.validate.Length(1, 80), metadata={"description": "Posts with this tag alone"})
    field = ma.fields.String(
        validate=ma.validate.Length(1, 120), metadata={"description": "Posts with an author of this field alone"}
    )
    per_page = ma.fields.Integer(
        load_default=10, validate=ma.validate.Range(1, 50), metadata={"description": "Entries a section"}
    )


class TrendPostOut(ma.Schema):
    """A post, with how good it is."""

    id = ma.fields.String(required=True, attribute="public_id")
    kind = ma.fields.Enum(PostKind, by_value=True, required=True)
    title = ma.fields.String(required=True)
    value = ma.fields.Float(required=True, allow_none=True)
    best = ma.fields.Float(required=True)
    tier = ma.fields.Enum(Tier, by_value=True, required=True)
    decision = ma.fields.Enum(Decision, by_value=True, required=True)
    n_reviews = ma.fields.Integer(required=True)


class TrendTagOut(ma.Schema):
    """A tag."""

    name = ma.fields.String(required=True)
    label = ma.fields.String(required=True)


class TrendResearcherOut(ma.Schema):
    """A researcher."""

    id = ma.fields.String(required=True, attribute="public_id")
    name = ma.fields.String(required=True)
    handle = ma.fields.String(required=True, allow_none=True)


class WhyOut(ma.Schema):
    """Why an entry is there, in words; its numbers stand beside."""

    why = ma.fields.String(required=True)


class RiseOut(WhyOut):
    """What of late exceeds what is usual for its topic, by the events of trusted accounts alone."""

    n_accounts = ma.fields.Integer(
        required=True,
        attribute="numbers.n_accounts",
        metadata={"description": "The least number of different trusted accounts that there can be"},
    )
    weight = ma.fields.Float(
        required=True,
        attribute="numbers.weight",
        metadata={"description": "Of the events in the window; a review is 1"},
    )
    expected = ma.fields.Float(
        required=True,
        attribute="numbers.expected",
        metadata={"description": "The same by the rate of its topic in the 90 days before the window"},
    )
    rise = ma.fields.Float(
        required=True, attribute="numbers.rise", metadata={"description": "ln((weight + .3)/(expected + .3))"}
    )
    best = ma.fields.Float(
        required=True, attribute="numbers.best", metadata={"description": "Of the posts turned to, by weight"}
    )


class RisingPostOut(RiseOut):
    """A post that rises."""

    post = ma.fields.Nested(TrendPostOut, required=True, attribute="subject")


class RisingTagOut(RiseOut):
    """A tag that rises."""

    tag = ma.fields.Nested(TrendTagOut, required=True, attribute="subject")


class RisingResearcherOut(RiseOut):
    """A researcher whose posts rise."""

    researcher = ma.fields.Nested(TrendResearcherOut, required=True, attribute="subject")


class ContestedOut(WhyOut):
    """A post whose reviewers are split."""

    post = ma.fields.Nested(TrendPostOut, required=True, attribute="subject")
    controversial = ma.fields.Float(required=True, attribute="numbers.controversial")


class LackingReviewerOut(WhyOut):
    """A post that one more review would tell much of."""

    post = ma.fields.Nested(TrendPostOut, required=True, attribute="subject")
    needs_review = ma.fields.Float(required=True, attribute="numbers.needs_review", metadata={"description": "In nats"})


class NewlyDecidedOut(WhyOut):
    """A post that the community decided on in the window."""

    post = ma.fields.Nested(TrendPostOut, required=True, attribute="subject")
    decided_at = ma.fields.DateTime(
        required=True, attribute="numbers.decided_at", metadata={"description": "When an epoch made the decision"}
    )


class TrendsOut(ma.Schema):
    """All sections; what stands out most comes first."""

    rising_posts = ma.fields.List(ma.fields.Nested(RisingPostOut), required=True)
    rising_tags = ma.fields.List(ma.fields.Nested(RisingTagOut), required=True)
    rising_researchers = ma.fields.List(ma.fields.Nested(RisingResearcherOut), required=True)
    contested = ma.fields.List(ma.fields.Nested(ContestedOut), required=True)
    lacking_reviewer = ma.fields.List(ma.fields.Nested(LackingReviewerOut), required=True)
    newly_accepted = ma.fields.List(ma.fields.Nested(NewlyDecidedOut), required=True)
    newly_rejected = ma.fields.List(ma.fields.Nested(NewlyDecidedOut), required=True)
