"""Posts as readers see them: the shown version, the authors' reputations, the score."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from scholarnet.models import Post, PostScore, PostStatus, PostVersion
from scholarnet.services.posts import shown_version
from scholarnet.services.researcher_views import ResearcherView, view_researchers
from scholarnet.services.scores import scores_of


@dataclass(frozen=True, slots=True)
class PostView:
    """A post, whole; `score` is None where it has none (drafts, tombstones)."""

    post: Post
    content: PostVersion
    authors: list[ResearcherView]
    tags: list[str]
    score: PostScore | None
    is_tombstone: bool


def view_posts(session: Session, posts: Sequence[Post]) -> list[PostView]:
    """Return many posts with all that is shown beside them, in two statements."""
    people = {author.researcher_id: author.researcher for post in posts for author in post.authors}
    views = {view.researcher.id: view for view in view_researchers(session, list(people.values()))}
    scores = scores_of(session, post_ids=[post.id for post in posts])
    return [
        PostView(
            post=post,
            content=shown_version(post),
            authors=[views[author.researcher_id] for author in post.authors],
            tags=[tag.name for tag in post.tags],
            score=scores.get(post.id),
            is_tombstone=post.status is PostStatus.WITHDRAWN,
        )
        for post in posts
    ]


def view_post(session: Session, post: Post) -> PostView:
    """Return one post with all that is shown beside it."""
    return view_posts(session, [post])[0]
