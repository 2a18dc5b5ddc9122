"""Exports and differences of epochs as one reader may have them."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from scholarnet import cursors
from scholarnet.errors import Conflict, Withheld
from scholarnet.models import Epoch, Post, Researcher, Review, ReviewDraft, ShardSection
from scholarnet.permissions import is_withheld, permit, public_posts
from scholarnet.services.epoch_diffs import REASONS, STEPS, Difference, difference
from scholarnet.services.epoch_exports import OPERATORS, PUBLIC, manifest_of, public_records
from scholarnet.services.epoch_records import Record
from scholarnet.services.epoch_shards import read_records, refuse_dropped
from scholarnet.services.epoch_sources import recorded_epoch

MOST_REVIEWS = 200_000  # of an epoch that a request compares: what it holds in memory grows with them
ENDED = ("work", "post", "review")  # what the last line counts
CACHED = 4  # differences that a process keeps: pages of one follow each other
_ready: dict[tuple[str, str], Difference] = {}


@dataclass(frozen=True, slots=True)
class Moves:
    """A page of what moved."""

    rows: list[dict[str, Any]]
    next_cursor: str | None


def hidden_posts(session: Session, *, viewer: Researcher | None, epoch: Epoch | None = None) -> frozenset[str]:
    """The posts, by public id, of whose scores this reader is told nothing now: those that are not public any more,
    and those that they hold an open review of.

    With `epoch` also those of which a review was withdrawn since: what it said is for nobody any more, and without it
    the post's score there could not be verified.
    """
    hidden = or_(~public_posts(), is_withheld(viewer, Post.id))
    if epoch is not None:
        hidden = or_(hidden, exists().where(Review.post_id == Post.id, Review.withdrawn_at > epoch.as_of))
    return frozenset(session.scalars(select(Post.public_id).where(Post.version_number > 0, hidden)))


def export_epoch(session: Session, *, epoch: Epoch, hidden: frozenset[str]) -> Iterator[Record]:
    """The public export: what it is, the posts but for `hidden`, each with its reviews, and how many there were."""
    yield {"section": "epoch", **manifest_of(epoch, detail=PUBLIC)}
    counts = {"post": 0, "review": 0}
    for record in public_records(session, epoch=epoch, shows=lambda post: post not in hidden):
        counts[record["section"]] += 1
        yield record
    yield _end(counts)


def refuse_whole_export(session: Session, *, actor: Researcher, epoch: Epoch) -> None:
    """Raise Forbidden, Withheld for who holds an open review, or Dropped, unless they may have all of it."""
    permit(actor, "epoch.export")
    refuse_dropped(session, epoch=epoch)
    if session.scalar(select(exists().where(ReviewDraft.reviewer_id == actor.id))):
        raise Withheld


def export_whole_epoch(session: Session, *, epoch: Epoch) -> Iterator[Record]:
    """The operators' export: what it is, people, works, posts with their reviews, and how many there were."""
    yield {"section": "epoch", **manifest_of(epoch, detail=OPERATORS)}
    counts = dict.fromkeys(("person", "work", "post", "review", "happening"), 0)
    for section in (ShardSection.PEOPLE, ShardSection.WORKS, ShardSection.POSTS):
        for record in read_records(session, epoch=epoch, section=section):
            counts[record["section"]] += 1
            yield record
    yield _end(counts)


def _end(counts: dict[str, int]) -> Record:
    return {"section": "end", **{f"n_{section}s": count for section, count in counts.items() if section in ENDED}}


def list_moves(
    session: Session, *, before: Epoch, after: Epoch, viewer: Researcher | None, cursor: str, per_page: int
) -> Moves:
    """What moved from one epoch to the other, most first. Raises Dropped, Conflict where that is too much for a
    request, and BadCursor."""
    found = compare(session, before=before, after=after)
    hidden, start = hidden_posts(session, viewer=viewer), _start(found, cursor)
    shown = [at for at in range(start, len(found.posts)) if found.posts[at] not in hidden][: per_page + 1]
    more = len(shown) > per_page
    rows = [_row(found, at) for at in shown[:per_page]]
    return Moves(rows, _cursor(found, shown[per_page - 1]) if more else None)


def compare(session: Session, *, before: Epoch, after: Epoch) -> Difference:
    """The difference of two epochs; those that were asked for last are at hand."""
    for epoch in (before, after):
        refuse_dropped(session, epoch=epoch)
        if epoch.n_reviews > MOST_REVIEWS:
            msg = (
                f"epoch {epoch.public_id} has too many reviews to be compared in a request: scholarnet epochs diff does"
            )
            raise Conflict(msg)
    key = before.public_id, after.public_id
    if key not in _ready:
        found = difference(recorded_epoch(session, epoch=before), recorded_epoch(session, epoch=after))
        while len(_ready) >= CACHED:
            _ready.pop(next(iter(_ready)), None)
        _ready[key] = found
    return _ready[key]


def _row(found: Difference, at: int) -> dict[str, Any]:
    reasons = (found.reasons[:, at] / STEPS).tolist()
    return {
        "post_id": found.posts[at],
        "before": float(found.before[at]),
        "after": float(found.after[at]),
        "move": float(found.moves[at] / STEPS),
        "reasons": dict(zip(REASONS, reasons, strict=True)),
    }


def _key(found: Difference, at: int) -> tuple[int, str]:
    """By what the posts are sorted."""
    return -abs(int(found.moves[at])), found.posts[at]


def _cursor(found: Difference, at: int) -> str:
    return cursors.encode(orjson.dumps(_key(found, at)).decode())


def _start(found: Difference, cursor: str) -> int:
    """The place after that of a cursor, whose post need not be there any more."""
    if cursor == "*":
        return 0
    try:
        moved, post = orjson.loads(cursors.decode(cursor))
    except (ValueError, TypeError) as error:
        raise cursors.BadCursor from error
    if not isinstance(moved, int) or not isinstance(post, str):
        raise cursors.BadCursor
    return bisect_right(range(len(found.posts)), (moved, post), key=lambda at: _key(found, at))
