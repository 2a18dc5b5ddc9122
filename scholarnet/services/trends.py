"""What editors look at: what rises, where reviewers are split, what lacks a reviewer, what was decided of late."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, select
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.forms import PostKind
from scholarnet.json_sql import has_entry
from scholarnet.models import DecidedBy, Decision, Post, PostAuthor, PostScore, PostVersion, Researcher, Tag
from scholarnet.permissions import is_withheld, permit, public_posts
from scholarnet.services.clock import current_epoch_id
from scholarnet.services.ranking_filters import FILTERS
from scholarnet.services.rises import Rise, find_rises
from scholarnet.services.tags import slug_of
from scoring.parameters import DEFAULT

DECIDED = {"newly_accepted": Decision.ACCEPTED, "newly_rejected": Decision.REJECTED}


@dataclass(frozen=True, slots=True)
class Trend:
    """One entry: what it is about (a row of a post, a tag or a researcher), why it is here, and the numbers of that."""

    subject: Any
    why: str
    numbers: dict[str, Any]


def read_trends(
    session: Session,
    *,
    actor: Researcher,
    window: int = 7,
    kind: PostKind | None = None,
    tag: str | None = None,
    field: str | None = None,
    per_page: int = 10,
) -> dict[str, list[Trend]]:
    """Return the sections of the last `window` days, of each at most `per_page` entries, among public posts.

    `kind`, `tag` and `field` (of an author) narrow the posts that all is counted over, base rates too. Posts that the
    actor holds an open review of are left out.
    """
    permit(actor, "trend.read")
    moment = now()
    shown = [public_posts(), ~is_withheld(actor, Post.id), *_narrowed(kind, tag, field)]
    rises = find_rises(session, shown=shown, today=moment.date(), window=window, limit=per_page)
    sections = {
        "contested": _ranked(session, shown, PostScore.controversial, per_page, _is_contested()),
        "lacking_reviewer": _ranked(session, shown, PostScore.needs_review, per_page),
    }
    for name, decision in DECIDED.items():
        since = _is_decided(decision), PostScore.decision_since > moment - timedelta(days=window)
        sections[name] = _ranked(session, shown, PostScore.decision_since, per_page, *since)
    posts = _posts(session, [one.key for one in rises.posts])
    tags = _tags(session, [one.key for one in rises.tags])
    people = _people(session, [one.key for one in rises.researchers])
    return {
        "rising_posts": [_risen(one, posts[one.key], window, "it", "its topic") for one in rises.posts],
        "rising_tags": [_risen(one, tags[one.key], window, "posts with it", "it") for one in rises.tags],
        "rising_researchers": [
            _risen(one, people[one.key], window, "their posts", "their topics") for one in rises.researchers
        ],
        "contested": [_contested(row) for row in sections["contested"]],
        "lacking_reviewer": [_lacking(row) for row in sections["lacking_reviewer"]],
        **{name: [_decided(row) for row in sections[name]] for name in DECIDED},
    }


def _narrowed(kind: PostKind | None, tag: str | None, field: str | None) -> Iterable[ColumnElement[bool]]:
    if kind is not None:
        yield Post.kind == kind
    if tag is not None:
        yield FILTERS["tag"].matches([slug_of(tag)])
    if field is not None:
        yield exists().where(
            PostAuthor.post_id == Post.id,
            PostAuthor.researcher_id == Researcher.id,
            has_entry(Researcher.fields, field),
        )


def _is_contested() -> ColumnElement[bool]:
    return and_(PostScore.controversial > 0, PostScore.n_effective >= DEFAULT.min_n_effective)


def _is_decided(decision: Decision) -> ColumnElement[bool]:
    """By the community: `decision_since` tells of its decision alone, whatever an editor said."""
    return and_(PostScore.decision == decision, PostScore.decision_by == DecidedBy.COMMUNITY)


def _rows() -> Any:
    return (
        select(
            Post.id.label("key"),
            Post.public_id,
            Post.kind,
            PostVersion.title,
            PostScore.value,
            PostScore.best,
            PostScore.sd,
            PostScore.tier,
            PostScore.decision,
            PostScore.decision_since,
            PostScore.n_reviews,
            PostScore.controversial,
            PostScore.needs_review,
        )
        .join_from(PostScore, Post, Post.id == PostScore.post_id)
        .join(PostVersion, and_(PostVersion.post_id == Post.id, PostVersion.number == Post.version_number))
        .where(PostScore.epoch_id == current_epoch_id())
    )


def _ranked(
    session: Session,
    shown: Sequence[ColumnElement[bool]],
    key: Any,
    limit: int,
    *where: ColumnElement[bool],
) -> Sequence[Row[Any]]:
    query = _rows().where(*shown, *where).order_by(key.desc(), PostScore.post_id.desc()).limit(limit)
    return session.execute(query).all()


def _posts(session: Session, ids: Sequence[int]) -> dict[int, Row[Any]]:
    return {row.key: row for row in session.execute(_rows().where(Post.id.in_(ids)))}


def _tags(session: Session, ids: Sequence[int]) -> dict[int, Tag]:
    return {one.id: one for one in session.scalars(select(Tag).where(Tag.id.in_(ids)))}


def _people(session: Session, ids: Sequence[int]) -> dict[int, Researcher]:
    return {one.id: one for one in session.scalars(select(Researcher).where(Researcher.id.in_(ids)))}


def _risen(one: Rise, subject: Any, window: int, what: str, topic: str) -> Trend:
    ratio = one.weight / one.expected
    why = (
        f"{one.n_accounts} or more trusted accounts turned to {what} in {window} days; the reviews, recommendations "
        f"and saves weigh {one.weight:.2f}, where {one.expected:.2f} is usual for {topic}: {ratio:.1f} times as much"
    )
    names = ("n_accounts", "weight", "expected", "rise", "best")
    return Trend(subject, why, {name: getattr(one, name) for name in names})


def _contested(row: Row[Any]) -> Trend:
    why = f"{row.n_reviews} reviews lie further apart than noise explains, on both sides of acceptance"
    return Trend(row, f"{why} ({row.controversial:.2f})", {"controversial": row.controversial})


def _lacking(row: Row[Any]) -> Trend:
    known = f"With {row.n_reviews} so far it is open" if row.n_reviews else "Nobody has reviewed it"
    why = f"{known}: one more review would tell {row.needs_review:.2f} nats of its merit and the decision"
    return Trend(row, why, {"needs_review": row.needs_review})


def _decided(row: Row[Any]) -> Trend:
    """A decision stands until the next epoch, though the reviews that it was made by may be gone already."""
    why = f"{row.decision.value} since {row.decision_since.date().isoformat()}, by {row.n_reviews} reviews"
    value = "" if row.value is None else f" with a value of {row.value:.1f}"
    return Trend(row, why + value, {"decided_at": row.decision_since})
