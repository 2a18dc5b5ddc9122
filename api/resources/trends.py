"""Trends, for editors."""

from typing import Any

from api.auth import actor
from api.blueprint import Blueprint
from api.database import db
from api.schemas.trends import TrendQuery, TrendsOut
from scholarnet.services import trends

blueprint = Blueprint("trends", "/trends", "What rises, is contested, lacks a reviewer or was decided, for editors")


@blueprint.route("", permission="trend.read")
@blueprint.arguments(TrendQuery, location="query")
@blueprint.response(200, TrendsOut)
def read_trends(query: dict[str, Any]) -> dict[str, Any]:
    """Show what rises against its own topic's base rate, what is contested, lacks a reviewer, or was decided of late.

    Only events by trusted accounts count, a cluster with a budget is one account, and what reviewers found poor does
    not rise. Each entry says why it is there.
    """
    return trends.read_trends(db.session(), actor=actor(), **query)
