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
from scholarnet.services.happening_columns import Happenings
from scholarnet.services.happenings import HAPPENINGS
from scholarnet.services.names import Names, read_names
from scholarnet.services.observation_columns import Observations, to_reviews
from scholarnet.services.observations import CRITERIA, KINDS, live_observations
from scholarnet.services.rulings import live_rulings
from scholarnet.services.trust import read_trust
from scholarnet.services.works import Works, read_integers, read_parts, read_works
from scoring.arrays import Ints, places
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
    `authors`, int64[n, 2], are pairs of post and researcher; `states` hold the posts that the current epoch knows, and
    `touched` are those of them whose reviews came, changed or went since they were last judged; `vouched` is the
    trust of those accounts that it follows from vouches for; `rulings` are those that accounts are under; `happenings`
    are the events of `trending` in any order, `topics`, int64[n, 2], pairs of post and tag, `became` the publication
    that a post became; `names` are the public ids of what is known here by its key, and no score depends on them.
    """

    as_of: datetime
    log_position: int
    post_ids: tuple[int, ...]
    kinds: tuple[PostKind, ...]
    authors: Ints
    observations: Observations
    reviewer_ids: tuple[int, ...]
    trust: NDArray[np.float64]
    vouched: dict[int, float]
    rulings: dict[int, Ruling]
    reviews: Reviews
    states: dict[int, State]
    touched: frozenset[int]
    works: Works
    acclaim: Acclaim
    happenings: Happenings
    topics: Ints
    became: dict[int, int]
    names: Names


def read_snapshot(session: Session, *, as_of: datetime) -> Snapshot:
    """Read all that an epoch as of `as_of` needs. The caller's transaction must see one state (`db.reading`)."""
    position, epoch_id = session.execute(select(ScoreLog.last_sequence, ScoreLog.current_epoch_id)).one()
    posts = session.execute(select(Post.id, Post.kind).where(public_posts()).order_by(Post.id)).all()
    post_ids = tuple(post.id for post in posts)
    kinds = tuple(post.kind for post in posts)
    observations = Observations.of(
        read_parts(session, live_observations().join(Post).where(public_posts()).order_by(Review.id))
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
        observations=observations,
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


def _authors(session: Session) -> Ints:
    query = (
        select(PostAuthor.post_id, PostAuthor.researcher_id)
        .join(Post, Post.id == PostAuthor.post_id)
        .where(public_posts())
        .order_by(PostAuthor.post_id, PostAuthor.researcher_id)
    )
    return read_integers(session, query, 2).T


def _happenings(session: Session) -> Happenings:
    query = select(HAPPENINGS).join(Post, Post.id == HAPPENINGS.c.post_id).where(public_posts())
    return Happenings.of(read_parts(session, query))


def _topics(session: Session) -> Ints:
    query = select(PostTag.post_id, PostTag.tag_id).join(Post, Post.id == PostTag.post_id).where(public_posts())
    return read_integers(session, query, 2).T


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


def trust_by_code(observations: Observations, reviewers: dict[int, float]) -> NDArray[np.float64]:
    """By code: of who signs as it is now, of an unsigned review as it was judged when it was submitted."""
    return np.concatenate(
        [np.array([*reviewers.values()], dtype=np.float64), observations.trust_read[~observations.is_signed]]
    )


def coded_reviews(
    observations: Observations,
    reviewers: dict[int, float],
    post_ids: tuple[int, ...],
    kinds: tuple[PostKind, ...],
) -> Reviews:
    """The arrays of the fit: who signs by their place among `reviewers`, each unsigned review by a code of its own."""
    signed = observations.is_signed
    of_their_own = len(reviewers) - 1 + np.cumsum(~signed)
    codes = np.where(signed, places(observations.reviewer_id, np.array(list(reviewers), dtype=np.int64)), of_their_own)
    return to_reviews(
        observations,
        criteria=CRITERIA,
        reviewer=codes,
        n_reviewers=len(reviewers) + int((~signed).sum()),
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
