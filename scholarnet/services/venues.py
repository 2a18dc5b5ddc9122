"""Venues."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.errors import Invalid
from scholarnet.models import Venue, VenueKind


def ensure_venue(session: Session, *, name: str, kind: VenueKind = VenueKind.OTHER) -> Venue:
    """Return the venue of that name, new if it must be."""
    name = " ".join(name.split())
    if not name:
        raise Invalid("venue", "must not be empty")
    venue = session.scalar(select(Venue).where(Venue.name == name))
    if venue is None:
        venue = Venue(name=name, kind=kind)
        session.add(venue)
        session.flush()
    return venue
