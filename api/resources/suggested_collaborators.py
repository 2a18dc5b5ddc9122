"""Whom somebody could work with."""

from typing import Any

from api.blueprint import Blueprint
from api.database import db
from api.schemas.collaborators import SuggestedCollaboratorsOut, SuggestedCollaboratorsQuery
from scholarnet.services import researchers
from scholarnet.suggested_collaborators import suggest_collaborators

blueprint = Blueprint("suggested_collaborators", "/researchers", "Whom somebody could work with")


@blueprint.route("/<researcher_id>/suggested-collaborators", permission="public.read")
@blueprint.arguments(SuggestedCollaboratorsQuery, location="query")
@blueprint.response(200, SuggestedCollaboratorsOut)
def list_suggested_collaborators(query: dict[str, Any], researcher_id: str) -> dict[str, Any]:
    """List who shares co-authors, citing works, tags or venues with a researcher, and no work yet; with reasons."""
    researcher = researchers.get_researcher(db.session(), researcher_id)
    return {"results": suggest_collaborators(db.session(), researcher=researcher, **query)}
