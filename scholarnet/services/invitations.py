"""Invitations to review: sending, answering, reminding.

Nobody may link a review that is not signed with an invitation: what the invited does is seen by others only if they
say so, and neither a draft nor a review moves anything that anybody else can see.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import LoaderOption

from scholarnet.db import now
from scholarnet.errors import Conflict, ConflictOfInterest, Forbidden, Invalid, NotFound
from scholarnet.models import Answer, Audience, Identity, Invitation, Post, PostStatus, Researcher, Review
from scholarnet.permissions import edits, is_author, permit
from scholarnet.services import audit
from scholarnet.services.eligibility import refuse_conflict
from scholarnet.services.mails import queue_mail

USUAL, LONGEST = timedelta(days=21), timedelta(days=90)
MOST_OPEN_A_POST = 10  # that its authors send; editors may send more
REMINDED_BEFORE = timedelta(days=7)
A_YEAR = timedelta(days=365)
WHOLE: tuple[LoaderOption, ...] = (
    joinedload(Invitation.post).selectinload(Post.authors),
    joinedload(Invitation.post).selectinload(Post.versions),
    joinedload(Invitation.inviter),
    joinedload(Invitation.invited),
)
OPEN = (Answer.NONE, Answer.ACCEPTED)
_NEWEST_FIRST = select(Invitation).options(*WHOLE).order_by(Invitation.created_at.desc(), Invitation.public_id.desc())


def stands() -> ColumnElement[bool]:
    """Open as far as others can tell: a decline that was not told looks like no answer, until it is due."""
    untold = (Invitation.answer == Answer.DECLINED) & ~Invitation.tells_inviter
    return and_(or_(Invitation.answer.in_(OPEN), untold), Invitation.due_at > now())


def get_invitation(session: Session, public_id: str, *, viewer: Researcher) -> Invitation:
    """Return the invitation, for the invited, the inviter, the post's authors and editors."""
    found = session.scalar(select(Invitation).where(Invitation.public_id == public_id).options(*WHOLE))
    is_side = found is not None and (viewer.id in {found.invited_id, found.inviter_id} or is_author(viewer, found.post))
    if found is None or not (is_side or edits(viewer)):
        raise NotFound("invitation", public_id)
    return found


def list_own_invitations(*, invited: Researcher) -> Select[Invitation]:
    """What somebody was invited to and was not taken back, newest first."""
    return _NEWEST_FIRST.where(Invitation.invited_id == invited.id, Invitation.answer != Answer.REVOKED)


def list_invitations(*, actor: Researcher, post: Post) -> Select[Invitation]:
    """The invitations to review a post, for its authors and editors, newest first."""
    permit(actor, "invitation.list", post)
    return _NEWEST_FIRST.where(Invitation.post_id == post.id)


def invite(
    session: Session,
    *,
    actor: Researcher,
    post: Post,
    invited: Researcher,
    link: str,
    message: str | None = None,
    due_at: datetime | None = None,
) -> Invitation:
    """Invite somebody to review a published post; the mail names `link`. An unsigned review of theirs stays unknown."""
    permit(actor, "invitation.send", post)
    refuse_closed(post)
    if invited.id == actor.id:
        raise Invalid("researcher_id", "nobody invites themselves: review it")
    _refuse_unfit(session, post, invited)
    _refuse_second(session, actor, post, invited)
    invitation = Invitation(
        post=post, inviter=actor, invited=invited, message=message, due_at=_due(due_at), answer=Answer.NONE
    )
    session.add(invitation)
    session.flush()
    if not is_author(actor, post):
        audit.record(session, actor=actor, action="invitation.send", subject=f"post:{post.public_id}")
    _mail(
        session,
        invited,
        subject="You are invited to review a post on ScholarNet",
        text=f"You are invited to review a post, until {invitation.due_at:%Y-%m-%d}. Accept or decline here:\n\n"
        f"{link}\n\nNobody sees your answer unless you say so.",
    )
    return invitation


def refuse_closed(post: Post) -> None:
    """Raise Conflict for a post that nobody can be asked to review."""
    if post.status is not PostStatus.PUBLISHED or post.audience is Audience.PRIVATE:
        msg = "only a published post that others may see can be reviewed"
        raise Conflict(msg)


def accept(session: Session, *, actor: Researcher, invitation: Invitation, tells_inviter: bool = False) -> Invitation:
    """Say yes; the inviter sees it only if told. Doing it twice is harmless. It opens no draft."""
    _answer(actor, invitation, Answer.ACCEPTED, tells_inviter=tells_inviter)
    session.flush()
    return invitation


def decline(
    session: Session, *, actor: Researcher, invitation: Invitation, reason: str | None, tells_inviter: bool = False
) -> Invitation:
    """Say no, also after having said yes; who sees it and the reason is the invited's to say."""
    _answer(actor, invitation, Answer.DECLINED, tells_inviter=tells_inviter)
    invitation.decline_reason = reason
    session.flush()
    return invitation


def revoke(session: Session, *, actor: Researcher, invitation: Invitation) -> Invitation:
    """Take an invitation back, as its inviter or an editor; doing it twice is harmless."""
    permit(actor, "invitation.revoke")
    if actor.id != invitation.inviter_id and not edits(actor):
        msg = "only the inviter and editors take an invitation back"
        raise Forbidden(msg)
    invitation.answer = Answer.REVOKED
    session.flush()
    return invitation


def count_load(session: Session, *, actor: Researcher, researcher: Researcher) -> dict[str, int]:
    """How many invitations somebody holds now and got in a year, for editors; a review in between moves nothing."""
    permit(actor, "researcher.load")
    sent = select(func.count()).where(Invitation.invited_id == researcher.id, Invitation.answer != Answer.REVOKED)
    return {
        "n_open": session.scalar(sent.where(stands())) or 0,
        "n_last_year": session.scalar(sent.where(Invitation.created_at > now() - A_YEAR)) or 0,
    }


def remind(session: Session, *, link: str) -> int:
    """Mail everybody whose invitation is due within a week, once; return how many. `link` leads to all of theirs."""
    reviewed = exists().where(
        Review.post_id == Invitation.post_id,
        Review.reviewer_id == Invitation.invited_id,
        Review.withdrawn_at.is_(None),
    )
    due = session.scalars(
        select(Invitation)
        .join(Post, Post.id == Invitation.post_id)
        .where(
            Invitation.answer.in_(OPEN),
            Invitation.reminded_at.is_(None),
            Invitation.due_at.between(now(), now() + REMINDED_BEFORE),
            Post.status == PostStatus.PUBLISHED,
            ~reviewed,
        )
        .options(joinedload(Invitation.invited, innerjoin=True))
        .with_for_update(skip_locked=True, of=Invitation)
    ).all()
    for invitation in due:
        invitation.reminded_at = now()
        _mail(
            session,
            invitation.invited,
            subject="A review that you were invited to is due",
            text=f"It is due on {invitation.due_at:%Y-%m-%d}. Accept or decline here:\n\n{link}/{invitation.public_id}",
        )
    session.flush()
    return len(due)


def _mail(session: Session, invited: Researcher, *, subject: str, text: str) -> None:
    """Only to an address that is theirs."""
    if invited.email and invited.is_email_verified:
        queue_mail(session, to=invited.email, subject=subject, text=text)


def _answer(actor: Researcher, invitation: Invitation, answer: Answer, *, tells_inviter: bool) -> None:
    permit(actor, "invitation.answer")
    if actor.id != invitation.invited_id:
        msg = "only the invited answers"
        raise Forbidden(msg)
    if invitation.post.status is not PostStatus.PUBLISHED:
        msg = "the post was withdrawn"
        raise Conflict(msg)
    if invitation.answer is Answer.REVOKED:
        msg = "the invitation was taken back"
        raise Conflict(msg)
    if invitation.due_at <= now():
        msg = "the invitation has expired; the post may still be reviewed"
        raise Conflict(msg)
    if invitation.answer is Answer.DECLINED and answer is Answer.ACCEPTED:
        msg = "the invitation was declined; the post may still be reviewed"
        raise Conflict(msg)
    is_repeated = invitation.answer is answer
    invitation.answer = answer
    invitation.tells_inviter = tells_inviter or (is_repeated and invitation.tells_inviter)


def _refuse_unfit(session: Session, post: Post, invited: Researcher) -> None:
    if not invited.is_claimed:
        raise Invalid("researcher_id", "has no account to answer with")
    try:
        refuse_conflict(session, reviewer=invited, post=post)
    except ConflictOfInterest as conflict:
        raise Invalid("researcher_id", "cannot be invited: has a conflict of interest") from conflict


def _refuse_second(session: Session, actor: Researcher, post: Post, invited: Researcher) -> None:
    session.execute(
        update(Invitation)
        .where(
            Invitation.post_id == post.id,
            Invitation.invited_id == invited.id,
            Invitation.answer.in_(OPEN),
            Invitation.due_at <= now(),
        )
        .values(answer=Answer.EXPIRED)
    )
    live = (Invitation.post_id == post.id, stands())
    if session.scalar(select(exists().where(*live, Invitation.invited_id == invited.id))):
        msg = "this person holds an invitation to this post"
        raise Conflict(msg)
    signed = exists().where(
        Review.post_id == post.id,
        Review.reviewer_id == invited.id,
        Review.withdrawn_at.is_(None),
        Review.identity == Identity.SIGNED,
    )
    if session.scalar(select(signed)):
        msg = "this person has reviewed this post"
        raise Conflict(msg)
    sent = select(func.count()).where(*live, Invitation.inviter_id == actor.id)
    if not edits(actor) and (session.scalar(sent) or 0) >= MOST_OPEN_A_POST:
        msg = f"at most {MOST_OPEN_A_POST} open invitations to a post; wait, or take one back"
        raise Conflict(msg)


def _due(due_at: datetime | None) -> datetime:
    due_at = due_at or now() + USUAL
    if not now() < due_at <= now() + LONGEST:
        raise Invalid("due_at", f"must lie within the next {LONGEST.days} days")
    return due_at
