"""How often posts are read: counted by day, without a trace of who read."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.models import Post, PostStatus, ReadCount, Researcher
from scholarnet.permissions import is_author


def count_read(session: Session, *, post: Post, viewer: Researcher | None) -> None:
    """Add one to today's count of a published post, unless an author looks at their own; its authors are loaded."""
    if post.status is not PostStatus.PUBLISHED or (viewer is not None and is_author(viewer, post)):
        return
    of_dialect = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = of_dialect(ReadCount).values(post_id=post.id, day=now().date(), n=1)
    session.execute(row.on_conflict_do_update(index_elements=["post_id", "day"], set_={"n": ReadCount.n + 1}))
