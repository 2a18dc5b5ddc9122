"""Shapes of experts: people found for a topic, and what they are found by."""

import marshmallow as ma

from api.pagination import filter_field
from api.schemas.researchers import PersonOut
from scholarnet.edges import NodeKind

LONGEST_TOPIC = 300


class ExpertQuery(ma.Schema):
    """What about, and who."""

    topic = ma.fields.String(
        required=True,
        validate=ma.validate.Length(1, LONGEST_TOPIC),
        metadata={"description": "Words, or the name of a tag", "example": "low-field MRI of the knee"},
    )
    filter = filter_field("`field`, `role`, `is_verified`, `orcid`, `created_at`", like="is_verified:true")
    per_page = ma.fields.Integer(
        load_default=25, validate=ma.validate.Range(1, 50), metadata={"description": "People at most, the best first"}
    )


class KnownWorkOut(ma.Schema):
    """A work by which somebody is found."""

    kind = ma.fields.Enum(
        NodeKind, by_value=True, required=True, metadata={"description": "`publication` or `post`: its list has it"}
    )
    id = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    relation = ma.fields.String(required=True, validate=ma.validate.OneOf(["wrote", "reviewed"]))
    similarity = ma.fields.Float(required=True, metadata={"description": "With the topic, 0 to 1"})


class ExpertOut(ma.Schema):
    """Somebody who knows a topic, and what that rests on: public works, and reviews under their name."""

    researcher = ma.fields.Nested(PersonOut, required=True, attribute="person")
    expertise = ma.fields.Float(
        required=True, attribute="known.expertise", metadata={"description": "1 for whoever knows most here"}
    )
    why = ma.fields.String(required=True, attribute="known.why")
    works = ma.fields.List(
        ma.fields.Nested(KnownWorkOut),
        required=True,
        attribute="known.works",
        metadata={"description": "The three nearest to the topic"},
    )
    n_wrote = ma.fields.Integer(
        required=True, attribute="known.n_wrote", metadata={"description": "Works with a word or tag of the topic"}
    )
    n_reviewed = ma.fields.Integer(required=True, attribute="known.n_reviewed")
    n_citations = ma.fields.Integer(
        required=True,
        attribute="known.n_citations",
        metadata={"description": "Between works of theirs and works of others near the topic"},
    )
    terms = ma.fields.List(ma.fields.String(), required=True, attribute="known.terms")
    tags = ma.fields.List(ma.fields.String(), required=True, attribute="known.tags")


class ExpertsOut(ma.Schema):
    """Who was found, the best first; only those who wrote or reviewed something near the topic can be."""

    results = ma.fields.List(ma.fields.Nested(ExpertOut), required=True)
