"""The people of an import: unclaimed researchers, known by the venue and the name or token they have there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from scholarnet.db import chunks, now
from scholarnet.errors import Invalid
from scholarnet.models import Researcher, Verification
from scholarnet.services.trust import trust_given_by
from scholarnet.sources.venue_reviews import ItemRow, RatedRow

LONGEST_KEY = 600  # characters of `researcher.source_key`


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A reviewer's row, and the trust that verification gives."""

    id: int
    trust: float


@dataclass(frozen=True, slots=True)
class People:
    """Authors by name and reviewers by token, `by_item` where a token is known within one item only.

    A name never identifies a person, but within one venue's own list the same name stands for the same one.
    """

    venue: str
    by_item: bool
    author_ids: dict[str, int]
    reviewers: dict[str, Reviewer]
    n_new_authors: int
    n_new_reviewers: int

    def reviewer_of(self, review: RatedRow) -> Reviewer:
        """Return who wrote it."""
        return self.reviewers[_reviewer_key(self.venue, review, by_item=self.by_item)]


def key_of(venue: str, *parts: str) -> str:
    """Return ``venue:NAME/kind:name/…``; a slash inside a name is written as in a URL, so that no two keys meet."""
    names = [name.replace("%", "%25").replace("/", "%2F") for name in parts]
    pairs = zip(names[::2], names[1::2], strict=True)
    escaped_venue = venue.replace("%", "%25").replace("/", "%2F")
    key = "/".join([f"venue:{escaped_venue}", *(f"{kind}:{name}" for kind, name in pairs)])
    if len(key) > LONGEST_KEY:
        raise Invalid("venue", f"with the ids of its items and reviewers it makes keys above {LONGEST_KEY} characters")
    return key


def ensure_people(
    session: Session,
    *,
    venue: str,
    items: Collection[ItemRow],
    reviews: Sequence[RatedRow],
    by_item: bool,
    is_verified: bool,
) -> People:
    """Return the authors and reviewers of an import, new where they must be; `is_verified` concerns new reviewers."""
    authors = {key_of(venue, "author", name): name for row in items for name in row.authors}
    tokens = {_reviewer_key(venue, review, by_item=by_item): review.reviewer for review in reviews}
    standing = {"verification": Verification.VENUE, "verified_at": now()} if is_verified else {}
    known_authors, n_new_authors = _ensure(session, authors, {})
    known_reviewers, n_new_reviewers = _ensure(session, tokens, standing)
    return People(
        venue=venue,
        by_item=by_item,
        author_ids={authors[key]: one.id for key, one in known_authors.items()},
        reviewers=known_reviewers,
        n_new_authors=n_new_authors,
        n_new_reviewers=n_new_reviewers,
    )


def _reviewer_key(venue: str, review: RatedRow, *, by_item: bool) -> str:
    scope = ("item", review.item) if by_item else ()
    return key_of(venue, *scope, "reviewer", review.reviewer)


def _ensure(session: Session, names: dict[str, str], standing: dict[str, Any]) -> tuple[dict[str, Reviewer], int]:
    kept = func.coalesce(Researcher.merged_into_id, Researcher.id).label("id")  # a merged one is not added again
    columns = (Researcher.source_key, kept, Researcher.verification)
    keys = sorted(names)
    rows: list[Any] = []
    for part in chunks(keys):
        rows += session.execute(select(*columns).where(Researcher.source_key.in_(part)))
    known = {row.source_key for row in rows}
    new = [{"source_key": key, "name": names[key], **standing} for key in keys if key not in known]
    if new:
        rows += session.execute(insert(Researcher).returning(*columns), new)
    return {row.source_key: Reviewer(row.id, trust_given_by(row.verification)) for row in rows}, len(new)
