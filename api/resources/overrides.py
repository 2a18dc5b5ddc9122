"""Overrides: an editor decides on a post in place of the community."""

from typing import Any

from api.auth import actor
from api.blueprint import Blueprint
from api.database import db
from api.schemas.overrides import OverrideIn, OverrideOut
from scholarnet.services import overrides, posts

blueprint = Blueprint("overrides", "", "Editors' decisions in place of the community's")


@blueprint.route("/posts/<post_id>/decision", methods=["PUT"], permission="decision.override")
@blueprint.arguments(OverrideIn)
@blueprint.response(200, OverrideOut)
def override_decision(body: dict[str, Any], post_id: str) -> dict[str, Any]:
    """Decide on a post in place of the community, as an editor, with a reason; it holds until lifted."""
    post = posts.get_post(db.session(), post_id, viewer=actor())
    score = overrides.override(db.session(), actor=actor(), post=post, **body)
    answer = {name: getattr(score, name) for name in ("decision", "decision_by", "community_decision")}
    db.session.commit()
    return answer | {"decision_reason": body["reason"]}


@blueprint.route("/posts/<post_id>/decision", methods=["DELETE"], permission="decision.override")
@blueprint.response(204)
def lift_override(post_id: str) -> None:
    """Leave the decision to the community again, as an editor."""
    post = posts.get_post(db.session(), post_id, viewer=actor())
    overrides.lift_override(db.session(), actor=actor(), post=post)
    db.session.commit()
