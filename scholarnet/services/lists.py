"""What the lists of reviews, comments, researchers and publications can be asked for."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from scholarnet.filters import Days, Filter, day, flag, moment, number, one_of, whole
from scholarnet.forms import PostKind
from scholarnet.json_sql import has_entry
from scholarnet.listings import Listing
from scholarnet.models import (
    Comment,
    Identity,
    Post,
    Publication,
    PublicationType,
    Recommendation,
    Reputation,
    Researcher,
    Review,
    Role,
    Venue,
    Verification,
)
from scholarnet.services.clock import current_epoch_id


def _standing(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """What a review says, and nothing where it was withdrawn: no filter finds out what a tombstone said."""
    return case((Review.withdrawn_at.is_(None), column))


def _has_field(names: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(has_entry(Researcher.fields, name) for name in names))


def _of_cohort(names: Sequence[str]) -> ColumnElement[bool]:
    return Researcher.id.in_(
        select(Reputation.researcher_id).where(Reputation.epoch_id == current_epoch_id(), Reputation.cohort.in_(names))
    )


def _is_verified(flags: Sequence[bool]) -> ColumnElement[bool]:
    kinds = [kind for kind in Verification if (kind is not Verification.NONE) in flags]
    return Researcher.verification.in_(kinds)


def _shows_orcid(orcids: Sequence[str]) -> ColumnElement[bool]:
    return or_(Researcher.orcid.in_(orcids), Researcher.stated_orcid.in_(orcids))


def _of_venue(names: Sequence[str]) -> ColumnElement[bool]:
    return Publication.venue_id.in_(select(Venue.id).where(Venue.name.in_(names)))


def _has_doi(dois: Sequence[str]) -> ColumnElement[bool]:
    """Of what was merged into another that one, too, by the DOI that it has no more room for."""
    gone = select(Publication.merged_into_id).where(Publication.doi.in_(dois), Publication.merged_into_id.is_not(None))
    return or_(Publication.doi.in_(dois), Publication.id.in_(gone))


def _replies_to(public_ids: Sequence[str]) -> ColumnElement[bool]:
    parent = aliased(Comment)
    return Comment.parent_id.in_(select(parent.id).where(parent.public_id.in_(public_ids)))


def _written_by(public_ids: Sequence[str]) -> ColumnElement[bool]:
    """Nothing where it was withdrawn: no filter finds out whose tombstone it is."""
    people = select(Researcher.id).where(Researcher.public_id.in_(public_ids))
    return and_(Comment.withdrawn_at.is_(None), Comment.author_id.in_(people))


_identity, _overall = _standing(Review.identity), _standing(Review.overall)
_days = Days(Review.updated_at)  # a time would tell of an unsigned review what its reader does not see

REVIEWS = Listing(
    filters={
        "identity": Filter(one_of(list(Identity)), _identity.in_),
        "kind": Filter(one_of(list(PostKind)), Post.kind.in_),
        "post": Filter(str, Post.public_id.in_),
        "version": Filter(whole, Review.version_number.in_, Review.version_number),
        "recommendation": Filter(one_of(list(Recommendation)), _standing(Review.recommendation).in_),
        "overall": Filter(number, _overall.in_, _overall),
        "updated_on": Filter(day, _days.any_of, _days),
    },
    sorts={"new": Review.created_on},
    key=Review.public_id,
)
COMMENTS = Listing(
    filters={
        "parent": Filter(str, _replies_to),
        "author": Filter(str, _written_by),
        "updated_at": Filter(moment, Comment.updated_at.in_, Comment.updated_at),
    },
    sorts={"new": Comment.created_at},
    key=Comment.public_id,
)
RESEARCHERS = Listing(
    filters={
        "field": Filter(str, _has_field),
        "role": Filter(one_of(list(Role)), Researcher.role.in_),
        "is_verified": Filter(flag, _is_verified),
        "orcid": Filter(str.upper, _shows_orcid),
        "cohort": Filter(str, _of_cohort),
        "created_at": Filter(moment, Researcher.created_at.in_, Researcher.created_at),
    },
    sorts={"new": Researcher.created_at},
    key=Researcher.public_id,
)
PUBLICATIONS = Listing(
    filters={
        "year": Filter(whole, Publication.year.in_, Publication.year),
        "type": Filter(one_of(list(PublicationType)), Publication.type.in_),
        "venue": Filter(str, _of_venue),
        "field": Filter(str, Publication.field.in_),
        "doi": Filter(str.lower, _has_doi),
        "updated_at": Filter(moment, Publication.updated_at.in_, Publication.updated_at),
    },
    sorts={"new": Publication.created_at, "year": Publication.year, "cited": Publication.citation_count},
    key=Publication.public_id,
)
