"""What every write of a post answers: the post as its writer sees it, with the tag that the next write needs."""

from api.auth import viewer
from api.database import db
from api.etags import require_match, tag_answer
from scholarnet.models import Post
from scholarnet.services.post_views import PostView, view_post
from scholarnet.services.ranking_rows import SCORE


def commit_post(post: Post) -> PostView:
    """Commit the write, and return the post, tagged."""
    view = view_post(db.session(), post, viewer=viewer())
    db.session.commit()
    tag_post(view)
    return view


def tag_post(view: PostView) -> None:
    """Tag the answer by what a writer changes, and by what moves by itself beside it."""
    score = view.score
    beside = tuple(getattr(score, name) for name in SCORE) if score else ()
    reputations = (author.reputation for author in view.authors)
    linked = view.publication and view.publication.public_id
    moving = (view.is_score_withheld, *beside, view.counts, view.accepted_answer_id, linked, *reputations)
    tag_answer(_stamp(view.post), moving)


def require_post(post: Post) -> None:
    """Refuse a write without If-Match, or against an older state of the post."""
    require_match(_stamp(post))


def _stamp(post: Post) -> tuple[object, ...]:
    return (post.public_id, post.updated_at, post.status, post.version_number)
