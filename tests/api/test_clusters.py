"""Clusters and rulings through the API."""

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.jobs import run_epoch
from scholarnet.models import Post
from tests.api.calls import Caller
from tests.api.fixtures import Join
from tests.factories import (
    ClusterEffectFactory,
    ClusterFactory,
    EpochFactory,
    PostFactory,
    ResearcherFactory,
    ReviewerFitFactory,
)
from tests.services.communities import add_community, add_ring

WHY = {"budget": None, "reason": "A reading group that says who it is."}


@pytest.fixture
def eva(join: Join) -> Caller:
    return join("eva", role="editor", scopes=["read", "write", "review", "admin"])


def test_an_editor_sees_the_ring_lifts_its_budget_and_the_next_epoch_follows(
    eva: Caller, session: Session, engine: Engine
) -> None:
    posts = add_community(session, n_posts=40, n_reviewers=60, n_each=8)
    ring = add_ring(session, pushed=posts[:5], others=posts[20:30])
    worst, members = [post.public_id for post in posts[:5]], {one.public_id for one in ring}
    session.rollback()
    epoch = run_epoch(engine).public_id
    (cluster,) = eva.get(f"/epochs/{epoch}/clusters").json["results"]
    assert {member["id"] for member in cluster["members"]} == members
    assert (cluster["n_posts"], cluster["budget"], cluster["ruling"]) == (15, 1.5, None)
    effects = {effect["post_id"]: effect for effect in cluster["effects"]}
    for post_id in worst:
        score = eva.get(f"/posts/{post_id}").json["score"]["value"]
        assert score == effects[post_id]["value"] < effects[post_id]["value_in_full"]
    ruling = eva.put(f"/clusters/{cluster['id']}/ruling", WHY).json
    assert (ruling["budget"], ruling["reason"], ruling["actor_id"]) == (None, WHY["reason"], eva.id)
    assert eva.get(f"/epochs/{epoch}/clusters").json["results"][0]["ruling"] == ruling
    (lifted,) = eva.get(f"/epochs/{run_epoch(engine).public_id}/clusters").json["results"]
    assert (lifted["budget"], lifted["effects"], lifted["ruling"]) == (None, [], ruling)
    shares = eva.get(f"/posts/{worst[0]}/score").json["shares"]
    assert not any(share["capped_by"] == "budget" for share in shares)
    eva.delete(f"/clusters/{lifted['id']}/ruling", expect=204)
    (bounded,) = eva.get(f"/epochs/{run_epoch(engine).public_id}/clusters").json["results"]
    assert (bounded["budget"], bounded["ruling"]) == (1.5, None)
    shares = eva.get(f"/posts/{worst[0]}/score").json["shares"]
    assert sum(share["capped_by"] in {"budget", "push"} for share in shares) >= 5


def test_clusters_page_by_how_far_they_depart_and_those_of_another_epoch_are_not_there(
    eva: Caller, session: Session
) -> None:
    epoch = EpochFactory()
    ClusterFactory(departure=99.0)
    for departure in (5.0, 9.0, 7.0):
        cluster = ClusterFactory(epoch_id=epoch.id, departure=departure)
        ReviewerFitFactory(epoch_id=epoch.id, researcher_id=ResearcherFactory().id, cluster_id=cluster.id)
    effect = ClusterEffectFactory(cluster_id=cluster.id)
    ClusterEffectFactory(cluster_id=cluster.id, post=PostFactory(audience="private"))  # by now
    post = session.scalars(select(Post).where(Post.id == effect.post_id)).one()
    title, held = post.versions[0].title, post.public_id
    path = f"/epochs/{epoch.public_id}/clusters"
    session.commit()
    eva.put(f"/posts/{held}/review-draft", {"overall": 6})
    assert eva.walk(f"{path}?per_page=2")[1]["effects"] == [], "whose review they are writing"
    eva.delete(f"/posts/{held}/review-draft")
    listed = eva.walk(f"{path}?per_page=2")
    assert [one["departure"] for one in listed] == [9.0, 7.0, 5.0]
    assert [one["title"] for one in listed[1]["effects"]] == [title]
    assert [len(one["members"]) for one in listed] == [1, 1, 1]


def test_only_editors_see_clusters_and_rule_on_them(eva: Caller, join: Join, visitor: Caller, session: Session) -> None:
    cluster = ClusterFactory()
    ReviewerFitFactory(epoch_id=cluster.epoch_id, researcher_id=ResearcherFactory().id, cluster_id=cluster.id)
    path = f"/clusters/{cluster.public_id}/ruling"
    session.commit()
    tom = join("tom")
    tom.put(path, WHY, expect=403)
    tom.delete(path, expect=403)
    visitor.put(path, WHY, expect=401)
    assert eva.put(path, WHY | {"budget": -1}, expect=422).json["errors"].keys() == {"budget"}
    assert eva.put(path, {"budget": 1}, expect=422).json["errors"].keys() == {"reason"}
    eva.put(f"/clusters/{'0' * 13}/ruling", WHY, expect=404)
    eva.get(f"/epochs/{'0' * 13}/clusters", expect=404)
