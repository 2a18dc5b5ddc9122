"""What readers ask for and writers write to, out of a database that is filled already."""

from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scholarnet.models import Post, PostStatus, PostTag, Researcher, Tag, Verification
from scholarnet.services.tokens import create_token
from tests.benchmarks.community import KIND
from tests.databases import disposing

SAMPLE = 20_000  # of posts, over all ages
SCOPES = ["read", "write", "review"]


def lay_out(url: str, *, n_writers: int, n_reviews: int) -> tuple[list[str], list[str], list[str], list[str]]:
    """Open accounts for the writers, who wrote nothing yet; return their tokens, posts, posts to review, and tags."""
    with disposing(url) as engine, Session(engine) as session:
        tokens = [_open_account(session, number) for number in range(n_writers)]
        last = session.scalar(select(func.max(Post.id))) or 0
        ids = Random(1).sample(range(1, last + 1), min(last, SAMPLE + n_reviews))  # noqa: S311  (no secret)
        posts: list[str] = []
        reviewable: list[str] = []
        for start in range(0, len(ids), 1000):
            public = select(Post.public_id, Post.kind).where(
                Post.id.in_(ids[start : start + 1000]), Post.status == PostStatus.PUBLISHED
            )
            for public_id, kind in session.execute(public):
                posts.append(public_id)
                reviewable += [public_id] if kind is KIND else []
        used = select(PostTag.tag_id).where(PostTag.post_id.in_(ids[:1000])).distinct()
        tags = list(session.scalars(select(Tag.name).where(Tag.id.in_(used))))
        session.commit()
    return tokens, posts[:SAMPLE], reviewable, tags


def _open_account(session: Session, number: int) -> str:
    name = f"Load Writer {number}"
    who = Researcher(
        name=name,
        handle=f"load-writer-{number}-{session.scalar(select(func.count()).select_from(Researcher))}",
        email=None,
        is_claimed=True,
        is_email_verified=True,
        verification=Verification.EDITOR,
    )
    session.add(who)
    session.flush()
    return create_token(session, researcher=who, name="load", scopes=SCOPES)[1]
