"""Venues."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from scholarnet.db import add_missing, now
from scholarnet.errors import Invalid, NotFound
from scholarnet.models import Venue, VenueKind
from scholarnet.services.citation_metrics import ImpactFactor, impact_factors


@dataclass(frozen=True, slots=True)
class VenueView:
    """A venue as readers see it."""

    venue: Venue
    impact_factors: list[ImpactFactor]


def ensure_venue(session: Session, *, name: str, kind: VenueKind = VenueKind.OTHER) -> Venue:
    """Return the venue of that name, new if it must be."""
    name = " ".join(name.split())
    if not name:
        raise Invalid("venue", "must not be empty")
    query = select(Venue).where(Venue.name == name)
    known = session.scalar(query)
    if known is None:
        add_missing(session, Venue, [{"name": name, "kind": kind}])
        known = session.scalars(query).one()
    return known


def get_venue(session: Session, public_id: str) -> Venue:
    """Return the venue of that id."""
    found = session.scalar(select(Venue).where(Venue.public_id == public_id))
    if found is None:
        raise NotFound("venue", public_id)
    return found


def list_venues() -> Select[Venue]:
    """The venues by name."""
    return select(Venue).order_by(Venue.name)


def view_venue(session: Session, venue: Venue) -> VenueView:
    """Return a venue with its impact factors of all years, the latest first."""
    return VenueView(venue, impact_factors(session, venues=[venue])[0])


def view_venues(session: Session, venues: Sequence[Venue]) -> list[VenueView]:
    """Return venues with their impact factors of this year and the last; two statements however many they are."""
    measured = impact_factors(session, venues=venues, since=now().year - 1)
    return [VenueView(venue, factors) for venue, factors in zip(venues, measured, strict=True)]
