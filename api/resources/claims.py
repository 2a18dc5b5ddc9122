"""Claims of authorship."""

from typing import Any

from api.auth import actor
from api.blueprint import Blueprint
from api.database import db
from api.pagination import page_of, paginate
from api.schemas.claims import MINE, ClaimDecisionIn, ClaimIn, ClaimOut, ClaimsQuery, ProfileClaimIn
from scholarnet.models import Claim
from scholarnet.services import claims, publications, researchers
from scholarnet.services.claim_views import ClaimView, view_claim, view_claims

blueprint = Blueprint("claims", "", "Claims of authorship")


@blueprint.route("/publications/<publication_id>/claims", methods=["POST"], permission="claim.make")
@blueprint.arguments(ClaimIn)
@blueprint.response(201, ClaimOut)
def claim_place(body: dict[str, Any], publication_id: str) -> ClaimView:
    """Say that an unclaimed author of a publication is oneself; a co-author or an editor confirms it.

    409 where the place is an account's, or the author carries an ORCID iD: connect that (POST /auth/orcid) instead.
    """
    publication = publications.get_publication(db.session(), publication_id)
    place = {name: body.pop(name, None) for name in ("position", "author_id")}
    author = claims.find_author(publication, **place)
    return _commit(claims.claim(db.session(), actor=actor(), author=author, publication=publication, **body))


@blueprint.route("/researchers/<researcher_id>/claim", methods=["POST"], permission="claim.make")
@blueprint.arguments(ProfileClaimIn)
@blueprint.response(201, ClaimOut)
def claim_profile(body: dict[str, Any], researcher_id: str) -> ClaimView:
    """Say that an unclaimed researcher is oneself; who confirms it is a co-author of all their works, or an editor."""
    author = researchers.get_researcher(db.session(), researcher_id)
    return _commit(claims.claim(db.session(), actor=actor(), author=author, **body))


@blueprint.route("/claims", permission="claim.read")
@blueprint.arguments(ClaimsQuery, location="query")
@blueprint.response(200, page_of(ClaimOut))
def list_claims(page: dict[str, Any]) -> dict[str, Any]:
    """List one's own claims, or those that wait for one's word, newest first."""
    mine = page["whose"] == MINE
    query = claims.list_claims(claimant=actor()) if mine else claims.list_claims_to_decide(actor=actor())
    return paginate(query, page, lambda rows: view_claims(db.session(), rows))


@blueprint.route("/claims/<claim_id>", permission="claim.read")
@blueprint.response(200, ClaimOut)
def get_claim(claim_id: str) -> ClaimView:
    """Return a claim of one's own, or that one may decide on."""
    return view_claim(db.session(), claims.get_claim(db.session(), claim_id, viewer=actor()))


@blueprint.route("/claims/<claim_id>/decision", methods=["PUT"], permission="claim.decide")
@blueprint.arguments(ClaimDecisionIn)
@blueprint.response(200, ClaimOut)
def decide_claim(body: dict[str, Any], claim_id: str) -> ClaimView:
    """Confirm or reject a claim. A co-author's word counts if their own place does not rest on another co-author's.

    What is confirmed moves to the claimant at once; 403 says why an editor has to decide.
    """
    found = claims.get_claim(db.session(), claim_id, viewer=actor())
    return _commit(claims.decide_claim(db.session(), actor=actor(), claim=found, **body))


@blueprint.route("/claims/<claim_id>", methods=["DELETE"], permission="claim.undo")
@blueprint.response(204)
def take_back(claim_id: str) -> None:
    """Withdraw an open claim of one's own, or undo a confirmed one, as its claimant or an editor."""
    found = claims.get_claim(db.session(), claim_id, viewer=actor())
    claims.take_back(db.session(), actor=actor(), claim=found)
    db.session.commit()


def _commit(claim: Claim) -> ClaimView:
    view = view_claim(db.session(), claim)
    db.session.commit()
    return view
