"""Merges of profiles, and their undoing."""

from typing import Any

from api.auth import actor
from api.blueprint import Blueprint
from api.database import db
from api.pagination import PageQuery, page_of, paginate
from api.schemas.researcher_merges import ResearcherMergeIn, ResearcherMergeOut
from scholarnet.models import ResearcherMerge
from scholarnet.services import researcher_merges, researchers

blueprint = Blueprint("researcher_merges", "/researchers", "Profiles of one person, put together")


@blueprint.route("/<researcher_id>/merges", methods=["POST"], permission="researcher.merge")
@blueprint.arguments(ResearcherMergeIn)
@blueprint.response(201, ResearcherMergeOut)
def merge_researchers(body: dict[str, Any], researcher_id: str) -> ResearcherMerge:
    """Put an unclaimed profile into this one, as an editor: its works move, and its address leads here.

    409 where both are accounts, carry different ORCID iDs, or are authors of one work.
    """
    kept = researchers.get_researcher(db.session(), researcher_id)
    duplicate = researchers.get_named(db.session(), body.pop("duplicate_id"), field="duplicate_id")
    entry = researcher_merges.merge(db.session(), actor=actor(), kept=kept, duplicate=duplicate, **body)
    db.session.commit()
    return entry


@blueprint.route("/<researcher_id>/merges", permission="merge.read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(ResearcherMergeOut))
def list_researcher_merges(page: dict[str, Any], researcher_id: str) -> dict[str, Any]:
    """List what went into a profile, for its owner and editors, newest first."""
    kept = researchers.get_researcher(db.session(), researcher_id)
    return paginate(researcher_merges.list_merges(actor=actor(), kept=kept), page)


@blueprint.route("/<researcher_id>/merges/<merge_id>", methods=["DELETE"], permission="merge.undo")
@blueprint.response(204)
def undo_researcher_merge(researcher_id: str, merge_id: str) -> None:
    """Give back what moved and is still there, as an editor or the account that got it; later merges go first."""
    kept = researchers.get_researcher(db.session(), researcher_id)
    entry = researcher_merges.get_merge(db.session(), merge_id, kept=kept)
    researcher_merges.undo_merge(db.session(), actor=actor(), entry=entry)
    db.session.commit()
