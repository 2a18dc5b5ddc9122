"""Marks, as recommendations and saves are: what is judged of whoever leaves one on a post."""

from typing import Any

from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.models import Post, Researcher
from scholarnet.services.eligibility import eligibility_of_mark
from scholarnet.services.trust import trust_of


def judge_mark(session: Session, *, actor: Researcher, post: Post) -> dict[str, Any]:
    """Return the columns of a new mark: whose, on what, since when, and what it counts."""
    moment = now()
    return {
        "post_id": post.id,
        "researcher_id": actor.id,
        "trust": trust_of(session, researcher=actor),
        "eligibility": eligibility_of_mark(session, researcher=actor, post=post),
        "created_at": moment,
        "created_on": moment.date(),
    }
