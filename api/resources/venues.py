"""Venues and their impact factors."""

from typing import Any

from api.blueprint import Blueprint
from api.database import db
from api.pagination import PageQuery, page_of, paginate
from api.schemas.venues import VenueOut
from scholarnet.services import venues
from scholarnet.services.venues import VenueView

blueprint = Blueprint("venues", "/venues", "Journals, conferences and repositories")


@blueprint.route("", permission="public.read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(VenueOut))
def list_venues(page: dict[str, Any]) -> dict[str, Any]:
    """List the venues by name, with the last two impact factors: information, which enters no score."""
    return paginate(venues.list_venues(), page, lambda rows: venues.view_venues(db.session(), rows))


@blueprint.route("/<venue_id>", permission="public.read")
@blueprint.response(200, VenueOut)
def get_venue(venue_id: str) -> VenueView:
    """Return a venue with the impact factors of all years: information, which enters no score."""
    return venues.view_venue(db.session(), venues.get_venue(db.session(), venue_id))
