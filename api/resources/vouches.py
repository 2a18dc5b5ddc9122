"""Vouches: standing for somebody, and taking it back."""

from collections.abc import Sequence
from typing import Any

from api.auth import actor
from api.blueprint import Blueprint
from api.database import db
from api.pagination import PageQuery, page_of, paginate
from api.schemas.researchers import ReasonIn
from api.schemas.vouches import VouchOut
from scholarnet.models import Vouch
from scholarnet.services import researchers, vouches
from scholarnet.services.researcher_views import view_researchers

blueprint = Blueprint("vouches", "/researchers", "Who stands for whom")


@blueprint.route("/<researcher_id>/vouches", permission="public.read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(VouchOut))
def list_vouches(page: dict[str, Any], researcher_id: str) -> dict[str, Any]:
    """List who vouches for a researcher and why, newest first."""
    researcher = researchers.get_researcher(db.session(), researcher_id)
    return paginate(vouches.list_vouches(vouchee=researcher), page, _entries)


@blueprint.route("/<researcher_id>/vouch", methods=["PUT"], permission="researcher.vouch")
@blueprint.arguments(ReasonIn)
@blueprint.response(204)
def vouch(body: dict[str, Any], researcher_id: str) -> None:
    """Vouch for a researcher; the more people you vouch for, the less trust each of them has of it."""
    vouchee = researchers.get_researcher(db.session(), researcher_id)
    vouches.vouch(db.session(), voucher=actor(), vouchee=vouchee, **body)
    db.session.commit()


@blueprint.route("/<researcher_id>/vouch", methods=["DELETE"], permission="researcher.vouch")
@blueprint.response(204)
def revoke_vouch(researcher_id: str) -> None:
    """Take a vouch back."""
    vouchee = researchers.get_researcher(db.session(), researcher_id)
    vouches.revoke_vouch(db.session(), voucher=actor(), vouchee=vouchee)
    db.session.commit()


def _entries(rows: Sequence[Vouch]) -> list[dict[str, Any]]:
    people = view_researchers(db.session(), [row.voucher for row in rows])
    return [
        {"voucher": person, "reason": row.reason, "created_at": row.created_at}
        for person, row in zip(people, rows, strict=True)
    ]
