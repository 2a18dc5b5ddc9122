"""Unsigned reviews cannot be linked: not with each other, not with signed ones, not with one of 400 people.

**Who attacks.** A program that knows the model and reads all that any route tells: as a visitor, and as a member, an
author of the posts, an editor, a moderator and an administrator, who are told the same to the byte. It comes back after
every day and after every epoch, and keeps what changed.

**What it has.** All fields of reviews (votes among them), shares, scores, profiles, comments and follows, ids,
pseudonyms and ETags as numbers, the places in every list (reviews, a post's reviews, its shares, its comments, nodes
and edges of the graph's export, researchers, their followers), shares before and after each day and epoch, reputations
before and after an epoch, the public export of every epoch (x, P and φ of each review, and its place), every difference
between two epochs with its reasons; and what follows from them: a share over what its rating, the score and the band
would give, x over what its rating would give, and everybody's sums over what they signed. Times of reviews count to the
day: who polls by the minute sees when a review comes, and the design accepts that.

**What it tries.** (a) Unsigned reviews of one day with those of the other; (b) unsigned with signed ones; (c) unsigned
ones with people. First every fact of the one against every fact of the other; then learning, from half of the people
whose unsigned reviews it is told, to find the other half: the AUC of the true match, and how often it comes first.

**What is public by design**: what the reviewer says (ratings, confidence), the day, and the band of the weight. So in
this community ratings and confidence of an unsigned review say nothing of who writes (`habits.py`), chance keeps within
a day, a band and a confidence, and whatever is found beyond that was told by the system. Free text is the reviewer's
own risk, and is the same everywhere here.

**The bound**: the two-sided 99.9 % interval of what the same statistics give with authors shuffled within those strata,
divided among the statistics looked at; seeds are fixed. The same attack on a system that shows the exact weight, x as
the author's own severity has it, the order of the rows or the moment of writing must succeed, or it proves nothing.
"""

import numpy as np
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.jobs import run_epoch
from scholarnet.models import Identity, Review
from scholarnet.services.rescores import rescore
from scholarnet.services.scores import hold_log
from scholarnet.services.tokens import create_token
from tests.api.fixtures import Join
from tests.attacks.collecting import Reader, collect, collect_discussion, tag_of, values
from tests.attacks.evidence import Evidence, add_leaks
from tests.attacks.habits import LATER, SITTINGS, Community, found_community, sit_down
from tests.attacks.linking import Finding, learn, scan

SEED = 20261124
LEAKS = {
    "weight": ("unsigned", "signed", "people"),
    "reading": ("unsigned", "people"),
    "order": ("signed", "people"),
    "moment": ("signed", "people"),
}
ROLES = ("member", "editor", "moderator", "admin")
TOLD_ALIKE = 2  # posts that every role reads


def test_unsigned_reviews_are_not_linked_and_leaks_would_be(
    engine: Engine, session: Session, app: Flask, join: Join
) -> None:
    evidence = gather(engine, session, app)
    everybody_is_told_the_same(app, session, join, evidence.community)
    assert [one for name in puzzles(evidence) for one in attack(evidence, name) if one.succeeds] == []
    add_leaks(session, evidence)
    for leak, names in LEAKS.items():
        assert [name for name in names if not any(one.succeeds for one in attack(evidence, name, leak))] == [], leak


def gather(engine: Engine, session: Session, app: Flask) -> Evidence:
    """Let the community live for two days, and read along."""
    random = np.random.default_rng(SEED)
    community = found_community(session, random)
    run_epoch(engine, as_of=SITTINGS[0])
    visitor, evidence = Reader(FlaskClient(app)), Evidence(community)
    post_ids = [post.public_id for name, posts in community.posts.items() if name != "old" for post in posts]
    for day in range(len(SITTINGS)):
        before = values(visitor, post_ids)
        sit_down(session, community, random, day)
        rescore_all(session, community)
        evidence.add(f"day {day}", *collect(visitor, before))
        run_epoch(engine, as_of=LATER)
        evidence.add(f"epoch {day}", *collect(visitor, before))
        of_day = select(Review.public_id).where(Review.created_on == SITTINGS[day].date()).order_by(Review.public_id)
        evidence.unsigned.append(list(session.scalars(of_day.where(Review.identity != Identity.SIGNED))))
        evidence.signed.append(list(session.scalars(of_day.where(Review.identity == Identity.SIGNED))))
        session.rollback()
    followed_ids = [author.public_id for author in community.authors]
    evidence.add("discussion", {}, collect_discussion(visitor, post_ids, followed_ids))
    for one in (*evidence.unsigned[1], *evidence.signed[1]):
        evidence.reviews[one]["tag"] = tag_of(visitor, one)
    evidence.deduce()
    return evidence


def rescore_all(session: Session, community: Community) -> None:
    """What the writing of each review would have done."""
    post_ids = [post.id for posts in community.posts.values() for post in posts]
    rescore(session, clock=hold_log(session).clock, post_ids=post_ids)
    session.commit()


def everybody_is_told_the_same(app: Flask, session: Session, join: Join, community: Community) -> None:
    """No role reads more of reviews and scores than a visitor: not even the authors of the posts do."""
    tokens = [join(role=role, scopes=["read"]).token for role in ROLES]
    tokens += [create_token(session, researcher=one, name="author", scopes=["read"])[1] for one in community.authors]
    session.commit()
    for post in community.posts["unsigned 1"][:TOLD_ALIKE]:
        [review_id, *_] = session.scalars(select(Review.public_id).where(Review.post_id == post.id)).all()
        session.rollback()
        for path in (
            *(f"/posts/{post.public_id}{part}" for part in ("", "/score", "/reviews?per_page=200")),
            *(f"/reviews/{review_id}{part}" for part in ("", "/revisions")),
            f"/posts/{post.public_id}/comments",
            *(f"/graph/export?node=post:{post.public_id}&depth=2&format={one}" for one in ("node-link", "gexf")),
            f"/graph/ego?node=review:{review_id}&depth=3",
            "/reviews?per_page=200",
        ):
            told = {_told(Reader(FlaskClient(app), token), path) for token in ("", *tokens)}
            assert len(told) == 1, path


def _told(reader: Reader, path: str) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    response = reader.open(path)
    headers = ((name, value) for name, value in response.headers if name in {"ETag", "Link", "Last-Modified"})
    return response.get_data(), tuple(sorted(headers))


def puzzles(evidence: Evidence) -> dict[str, list[tuple[int, list[str] | None]]]:
    """What is tried: a day's unsigned reviews, and what they are set against (None: all people)."""
    days = range(len(SITTINGS))
    return {
        "unsigned": [(0, evidence.unsigned[1]), (1, evidence.unsigned[0])],
        "signed": [(day, evidence.signed[other]) for day in days for other in days],
        "people": [(day, None) for day in days],
    }


def attack(evidence: Evidence, name: str, leak: str | None = None) -> list[Finding]:
    """Every way of linking, tried on every puzzle of that name."""
    random = np.random.default_rng(SEED)
    made = [evidence.link(day, targets, leak) for day, targets in puzzles(evidence)[name]]
    return [finding for puzzle in made for way in (scan, learn) for finding in way(puzzle, random)]
