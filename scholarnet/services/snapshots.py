"""What an epoch is computed from: one consistent read of the log, the public posts, their reviews and their authors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.forms import PostKind
from scholarnet.models import (
    Decision,
    Identity,
    MoveCause,
    Post,
    PostAuthor,
    PostPublication,
    PostScore,
    PostTag,
    Publication,
    Review,
    Ruling,
    ScoreEvent,
    ScoreLog,
    Tier,
)
from scholarnet.permissions import live_publications, public_posts
from scholarnet.services.acclaim import Acclaim, read_acclaim
from scholarnet.services.happenings import HAPPENINGS, Happening, as_happenings
from scholarnet.services.names import Names, read_names
from scholarnet.services.observations import (
    CRITERIA,
    KINDS,
    Observation,
    as_observations,
    live_observations,
    to_reviews,
)
from scholarnet.services.rulings import live_rulings
from scholarnet.services.trust import read_trust
from scholarnet.services.works import Works, read_works
from scoring.parameters import DEFAULT
from scoring.reviews import Reviews


@dataclass(frozen=True, slots=True)
class State:
    """Where a post stands, and since when, the decision being the community's; and how it was when last judged."""

    tier: Tier
    tier_since: datetime
    decision: Decision
    decision_since: datetime
    judged_value: float | None = None
    judged_sequence: int = 0
    due: MoveCause | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The inputs of one epoch, as they stood together at `log_position`.

    Posts are in the order of their ids, observations in that of theirs. `reviewer_ids` are the researchers who sign:
    their codes in `reviews` are their places here, and each unsigned review has a code of its own behind them.
    `authors` are pairs of post and researcher; `states` hold the posts that the current epoch knows, and `touched` are
    those of them whose reviews came, changed or went since they were last judged; `vouched` is the
    trust of those accounts that it follows from vouches for; `rulings` are those that accounts are under; `happenings`
    are the events of `trending` in any order, `topics` pairs of post and tag, `became` the publication that a post
    became; `names` are the public ids of what is known here by its key, and no score depends on them.
    """

    as_of: datetime
    log_position: int
    post_ids: tuple[int, ...]
    kinds: tuple[PostKind, ...]
    authors: tuple[tuple[int, int], ...]
    observations: tuple[Observation, ...]
    reviewer_ids: tuple[int, ...]
    trust: NDArray[np.float64]
    vouched: dict[int, float]
    rulings: dict[int, Ruling]
    reviews: Reviews
    states: dict[int, State]
    touched: frozenset[int]
    works: Works
    acclaim: Acclaim
    happenings: tuple[Happening, ...]
    topics: tuple[tuple[int, int], ...]
    became: dict[int, int]
    names: Names


def read_snapshot(session: Session, *, as_of: datetime) -> Snapshot:
    """Read all that an epoch as of `as_of` needs. The caller's transaction must see one state (`db.reading`)."""
    position, epoch_id = session.execute(select(ScoreLog.last_sequence, ScoreLog.current_epoch_id)).one()
    posts = session.execute(select(Post.id, Post.kind).where(public_posts()).order_by(Post.id)).all()
    post_ids = tuple(post.id for post in posts)
    kinds = tuple(post.kind for post in posts)
    observations = as_observations(
        session.execute(live_observations().join(Post).where(public_posts()).order_by(Review.id)).all()
    )
    signers = _signers(session)
    accounts = read_trust(session, researcher_ids=signers)
    reviewers = {researcher_id: accounts[researcher_id] for researcher_id in signers}
    return Snapshot(
        as_of=as_of,
        log_position=position,
        post_ids=post_ids,
        kinds=kinds,
        authors=_authors(session),
        observations=tuple(observations),
        reviewer_ids=tuple(reviewers),
        trust=trust_by_code(observations, reviewers),
        vouched={who: trust for who, trust in accounts.items() if trust not in (0.0, DEFAULT.trust_full)},
        rulings=live_rulings(session),
        reviews=coded_reviews(observations, reviewers, post_ids, kinds),
        states=_states(session, epoch_id),
        touched=_touched(session, epoch_id),
        works=read_works(session),
        acclaim=read_acclaim(session, accounts=accounts),
        happenings=_happenings(session),
        topics=_topics(session),
        became=_became(session),
        names=read_names(session),
    )


def _authors(session: Session) -> tuple[tuple[int, int], ...]:
    rows = session.execute(
        select(PostAuthor.post_id, PostAuthor.researcher_id)
        .join(Post, Post.id == PostAuthor.post_id)
        .where(public_posts())
        .order_by(PostAuthor.post_id, PostAuthor.researcher_id)
    )
    return tuple((post_id, researcher_id) for post_id, researcher_id in rows)


def _happenings(session: Session) -> tuple[Happening, ...]:
    query = select(HAPPENINGS).join(Post, Post.id == HAPPENINGS.c.post_id).where(public_posts())
    return tuple(as_happenings(session.execute(query)))


def _topics(session: Session) -> tuple[tuple[int, int], ...]:
    query = select(PostTag.post_id, PostTag.tag_id).join(Post, Post.id == PostTag.post_id).where(public_posts())
    return tuple((post_id, tag_id) for post_id, tag_id in session.execute(query))


def _became(session: Session) -> dict[int, int]:
    query = (
        select(PostPublication.post_id, PostPublication.publication_id)
        .join(Post, Post.id == PostPublication.post_id)
        .join(Publication, Publication.id == PostPublication.publication_id)
        .where(public_posts(), live_publications())
    )
    return dict(session.execute(query).all())


def _signers(session: Session) -> Sequence[int]:
    """Everybody whose name stands under a live review, now, in the order of their ids."""
    query = (
        select(Review.reviewer_id)
        .join(Post)
        .where(public_posts(), Review.withdrawn_at.is_(None), Review.identity == Identity.SIGNED)
        .distinct()
        .order_by(Review.reviewer_id)
    )
    return session.scalars(query).all()


def trust_by_code(observations: Sequence[Observation], reviewers: dict[int, float]) -> NDArray[np.float64]:
    """By code: of who signs as it is now, of an unsigned review as it was judged when it was submitted."""
    unsigned = [one.trust_read for one in observations if not one.is_signed]
    return np.array([*reviewers.values(), *unsigned], dtype=np.float64)


def coded_reviews(
    observations: Sequence[Observation],
    reviewers: dict[int, float],
    post_ids: tuple[int, ...],
    kinds: tuple[PostKind, ...],
) -> Reviews:
    """The arrays of the fit: who signs by their place among `reviewers`, each unsigned review by a code of its own."""
    code = {researcher_id: at for at, researcher_id in enumerate(reviewers)}
    n_reviewers = len(code)
    codes = []
    for one in observations:
        codes.append(code[one.reviewer_id] if one.is_signed else n_reviewers)
        n_reviewers += not one.is_signed
    return to_reviews(
        observations,
        criteria=CRITERIA,
        reviewer=np.array(codes, dtype=np.int64),
        n_reviewers=n_reviewers,
        post_ids=post_ids,
        forms=np.array([KINDS.index(kind) for kind in kinds], dtype=np.int64),
    )


def _states(session: Session, epoch_id: int | None) -> dict[int, State]:
    rows = session.execute(
        select(
            PostScore.post_id,
            PostScore.tier,
            PostScore.tier_since,
            PostScore.community_decision,
            PostScore.decision_since,
            PostScore.judged_value,
            PostScore.judged_sequence,
            PostScore.due,
        ).where(PostScore.epoch_id == epoch_id)
    )
    return {row.post_id: State(*row[1:]) for row in rows}


def _touched(session: Session, epoch_id: int | None) -> frozenset[int]:
    """A new version alone touches nothing: who publishes one must not have the post judged anew by it."""
    rows = session.scalars(
        select(ScoreEvent.post_id)
        .join(PostScore, PostScore.post_id == ScoreEvent.post_id)
        .where(
            PostScore.epoch_id == epoch_id,
            ScoreEvent.review_id.is_not(None),
            ScoreEvent.sequence > PostScore.judged_sequence,
        )
        .distinct()
    )
    return frozenset(rows)
