"""Who could review a post: who knows its topic, stands near no author, has time, and would tell much of the score.

Neither who is listed nor who is left out tells of a review that is not signed: its author is listed like anybody else.
An account's open review drafts are looked at nowhere here; how much somebody has to do is what invitations say.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from scholarnet.graph import coauthors
from scholarnet.models import Identity, Invitation, Post, Researcher, Review, Vouch
from scholarnet.permissions import edits, permit
from scholarnet.services.expected_narrowing import expect_narrowing
from scholarnet.services.expertise import Known, in_order, know
from scholarnet.services.invitations import refuse_closed, stands
from scholarnet.services.post_versions import shown_version
from scholarnet.services.researcher_views import ResearcherView, view_researchers
from scholarnet.services.topical_works import Topic
from scholarnet.services.withholding import refuse_withheld
from scoring.suggestions import merit

MOST_OPEN = 5  # invitations that somebody holds before they are not suggested any more


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many of those who know the topic are not suggested, each counted once, for the first reason that fits."""

    oneself: int
    authors: int
    coauthors: int
    same_institution: int
    reviewed: int
    invited: int
    overloaded: int
    without_account: int


@dataclass(frozen=True, slots=True)
class SuggestedReviewer:
    """`merit` is what they are sorted by; `narrowing` the share by which their review would narrow the interval.

    `vouches`: one of the authors vouches for them, or they for one. `n_open` invitations they hold, None for who is no
    editor.
    """

    person: ResearcherView
    known: Known
    merit: float
    narrowing: float
    vouches: bool
    n_open: int | None

    @property
    def why(self) -> str:
        """The reasons in words."""
        parts = [self.known.why, f"a review is expected to narrow the interval by {self.narrowing:.0%}"]
        if self.vouches:
            parts.append("an author and they vouch for each other or one for the other, which halves their place")
        return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Those to ask, the best first, and how many not."""

    results: list[SuggestedReviewer]
    left_out: LeftOut


def suggest_reviewers(session: Session, *, actor: Researcher, post: Post, limit: int = 10) -> Suggestions:
    """Return at most `limit` people to invite to review a published post, for its authors and editors.

    Nobody who wrote anything with an author at any time is among them, which is stricter than who may review. Withheld
    from whom holds an open review of the post: what a review would tell says how sure the score is.
    """
    permit(actor, "reviewer.suggest", post)
    refuse_closed(post)
    refuse_withheld(session, viewer=actor, post=post)
    found = know(session, topic=_topic(post), viewer=actor)
    ids = [one.researcher_id for one in found]
    people = {person.id: person for person in session.scalars(select(Researcher).where(Researcher.id.in_(ids)))}
    held = _count_held(session, ids)
    reasons = _reasons(session, actor, post, people, {key for key, n in held.items() if n >= MOST_OPEN})
    fit = {key: person for key, person in people.items() if key not in reasons}
    chosen = _by_merit(session, post, in_order(found, fit), fit)[:limit]
    views = view_researchers(session, [fit[known.researcher_id] for known, *_ in chosen])
    n_open = [held.get(known.researcher_id, 0) if edits(actor) else None for known, *_ in chosen]
    results = [SuggestedReviewer(view, *one, n) for view, one, n in zip(views, chosen, n_open, strict=True)]
    counts = Counter(reasons.values())
    return Suggestions(results, LeftOut(**{one.name: counts[one.name] for one in fields(LeftOut)}))


def _topic(post: Post) -> Topic:
    version, tags = shown_version(post), sorted(tag.name for tag in post.tags)
    return Topic(version.title, version.abstract, tuple(tags), post_id=post.id)


def _by_merit(
    session: Session, post: Post, found: Sequence[Known], people: dict[int, Researcher]
) -> list[tuple[Known, float, float, bool]]:
    """Each with merit, narrowing, and whether a vouch ties them to an author; the most merit first."""
    ids = [one.researcher_id for one in found]
    vouches = _vouched(session, _author_ids(post), ids)
    narrowing = expect_narrowing(session, post=post, people=[people[key] for key in ids])
    is_tied = np.array([key in vouches for key in ids], dtype=np.bool_)
    merits = merit(np.array([one.expertise for one in found], dtype=np.float64), narrowing, is_tied)
    order = np.argsort(-merits, kind="stable").tolist()
    return [(found[at], float(merits[at]), float(narrowing[at]), bool(is_tied[at])) for at in order]


def _reasons(
    session: Session, actor: Researcher, post: Post, people: dict[int, Researcher], overloaded: Collection[int]
) -> dict[int, str]:
    """Why somebody is left out, by the name of the count; the first that fits."""
    author_ids = _author_ids(post)
    homes = {home for author in post.authors for home in _institutions(author.researcher)}
    groups: dict[str, Iterable[int]] = {
        "oneself": [actor.id],
        "authors": author_ids,
        "coauthors": coauthors(session, researcher_ids=author_ids, among=people),
        "same_institution": [key for key, person in people.items() if not homes.isdisjoint(_institutions(person))],
        "reviewed": _signed_reviewers(session, post),
        "invited": session.scalars(select(Invitation.invited_id).where(Invitation.post_id == post.id, stands())),
        "overloaded": overloaded,
        "without_account": [key for key, person in people.items() if not person.is_claimed],
    }
    reasons: dict[int, str] = {}
    for name, keys in groups.items():
        for key in keys:
            if key in people:
                reasons.setdefault(key, name)
    return reasons


def _author_ids(post: Post) -> list[int]:
    return [author.researcher_id for author in post.authors]


def _institutions(person: Researcher) -> set[str]:
    """By ROR id where known, and by name, as people spell it."""
    named = {" ".join(one["name"].casefold().split()) for one in person.affiliations if one.get("name")}
    return named | {one["ror"].rstrip("/").casefold() for one in person.affiliations if one.get("ror")}


def _signed_reviewers(session: Session, post: Post) -> Iterable[int]:
    """Who reviewed it under their name; whoever did so otherwise stays on the list."""
    live = Review.post_id == post.id, Review.withdrawn_at.is_(None), Review.identity == Identity.SIGNED
    return session.scalars(select(Review.reviewer_id).where(*live))


def _count_held(session: Session, ids: Collection[int]) -> dict[int, int]:
    """Open invitations by whom they went to, as others can tell; a review written in between moves nothing."""
    held = select(Invitation.invited_id, func.count()).where(Invitation.invited_id.in_(ids), stands())
    return dict(session.execute(held.group_by(Invitation.invited_id)).all())


def _vouched(session: Session, author_ids: Collection[int], ids: Collection[int]) -> set[int]:
    """Those of `ids` whom an author vouches for, or who vouch for one."""
    to = Vouch.voucher_id.in_(author_ids) & Vouch.vouchee_id.in_(ids)
    back = Vouch.vouchee_id.in_(author_ids) & Vouch.voucher_id.in_(ids)
    rows = session.execute(select(Vouch.voucher_id, Vouch.vouchee_id).where(Vouch.revoked_at.is_(None), or_(to, back)))
    return {key for pair in rows for key in pair}
