"""Follows: who wants to hear of whom."""

from collections.abc import Sequence
from typing import Any

from api.auth import actor
from api.blueprint import Blueprint
from api.database import db
from api.pagination import PageQuery, page_of, paginate
from api.schemas.follows import FollowOut
from scholarnet.models import Follow, Researcher
from scholarnet.services import follows, researchers
from scholarnet.services.researcher_views import view_researchers

blueprint = Blueprint("follows", "/researchers", "Who follows whom")


@blueprint.route("/<researcher_id>/followers", permission="public.read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(FollowOut))
def list_followers(page: dict[str, Any], researcher_id: str) -> dict[str, Any]:
    """List who follows a researcher, newest day first."""
    researcher = researchers.get_researcher(db.session(), researcher_id)
    query = follows.list_followers(researcher=researcher)
    return paginate(query, page, lambda rows: _entries(rows, [row.follower for row in rows]))


@blueprint.route("/<researcher_id>/following", permission="public.read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(FollowOut))
def list_following(page: dict[str, Any], researcher_id: str) -> dict[str, Any]:
    """List whom a researcher follows, newest day first."""
    researcher = researchers.get_researcher(db.session(), researcher_id)
    query = follows.list_following(researcher=researcher)
    return paginate(query, page, lambda rows: _entries(rows, [row.followed for row in rows]))


@blueprint.route("/<researcher_id>/follow", methods=["PUT"], permission="researcher.follow")
@blueprint.response(204)
def follow(researcher_id: str) -> None:
    """Follow a researcher, who need not have an account; everybody sees it."""
    followed = researchers.get_researcher(db.session(), researcher_id)
    follows.follow(db.session(), follower=actor(), followed=followed)
    db.session.commit()


@blueprint.route("/<researcher_id>/follow", methods=["DELETE"], permission="researcher.follow")
@blueprint.response(204)
def unfollow(researcher_id: str) -> None:
    """Follow them no longer."""
    followed = researchers.get_researcher(db.session(), researcher_id)
    follows.unfollow(db.session(), follower=actor(), followed=followed)
    db.session.commit()


def _entries(rows: Sequence[Follow], people: Sequence[Researcher]) -> list[dict[str, Any]]:
    shown = view_researchers(db.session(), people)
    return [{"researcher": person, "followed_on": row.created_on} for person, row in zip(shown, rows, strict=True)]
