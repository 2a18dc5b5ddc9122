"""Invitations to review."""

from collections.abc import Sequence
from typing import Any

from api.auth import actor
from api.blueprint import Blueprint
from api.config import current_config
from api.database import db
from api.pagination import PageQuery, page_of, paginate
from api.schemas.invitations import AcceptIn, DeclineIn, InvitationIn, InvitationOut, LoadOut
from scholarnet.models import Invitation
from scholarnet.services import invitations, posts, researchers
from scholarnet.services.invitation_views import InvitationView, view_invitation

blueprint = Blueprint("invitations", "", "Invitations to review")


@blueprint.route("/posts/<post_id>/invitations", methods=["POST"], permission="invitation.send")
@blueprint.arguments(InvitationIn)
@blueprint.response(201, InvitationOut)
def invite(body: dict[str, Any], post_id: str) -> InvitationView:
    """Invite somebody to review, as an author or an editor."""
    post = posts.get_post(db.session(), post_id, viewer=actor())
    invited = researchers.get_named(db.session(), body.pop("researcher_id"), field="researcher_id")
    link = current_config().url_of("/invitations")
    return _commit(invitations.invite(db.session(), actor=actor(), post=post, invited=invited, link=link, **body))


@blueprint.route("/posts/<post_id>/invitations", permission="invitation.list")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(InvitationOut))
def list_posts_invitations(page: dict[str, Any], post_id: str) -> dict[str, Any]:
    """List the invitations to review a post, for its authors and editors."""
    post = posts.get_post(db.session(), post_id, viewer=actor())
    return paginate(invitations.list_invitations(actor=actor(), post=post), page, _views)


@blueprint.route("/invitations", permission="invitation.read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(InvitationOut))
def list_own_invitations(page: dict[str, Any]) -> dict[str, Any]:
    """List what one was invited to review, newest first."""
    return paginate(invitations.list_own_invitations(invited=actor()), page, _views)


@blueprint.route("/invitations/<invitation_id>", permission="invitation.read")
@blueprint.response(200, InvitationOut)
def get_invitation(invitation_id: str) -> InvitationView:
    """Return an invitation that one got or sent."""
    return view_invitation(invitations.get_invitation(db.session(), invitation_id, viewer=actor()), viewer=actor())


@blueprint.route("/invitations/<invitation_id>/accept", methods=["POST"], permission="invitation.answer")
@blueprint.arguments(AcceptIn)
@blueprint.response(200, InvitationOut)
def accept(body: dict[str, Any], invitation_id: str) -> InvitationView:
    """Accept an invitation; nobody sees it unless told, and it opens no draft."""
    invitation = invitations.get_invitation(db.session(), invitation_id, viewer=actor())
    return _commit(invitations.accept(db.session(), actor=actor(), invitation=invitation, **body))


@blueprint.route("/invitations/<invitation_id>/decline", methods=["POST"], permission="invitation.answer")
@blueprint.arguments(DeclineIn)
@blueprint.response(200, InvitationOut)
def decline(body: dict[str, Any], invitation_id: str) -> InvitationView:
    """Decline an invitation, with a reason if one likes; nobody sees it unless told."""
    invitation = invitations.get_invitation(db.session(), invitation_id, viewer=actor())
    return _commit(invitations.decline(db.session(), actor=actor(), invitation=invitation, **body))


@blueprint.route("/invitations/<invitation_id>", methods=["DELETE"], permission="invitation.revoke")
@blueprint.response(204)
def revoke_invitation(invitation_id: str) -> None:
    """Take an invitation back, as its inviter or an editor."""
    invitation = invitations.get_invitation(db.session(), invitation_id, viewer=actor())
    invitations.revoke(db.session(), actor=actor(), invitation=invitation)
    db.session.commit()


@blueprint.route("/researchers/<researcher_id>/load", permission="researcher.load")
@blueprint.response(200, LoadOut)
def get_load(researcher_id: str) -> dict[str, int]:
    """Return how much somebody is asked to review, as an editor."""
    researcher = researchers.get_researcher(db.session(), researcher_id)
    return invitations.count_load(db.session(), actor=actor(), researcher=researcher)


def _commit(invitation: Invitation) -> InvitationView:
    view = view_invitation(invitation, viewer=actor())
    db.session.commit()
    return view


def _views(rows: Sequence[Invitation]) -> list[InvitationView]:
    return [view_invitation(row, viewer=actor()) for row in rows]
