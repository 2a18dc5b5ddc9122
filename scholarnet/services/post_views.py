"""Posts as readers see them: the shown version, the authors' reputations, the score."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from scholarnet.models import Post, PostScore, PostStatus, PostVersion, Publication, Researcher
from scholarnet.services.accepted_answers import find_accepted_answer
from scholarnet.services.post_counts import PostCounts, count_marks
from scholarnet.services.post_publications import find_publication
from scholarnet.services.post_versions import shown_version
from scholarnet.services.researcher_views import ResearcherView, view_researchers
from scholarnet.services.scores import scores_of
from scholarnet.services.withholding import withheld_among


@dataclass(frozen=True, slots=True)
class PostView:
    """A post, whole; `score` is None where there is none (drafts, tombstones) or it is withheld, `counts` in lists.

    `accepted_answer_id` is the id outside of a comment; it and `publication` are None in lists.
    """

    post: Post
    content: PostVersion
    authors: list[ResearcherView]
    tags: list[str]
    score: PostScore | None
    is_tombstone: bool
    is_score_withheld: bool
    counts: PostCounts | None = None
    accepted_answer_id: str | None = None
    publication: Publication | None = None


def view_posts(session: Session, posts: Sequence[Post], *, viewer: Researcher | None) -> list[PostView]:
    """Return many posts with all that `viewer` is shown beside them, in three statements."""
    people = {author.researcher_id: author.researcher for post in posts for author in post.authors}
    views = {view.researcher.id: view for view in view_researchers(session, list(people.values()))}
    withheld = withheld_among(session, viewer=viewer, post_ids=[post.id for post in posts])
    scores = scores_of(session, post_ids=[post.id for post in posts])
    return [
        PostView(
            post=post,
            content=shown_version(post),
            authors=[views[author.researcher_id] for author in post.authors],
            tags=[tag.name for tag in post.tags],
            score=None if post.id in withheld else scores.get(post.id),
            is_tombstone=post.status is PostStatus.WITHDRAWN,
            is_score_withheld=post.id in withheld,
        )
        for post in posts
    ]


def view_post(session: Session, post: Post, *, viewer: Researcher | None) -> PostView:
    """Return one post with all that `viewer` is shown beside it."""
    view = view_posts(session, [post], viewer=viewer)[0]
    return replace(
        view,
        counts=count_marks(session, post=post, is_withheld=view.is_score_withheld),
        accepted_answer_id=find_accepted_answer(session, post=post),
        publication=None if view.is_tombstone else find_publication(session, post=post),
    )
