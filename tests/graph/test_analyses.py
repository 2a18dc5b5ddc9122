"""Communities and centralities of an ego graph, by hand and against who may see what."""

import pytest
from sqlalchemy.orm import Session

from scholarnet.analyses import MOST_ANALYSED, Analysis, analysed_ego
from scholarnet.errors import Invalid
from scholarnet.models import Identity, Researcher
from tests.factories import PostFactory, ResearcherFactory, ReviewDraftFactory, ReviewFactory, VouchFactory


def name(person: Researcher) -> str:
    return f"researcher:{person.public_id}"


def trusting(n: int) -> list[Researcher]:
    """People who all vouch for each other, one way."""
    people = [ResearcherFactory() for _ in range(n)]
    for at, one in enumerate(people):
        for other in people[at + 1 :]:
            VouchFactory(voucher=one, vouchee=other)
    return people


def test_two_circles_with_one_bridge_are_two_communities(session: Session) -> None:
    one, other = trusting(5), trusting(4)
    VouchFactory(voucher=one[0], vouchee=other[0])
    found = analysed_ego(session, node=name(one[0]), depth=2, wanted=list(Analysis))
    nodes = found.part.graph.nodes
    assert {nodes[name(person)]["community"] for person in one} == {1}  # the larger
    assert {nodes[name(person)]["community"] for person in other} == {2}
    assert nodes[name(one[0])]["degree"] == 5
    # Of the 28 pairs of the other eight, 4·4 pass her.
    assert nodes[name(one[0])]["betweenness"] == pytest.approx(16 / 28)
    assert nodes[name(one[1])]["betweenness"] == 0.0
    assert nodes[name(one[0])]["closeness"] == pytest.approx(8 / (5 + 3 * 2))
    assert sum(nodes[node]["pagerank"] for node in nodes) == pytest.approx(1.0)
    assert found.pivots is None
    again = analysed_ego(session, node=name(one[0]), depth=2, wanted=list(Analysis))
    assert dict(again.part.graph.nodes(data=True)) == dict(nodes(data=True))


def test_an_analysis_is_refused_when_it_would_be_too_large(session: Session) -> None:
    node = name(ResearcherFactory())
    with pytest.raises(Invalid, match="limit"):
        analysed_ego(session, node=node, limit=MOST_ANALYSED + 1, wanted=[Analysis.COMMUNITIES])
    assert len(analysed_ego(session, node=node, limit=MOST_ANALYSED + 1).part.graph) == 1


def test_a_withheld_review_moves_no_centrality(session: Session) -> None:
    post, ann = PostFactory(), ResearcherFactory()
    node = f"post:{post.public_id}"

    def seen_by_ann() -> dict[str, object]:
        found = analysed_ego(session, node=node, depth=2, wanted=list(Analysis), viewer=ann)
        return dict(found.part.graph.nodes(data=True))

    ReviewDraftFactory(post=post, reviewer_id=ann.id)
    before = seen_by_ann()
    ReviewFactory(post=post)
    ReviewFactory(post=post, identity=Identity.ANONYMOUS)
    assert seen_by_ann() == before
    others = analysed_ego(session, node=node, depth=2, wanted=list(Analysis)).part.graph
    assert len(others) == len(before) + 3


def test_unsigned_reviews_of_a_post_are_told_apart_by_nothing(session: Session) -> None:
    post = PostFactory()
    for identity in (Identity.ANONYMOUS, Identity.PSEUDONYMOUS, Identity.ANONYMOUS):
        ReviewFactory(post=post, identity=identity)
    found = analysed_ego(session, node=f"post:{post.public_id}", depth=3, wanted=list(Analysis)).part.graph
    said = [tuple(sorted(data.items())) for _, data in found.nodes(data=True) if data["kind"] == "review"]
    assert len(said) == 3
    assert len(set(said)) == 1
