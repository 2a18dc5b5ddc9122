"""A ring in an epoch: found, bounded, shown, and ruled on."""

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, selectinload

from api.jobs import run_epoch
from scholarnet.errors import Conflict, Forbidden, NotFound
from scholarnet.models import AuditEntry, Cluster, Identity, Post, PostScore, Researcher, Role
from scholarnet.services import scores
from scholarnet.services.cluster_views import view_posts
from scholarnet.services.clusters import clusters_of, get_cluster, list_clusters
from scholarnet.services.epochs import current_epoch
from scholarnet.services.explanations import explain
from scholarnet.services.rescores import rescore
from scholarnet.services.rulings import live_rulings, revoke_ruling, rule
from tests.factories import (
    ClusterEffectFactory,
    ClusterFactory,
    EpochFactory,
    PostFactory,
    ResearcherFactory,
    ReviewerFitFactory,
    ReviewFactory,
    RulingFactory,
)
from tests.services.communities import add_community, add_ring
from tests.services.writing import publish, review

WHY = "They are one reading group, and say so."


@pytest.fixture(name="pushed")
def fixture_pushed(session: Session) -> list[Post]:
    posts = add_community(session, n_posts=40, n_reviewers=60, n_each=8)
    add_ring(session, pushed=posts[:5], others=posts[20:30])
    return posts[:5]


def found(session: Session, engine: Engine) -> Cluster:
    """The one cluster of a new epoch."""
    session.commit()
    run_epoch(engine)
    query = select(Cluster).where(Cluster.epoch_id == current_epoch(session).id)
    return session.scalars(query.options(selectinload(Cluster.members), selectinload(Cluster.effects))).one()


def value(session: Session, post: Post) -> float:
    row = session.scalars(select(PostScore).where(PostScore.post_id == post.id).order_by(PostScore.epoch_id.desc()))
    return row.first().value


def test_an_epoch_finds_the_ring_and_says_what_its_budget_does(engine: Engine, session: Session, pushed: list[Post]):
    cluster = found(session, engine)
    names = [member.researcher_id for member in cluster.members]
    assert names == sorted(session.scalars(select(Researcher.id).order_by(Researcher.id.desc()).limit(5)))
    assert (cluster.n_items, cluster.budget, cluster.ruling_id) == (15, 1.5, None)
    assert cluster.departure > 4
    assert cluster.excess > 4
    effects = {effect.post_id: effect for effect in cluster.effects}
    assert len(effects) == 15
    for post in pushed:
        assert effects[post.id].n_reviews == 5
        assert effects[post.id].value == value(session, post)
        assert effects[post.id].value_in_full > effects[post.id].value


@pytest.mark.usefixtures("pushed")
def test_the_fast_clock_scores_under_the_same_budgets(engine: Engine, session: Session):
    found(session, engine)
    columns = ("value", "low", "high", "sd", "best", "n_reviews", "n_effective", "n_trusted", "prior_share")

    def numbers() -> dict[int, tuple]:
        rows = session.scalars(select(PostScore).where(PostScore.epoch_id == current_epoch(session).id))
        result = {row.post_id: tuple(getattr(row, name) for name in columns) for row in rows}
        session.rollback()
        return result

    before = numbers()
    clock = scores.hold_log(session).clock
    rescore(session, clock=clock, post_ids=sorted(before))
    session.commit()
    assert numbers() == before


@pytest.mark.usefixtures("pushed")
def test_members_share_their_budget_on_a_post_that_no_epoch_has_met(engine: Engine, session: Session):
    members = [member.researcher_id for member in found(session, engine).members]
    ring = session.scalars(select(Researcher).where(Researcher.id.in_(members))).all()
    post = publish(session)
    for member in ring:
        review(session, post=post, by=member, overall=9.0)
    review(session, post=post, overall=7.0)
    explanation = explain(session, post=post, viewer=None)
    assert [share["capped_by"] for share in explanation.shares].count("budget") == 5
    # Five who share a budget are one source beside the newcomer: (A + B)²/(A² + B²) ≤ 2.
    weights = {share["review_id"]: share["weight"] for share in explanation.shares}
    alone = next(share["weight"] for share in explanation.shares if share["capped_by"] is None)
    together = sum(weights.values()) - alone
    by_hand = (together + alone) ** 2 / (together**2 + alone**2)
    assert explanation.n_effective == pytest.approx(by_hand)


def test_the_next_epoch_follows_a_ruling_and_its_revocation(engine: Engine, session: Session, pushed: list[Post]):
    eva = ResearcherFactory(role=Role.EDITOR)
    bounded = found(session, engine)
    low = value(session, pushed[0])
    rule(session, actor=eva, cluster=get_cluster(session, bounded.public_id, actor=eva), budget=None, reason=WHY)
    assert bounded.budget == 1.5, "in this epoch it stays"
    session.commit()
    lifted = found(session, engine)
    assert (lifted.budget, lifted.ruling_id is not None, lifted.effects) == (None, True, [])
    assert value(session, pushed[0]) > low
    ruled = rule(session, actor=eva, cluster=get_cluster(session, lifted.public_id, actor=eva), budget=0.5, reason=WHY)
    session.commit()
    lowered = found(session, engine)
    assert (lowered.budget, lowered.ruling_id) == (0.5, ruled.id)
    assert value(session, pushed[0]) < low
    revoke_ruling(session, actor=eva, cluster=get_cluster(session, lowered.public_id, actor=eva))
    revoke_ruling(session, actor=eva, cluster=get_cluster(session, lowered.public_id, actor=eva))
    session.commit()
    again = found(session, engine)
    assert (again.budget, again.ruling_id) == (1.5, None)
    assert value(session, pushed[0]) == low
    trail = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.action, one.reason) for one in trail] == [
        ("cluster.rule", WHY),
        ("cluster.rule", WHY),
        ("cluster.revoke_ruling", None),
    ]
    session.rollback()


def test_nobody_rules_on_a_cluster_that_they_are_in(session: Session):
    eva, tom = ResearcherFactory(role=Role.EDITOR), ResearcherFactory()
    cluster = ClusterFactory()
    ReviewerFitFactory(epoch_id=cluster.epoch_id, researcher_id=eva.id, cluster_id=cluster.id)
    session.expire_all()
    with pytest.raises(Forbidden, match="you are one of these"):
        rule(session, actor=eva, cluster=get_cluster(session, cluster.public_id, actor=eva), budget=None, reason=WHY)
    with pytest.raises(Forbidden, match="only editors"):
        get_cluster(session, cluster.public_id, actor=tom)
    with pytest.raises(Forbidden, match="only editors"):
        list_clusters(actor=tom, epoch=cluster)
    with pytest.raises(NotFound):
        get_cluster(session, "0" * 13, actor=eva)


def test_nobody_rules_on_a_cluster_that_reviewed_their_post(session: Session):
    eva = ResearcherFactory(role=Role.EDITOR)
    cluster = ClusterFactory()
    ClusterEffectFactory(cluster_id=cluster.id)
    ClusterEffectFactory(cluster_id=cluster.id, post=PostFactory(by=[ResearcherFactory(), eva]))
    session.expire_all()
    with pytest.raises(Forbidden, match="a post of yours"):
        rule(session, actor=eva, cluster=get_cluster(session, cluster.public_id, actor=eva), budget=None, reason=WHY)


def test_a_cluster_of_an_epoch_before_is_not_ruled_on(session: Session):
    eva = ResearcherFactory(role=Role.EDITOR)
    ClusterFactory()
    old = ClusterFactory(epoch_id=EpochFactory().id)
    with pytest.raises(Conflict, match="newer epoch"):
        get_cluster(session, old.public_id, actor=eva)


def test_a_ruling_takes_the_place_of_all_that_its_members_are_under(session: Session):
    eva, people = ResearcherFactory(role=Role.EDITOR), [ResearcherFactory() for _ in range(3)]
    cluster = ClusterFactory()
    for person in people:
        ReviewerFitFactory(epoch_id=cluster.epoch_id, researcher_id=person.id, cluster_id=cluster.id)
    earlier, other = [RulingFactory(of=people[:2]), RulingFactory(of=people[1:])], RulingFactory()
    session.expire_all()
    now_held = get_cluster(session, cluster.public_id, actor=eva)
    ruling = rule(session, actor=eva, cluster=now_held, budget=2.0, reason=WHY)
    assert all(one.revoked_at for one in earlier)
    assert other.revoked_at is None
    assert {who for who, one in live_rulings(session).items() if one is ruling} == {one.id for one in people}
    revoke_ruling(session, actor=eva, cluster=now_held)
    assert set(live_rulings(session).values()) == {other}
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).first()
    assert entry.details == {"cluster": cluster.public_id, "budget": 2.0}


def test_an_unsigned_review_by_a_member_is_shown_as_one_of_the_others(session: Session):
    members, cluster = [ResearcherFactory() for _ in range(3)], ClusterFactory()
    for person in members:
        ReviewerFitFactory(epoch_id=cluster.epoch_id, researcher_id=person.id, cluster_id=cluster.id)
    effect = ClusterEffectFactory(cluster_id=cluster.id)
    for person, overall in zip(members, (10.0, 9.0, 8.0), strict=True):
        identity = Identity.ANONYMOUS if overall == 8.0 else Identity.SIGNED
        ReviewFactory(post=effect.post, reviewer=person, overall=overall, identity=identity)
    ReviewFactory(post=effect.post, overall=3.0)
    session.expire_all()
    (shown,) = session.scalars(clusters_of(current_epoch(session))).all()
    (post,) = view_posts(session, shown)
    assert (list(post.by_members), list(post.by_others)) == ([9.0, 10.0], [3.0, 8.0])
