"""Addressed reviews: the authors' mark, what the reviewer says to it, and the fading that follows.

From the version in which it is addressed a faded review counts half; scores of older versions keep the whole. Who
marks learns nothing of who did not sign: the mail and the answer are the reviewer's own, and shown is a day.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.errors import Conflict
from scholarnet.models import (
    AddressedAnswer,
    Post,
    PostStatus,
    Researcher,
    Review,
    ReviewRevision,
    ScoreEventKind,
)
from scholarnet.models.review import MARK
from scholarnet.permissions import permit
from scholarnet.services import scores
from scholarnet.services.mails import NOBODY, queue_mail
from scholarnet.services.responses import check_author

SILENCE = timedelta(days=30)  # after which who says nothing agrees
TOLD_ONCE_IN = timedelta(days=1)  # marks that are taken back and set anew do not fill the reviewer's mailbox
AT_ONCE = 100  # reviews that are settled in one transaction, so that writers of scores wait for seconds at most


def mark_addressed(session: Session, *, actor: Researcher, review: Review, link: str | None = None) -> Review:
    """The authors say that the latest version does what the review asks for; doing it twice is harmless.

    The reviewer is told by a mail that names `link`; nobody where there is none. Raises Conflict before there is a
    version that the reviewer has neither judged nor disputed.
    """
    check_author(actor, review)
    _hold(session, review)
    disputed_in = review.addressed_in if review.addressed_answer is AddressedAnswer.DISPUTED else None
    if review.addressed_in is not None and disputed_in is None:
        return review
    judged = disputed_in or review.version_number
    if review.post.version_number <= judged:
        msg = f"the reviewer has judged version {judged}; publish the version that addresses the review first"
        raise Conflict(msg)
    moment = now()
    is_told = review.addressed_at is not None and disputed_in is None and moment < review.addressed_at + TOLD_ONCE_IN
    review.drop_mark()
    review.addressed_at, review.addressed_in = moment, review.post.version_number
    session.flush()
    if link and not is_told:
        _tell(session, review, link)
    return review


def unmark_addressed(session: Session, *, actor: Researcher, review: Review) -> Review:
    """The authors take their mark back, before it is answered or has faded; doing it twice is harmless."""
    check_author(actor, review)
    _hold(session, review)
    if review.addressed_answer is not None:
        msg = "the reviewer has answered" if review.faded_in is None else "the review has faded"
        raise Conflict(f"{msg}; the mark stays")
    review.addressed_in = None
    session.flush()
    return review


def answer_addressed(
    session: Session, *, actor: Researcher, review: Review, agrees: bool, note: str | None = None
) -> Review:
    """The reviewer agrees, and the review fades at once; or disputes it, and it does not, until they agree.

    Raises Conflict without a mark, and for a dispute of what has faded.
    """
    permit(actor, "review.edit", review)
    _hold(session, review)
    if review.addressed_in is None:
        msg = "the authors have not marked the review addressed"
        raise Conflict(msg)
    if review.faded_in is not None:
        if agrees:
            return review
        msg = "the review has faded; revise it to speak anew"
        raise Conflict(msg)
    review.addressed_answer = AddressedAnswer.AGREED if agrees else AddressedAnswer.DISPUTED
    review.addressed_note, review.answered_on = note, now().date()
    session.flush()
    if agrees:
        _fade(session, review)
    return review


def settle_addressed(session: Session) -> int:
    """Let reviews fade whose authors were silent for 30 days, AT_ONCE at most; return how many.

    Two workers at once do it once: who holds the log reads what is due then.
    """
    if not session.scalar(select(exists().where(_is_due(), Post.id == Review.post_id))):
        return 0  # nobody waits for the log in vain
    scores.hold_log(session)
    due = session.scalars(
        select(Review).join(Post).where(_is_due()).order_by(Review.id).limit(AT_ONCE),
        execution_options={"populate_existing": True},
    ).all()
    for review in due:
        review.addressed_answer, review.answered_on = AddressedAnswer.SILENT, now().date()
        session.flush()
        _fade(session, review)
    return len(due)


def _is_due() -> ColumnElement[bool]:
    return and_(
        Review.addressed_in.is_not(None),
        Review.addressed_answer.is_(None),
        Review.addressed_at <= now() - SILENCE,
        Review.withdrawn_at.is_(None),
        Post.status == PostStatus.PUBLISHED,
    )


def _hold(session: Session, review: Review) -> None:
    """Be alone with the mark: whoever marks, answers, settles or revises holds the log, and reads anew."""
    scores.hold_log(session)
    session.refresh(review, [*MARK, "version_number", "revision_number", "withdrawn_at"])
    session.refresh(review.post, ["version_number", "status"])
    if review.withdrawn_at is not None:
        msg = "the review was withdrawn"
        raise Conflict(msg)
    if review.post.status is not PostStatus.PUBLISHED:
        msg = "the post was withdrawn"
        raise Conflict(msg)


def _fade(session: Session, review: Review) -> None:
    """Count half from now on; the revision remembers it, for when the reviewer has spoken anew."""
    review.faded_in = review.addressed_in
    session.execute(
        update(ReviewRevision)
        .where(ReviewRevision.review_id == review.id, ReviewRevision.number == review.revision_number)
        .values(faded_in=review.faded_in)
    )
    session.flush()
    payload = {"revision": review.revision_number, "version": review.faded_in}
    scores.append(
        session, kind=ScoreEventKind.REVIEW_FADED, post_id=review.post_id, review_id=review.id, payload=payload
    )


def _tell(session: Session, review: Review, link: str) -> None:
    """Queue a mail whoever it is to, so that the authors cannot tell whether there is an address."""
    reviewer = review.reviewer
    queue_mail(
        session,
        to=reviewer.email if reviewer.email and reviewer.is_email_verified else NOBODY,
        subject="The authors have addressed your review on ScholarNet",
        text=f"The authors say that version {review.addressed_in} of their post does what your review asks for:\n\n"
        f"{link}/{review.public_id}\n\nIf you agree, or say nothing for {SILENCE.days} days, the review counts half "
        "for the score from that version on. You may dispute it, or revise the review. Nobody else gets this mail.",
    )
