"""Profiles that may be one person's."""

from typing import Any

from api.auth import actor
from api.blueprint import Blueprint
from api.database import db
from api.pagination import PageQuery, page_of, paginate
from api.schemas.duplicates import DuplicateOut
from scholarnet.services import duplicates, researchers

blueprint = Blueprint("duplicates", "/researchers", "Profiles that may be one person's")


@blueprint.route("/<researcher_id>/duplicates", permission="duplicate.read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(DuplicateOut))
def list_researcher_duplicates(page: dict[str, Any], researcher_id: str) -> dict[str, Any]:
    """List the profiles that may be the same person's, most in common first, for the owner and editors.

    A page may hold fewer entries than `per_page`, though more follow: namesakes by the initial alone are left out.
    """
    researcher = researchers.get_researcher(db.session(), researcher_id)
    query = duplicates.list_duplicates(db.session(), actor=actor(), researcher=researcher)
    return paginate(query, page, lambda rows: duplicates.view_duplicates(db.session(), rows, researcher=researcher))
