"""Reviews: submitting, revising, revealing, withdrawing."""

import secrets
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import LoaderOption

from scholarnet.db import CROCKFORD, now
from scholarnet.errors import AlreadyReviewed, Conflict, Invalid, NotFound
from scholarnet.forms import Form, form_of
from scholarnet.models import (
    Identity,
    Post,
    PostStatus,
    Researcher,
    Response,
    Review,
    ReviewRevision,
    ScoreEventKind,
)
from scholarnet.models.review import MARK
from scholarnet.permissions import permit, visible_posts, visible_reviews
from scholarnet.services import eligibility, scores
from scholarnet.services.admissions import admit
from scholarnet.services.posts import get_post
from scholarnet.services.review_rows import REVISED, add_review

WHOLE: tuple[LoaderOption, ...] = (
    joinedload(Review.post).selectinload(Post.authors),
    joinedload(Review.reviewer),
    joinedload(Review.response).joinedload(Response.author),
)


def get_review(session: Session, public_id: str, *, viewer: Researcher | None) -> Review:
    """Return the review, if `viewer` may see its post and it is not withheld from them."""
    review = session.scalar(
        select(Review)
        .join(Post)
        .where(Review.public_id == public_id, visible_posts(viewer), visible_reviews(viewer))
        .options(*WHOLE)
    )
    if review is None:
        raise NotFound("review", public_id)
    return review


def list_reviews(
    *, viewer: Researcher | None, post: Post | None = None, reviewer: Researcher | None = None
) -> Select[Review]:
    """Reviews that `viewer` may see, newest day first: within a day the order is random and tells nothing.

    Of a reviewer only what they signed, unless they look at themselves.
    """
    query = (
        select(Review)
        .join(Post)
        .where(visible_posts(viewer), visible_reviews(viewer))
        .options(*WHOLE)
        .order_by(Review.created_on.desc(), Review.public_id)
    )
    if post is not None:
        query = query.where(Review.post_id == post.id)
    if reviewer is not None:
        query = query.where(Review.reviewer_id == reviewer.id)
        if viewer is None or viewer.id != reviewer.id:
            query = query.where(Review.identity == Identity.SIGNED, Review.withdrawn_at.is_(None))
    return query


def list_revisions(session: Session, *, review: Review) -> list[ReviewRevision]:
    """All that a review has said, oldest first."""
    query = select(ReviewRevision).where(ReviewRevision.review_id == review.id).order_by(ReviewRevision.number)
    return list(session.scalars(query))


def submit_review(
    session: Session,
    *,
    reviewer: Researcher,
    post_id: str,
    content: dict[str, Any],
    identity: Identity = Identity.SIGNED,
    competing_interest: str | None = None,
    has_financial_interest: bool = False,
) -> Review:
    """Review the latest version of a post, once; it uses up the draft.

    Its event and the post's new score belong to the same write.
    """
    permit(reviewer, "review.create")
    moment = now()
    admission = admit(session, post_id, reviewer=reviewer, at=moment)
    post = admission.post
    check_ratings(form_of(post.kind), content)
    judged = {
        "eligibility": eligibility.eligibility_of(
            identity=identity, has_financial_interest=has_financial_interest, is_returned=admission.is_returned
        ),
        "trust": admission.trust,
    }
    stated = {
        "identity": identity,
        "pseudonym": _new_pseudonym() if identity is Identity.PSEUDONYMOUS else None,
        "competing_interest": competing_interest,
        "has_financial_interest": has_financial_interest,
    }
    head = scores.hold_log(session, lines=1)
    review = add_review(session, post=post, reviewer=reviewer, at=moment, content=content, columns=judged | stated)
    if review is None:
        scores.give_back(session, lines=1)
        raise AlreadyReviewed
    kind, payload = ScoreEventKind.REVIEW_SUBMITTED, {"revision": 1}
    scores.append_held(session, head, kind=kind, post_id=post.id, review_id=review.id, payload=payload)
    return review


def get_reviewable_post(session: Session, public_id: str, *, reviewer: Researcher) -> Post:
    """Return the post with its authors, if it is one that this researcher may review."""
    post = get_post(session, public_id, viewer=reviewer, whole=(selectinload(Post.authors),))
    if post.status is not PostStatus.PUBLISHED:
        msg = "only a published post can be reviewed"
        raise Conflict(msg)
    eligibility.refuse_conflict(session, reviewer=reviewer, post=post)
    return post


def revise_review(session: Session, *, actor: Researcher, review: Review, changes: dict[str, Any]) -> Review:
    """Write the next revision, which judges the post's latest version; the one before it stays readable."""
    permit(actor, "review.edit", review)
    scores.hold_log(session)  # a mark that fades meanwhile is seen
    session.refresh(review, [*MARK, "withdrawn_at"])
    _refuse_withdrawn(review)
    content = {field: changes.get(field, getattr(review, field)) for field in REVISED}
    check_ratings(form_of(review.post.kind), content)
    for field, value in content.items():
        setattr(review, field, value)
    review.revision_number += 1
    review.version_number = review.post.version_number
    review.updated_at = now()
    review.drop_mark()
    revision = _revision(review.post, review.revision_number, content)
    revision.review_id = review.id
    session.add(revision)
    session.flush()
    _log(session, review, ScoreEventKind.REVIEW_REVISED)
    return review


def reveal_review(session: Session, *, actor: Researcher, review: Review) -> Review:
    """Sign a review that was not signed, for good; from now on it is scored by what is known of its author."""
    permit(actor, "review.edit", review)
    scores.hold_log(session)  # of two who do it at once the second finds it done
    session.refresh(review, ["identity", "withdrawn_at"])
    _refuse_withdrawn(review)
    if review.identity is Identity.SIGNED:
        msg = "the review is signed already"
        raise Conflict(msg)
    review.identity, review.pseudonym = Identity.SIGNED, None
    review.eligibility = eligibility.judge(
        session,
        reviewer=actor,
        post=review.post,
        identity=Identity.SIGNED,
        has_financial_interest=review.has_financial_interest,
        at=review.created_at,
    )
    session.flush()
    _log(session, review, ScoreEventKind.REVIEW_REVEALED)
    return review


def withdraw_review(session: Session, *, actor: Researcher, review: Review) -> Review:
    """Take a review back: it counts no more, and a tombstone stays. Doing it twice is harmless."""
    permit(actor, "review.edit", review)
    if review.withdrawn_at is None:
        # Before the row, as who settles marks does: neither waits for the other.
        head = scores.hold_log(session, lines=1)
        review.withdrawn_at = now()
        kind = ScoreEventKind.REVIEW_WITHDRAWN
        scores.append_held(session, head, kind=kind, post_id=review.post_id, review_id=review.id)
    return review


def check_ratings(form: Form, content: dict[str, Any]) -> None:
    """Refuse ratings that the form does not ask for or that lie off its scales."""
    for name, rating in (content.get("ratings") or {}).items():
        criterion = form.criterion(name)
        if criterion is None:
            known = ", ".join(one.name for one in form.criteria)
            raise Invalid("ratings", f"{name!r} is not asked for a {form.kind}; it is: {known}")
        if not criterion.low <= rating <= criterion.high:
            raise Invalid("ratings", f"{name} must be {criterion.low} to {criterion.high}")
    if not form.overall.low <= content["overall"] <= form.overall.high:
        raise Invalid("overall", f"must be {form.overall.low} to {form.overall.high}")
    if not content["body"].strip():
        raise Invalid("body", "must not be empty: a rating without reasons helps nobody")


def _refuse_withdrawn(review: Review) -> None:
    if review.withdrawn_at is not None:
        msg = "the review was withdrawn"
        raise Conflict(msg)


def _revision(post: Post, number: int, content: dict[str, Any]) -> ReviewRevision:
    return ReviewRevision(number=number, version_number=post.version_number, **content)


def _log(session: Session, review: Review, kind: ScoreEventKind) -> None:
    scores.append(
        session,
        kind=kind,
        post_id=review.post_id,
        review_id=review.id,
        payload={"revision": review.revision_number},
    )


def _new_pseudonym() -> str:
    return "Reviewer " + "".join(secrets.choice(CROCKFORD) for _ in range(5)).upper()
