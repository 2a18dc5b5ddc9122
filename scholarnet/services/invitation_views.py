"""Invitations as each side sees them: the inviter learns what the invited chose to tell, and time alone besides."""

from dataclasses import dataclass

from scholarnet.db import now
from scholarnet.models import Answer, Invitation, Researcher
from scholarnet.services.post_versions import shown_version


@dataclass(frozen=True, slots=True)
class InvitationView:
    """`status`: open, accepted, declined, expired or withdrawn, as far as this viewer may know."""

    invitation: Invitation
    status: str
    decline_reason: str | None
    title: str


def view_invitation(invitation: Invitation, *, viewer: Researcher) -> InvitationView:
    """Return what `viewer` may know of an invitation."""
    is_known = viewer.id == invitation.invited_id or invitation.tells_inviter
    status = _status(invitation, is_known=is_known)
    reason = invitation.decline_reason if status == Answer.DECLINED.value else None
    return InvitationView(invitation, status, reason, shown_version(invitation.post).title)


def _status(invitation: Invitation, *, is_known: bool) -> str:
    if invitation.answer is Answer.REVOKED or invitation.post.withdrawn_at is not None:
        return "withdrawn"
    if is_known and invitation.answer in {Answer.ACCEPTED, Answer.DECLINED}:
        return invitation.answer.value
    return "expired" if invitation.due_at <= now() or invitation.answer is Answer.EXPIRED else "open"
