"""How many recommend a post, keep it, and read it: numbers beside it."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scholarnet.models import Post, PostRecommendation, ReadCount, SavedPost

FEWEST_SAVES = 3  # below it the number is not shown: one or two might be told who they are


@dataclass(frozen=True, slots=True)
class PostCounts:
    """`n_recommendations` is None where what others think is withheld, `n_saves` where it is below FEWEST_SAVES."""

    n_recommendations: int | None
    n_saves: int | None
    n_reads: int


def count_marks(session: Session, *, post: Post, is_withheld: bool) -> PostCounts:
    """Return the counts of a post, in one statement."""
    standing = PostRecommendation.post_id == post.id, PostRecommendation.revoked_at.is_(None)
    n_recommendations, n_saves, n_reads = session.execute(
        select(
            select(func.count()).select_from(PostRecommendation).where(*standing).scalar_subquery(),
            select(func.count()).select_from(SavedPost).where(SavedPost.post_id == post.id).scalar_subquery(),
            select(func.coalesce(func.sum(ReadCount.n), 0)).where(ReadCount.post_id == post.id).scalar_subquery(),
        )
    ).one()
    return PostCounts(
        n_recommendations=None if is_withheld else n_recommendations,
        n_saves=n_saves if n_saves >= FEWEST_SAVES and not is_withheld else None,
        n_reads=int(n_reads),
    )
