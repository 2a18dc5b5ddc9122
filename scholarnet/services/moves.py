"""Moves of tiers and decisions: what a post went through, for readers, with the reason of every step."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from scholarnet.models import (
    Epoch,
    Move,
    MoveCause,
    MoveKind,
    MoveReason,
    Post,
    PostScore,
    PostStatus,
    Researcher,
)
from scholarnet.services.withholding import refuse_withheld
from scoring.parameters import DEFAULT

REASONS = {
    MoveReason.TOO_FEW_REVIEWS: "its reviews weigh too little, or come from too few independent sources, to tell",
    MoveReason.ENOUGH_REVIEWS: "its reviews are enough to tell, and its value lies in this tier",
    MoveReason.SURELY_HIGHER: f"it is at least in this tier with a probability of {DEFAULT.tier_up:.0%} or more",
    MoveReason.HARDLY_THERE: f"it is in the tier it had with a probability of less than {DEFAULT.tier_down:.0%}",
    MoveReason.ACCEPTABLE: f"it is above the threshold with a probability of {DEFAULT.decide_at:.0%} or more",
    MoveReason.UNACCEPTABLE: f"it is below the threshold with a probability of {DEFAULT.decide_at:.0%} or more",
    MoveReason.SPLIT: "its reviewers are split about it, some above the threshold and some below",
    MoveReason.UNSETTLED: "neither side of the threshold is probable enough, and its reviewers are not split",
    MoveReason.EDITOR: "an editor decided in place of the community",
    MoveReason.EDITOR_LIFTED: "an editor's decision was lifted, and the community's is in force",
}
CAUSES = {
    MoveCause.REVIEWS: "judged anew because reviews came, changed or went",
    MoveCause.REFIT: "judged anew because what was learned of its reviewers had changed its value by more than "
    f"{DEFAULT.refit_margin:g}",
}


def list_moves(session: Session, *, viewer: Researcher | None, post: Post) -> Select[Move]:
    """The moves of a post, newest first; none of one that is not published (any more). Raises Withheld."""
    refuse_withheld(session, viewer=viewer, post=post)
    return (
        select(Move)
        .join(Epoch, Epoch.id == Move.epoch_id)
        .join(Post, Post.id == Move.post_id)
        .where(Move.post_id == post.id, Epoch.is_complete, Post.status == PostStatus.PUBLISHED)
        .order_by(Move.id.desc())
    )


def words_of(move: Move) -> str:
    """Why it moved, for people."""
    cause = CAUSES.get(move.cause)
    return REASONS[move.reason] + (f"; {cause}" if cause else "")


def add_editors_move(
    session: Session, *, score: PostScore, before: str, reason: MoveReason, note: str | None, at: datetime
) -> None:
    """Record that an editor's word made the decision in `score` what it is, on the score that it has now."""
    session.add(
        Move(
            post_id=score.post_id,
            epoch_id=score.epoch_id,
            kind=MoveKind.DECISION,
            before=before,
            after=score.decision,
            reason=reason,
            cause=MoveCause.EDITOR,
            note=note,
            **{name: getattr(score, name) for name in ("value", "low", "high", "n_reviews", "n_effective")},
            at=at,
        )
    )
    session.flush()
