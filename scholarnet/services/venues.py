"""Venues."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.db import add_missing
from scholarnet.errors import Invalid
from scholarnet.models import Venue, VenueKind


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
