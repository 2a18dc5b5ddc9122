"""The graph against ones built by hand: what is in it, what is cut, and what must never show."""

import itertools

import networkx as nx
import pytest
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.errors import Invalid, NotFound
from scholarnet.graph import collaborators, ego, have_conflict, path
from scholarnet.models import Audience, Identity, Researcher
from tests.factories import (
    CitationFactory,
    FollowFactory,
    PostFactory,
    PublicationFactory,
    ResearcherFactory,
    ReviewFactory,
    TagFactory,
    VenueFactory,
    VouchFactory,
)


@pytest.fixture(autouse=True)
def _noise(session: Session) -> None:  # noqa: ARG001  (the factories write to it)
    """People, posts and works that hang together, and with nothing else."""
    post = PostFactory(tags=[TagFactory()])
    ReviewFactory(post=post), VouchFactory(), FollowFactory(), CitationFactory()


def of(*rows: object) -> list[str]:
    return [f"{type(row).__tablename__}:{getattr(row, 'public_id', None) or row.name}" for row in rows]


def edges(graph: nx.MultiDiGraph) -> set[tuple[str, str, str]]:
    return set(graph.edges(keys=True))


def test_an_ego_graph_holds_every_type_of_edge_at_its_node(session: Session) -> None:
    ann, bob, tag, venue = ResearcherFactory(name="Ann"), ResearcherFactory(), TagFactory(label="MRI"), VenueFactory()
    post = PostFactory(by=[ann], title="On knees", tags=[tag])
    review = ReviewFactory(post=PostFactory(), reviewer=ann)
    work = PublicationFactory(by=[ann], title="The liver", venue=venue)
    VouchFactory(voucher=bob, vouchee=ann)
    VouchFactory(voucher=ann, vouchee=ResearcherFactory(), revoked_at=now())
    FollowFactory(follower_id=ann.id, followed_id=bob.id)
    a, b, p, r, w = of(ann, bob, post, review, work)
    part = ego(session, node=a)
    authored = {(a, one, "authored") for one in (p, r, w)}
    assert edges(part.graph) == authored | {(b, a, "vouches"), (a, b, "follows")}
    assert set(part.graph) == {a, b, p, r, w}
    assert part.graph.nodes[a] == {"kind": "researcher", "label": "Ann"}
    assert part.graph.nodes[p] == {"kind": "post", "label": "On knees"}
    assert part.graph.nodes[w] == {"kind": "publication", "label": "The liver"}
    assert not part.is_cut


def test_an_ego_graph_goes_on_when_it_may_go_deeper(session: Session) -> None:
    ann, bob, tag, venue = ResearcherFactory(), ResearcherFactory(), TagFactory(), VenueFactory()
    post, work = PostFactory(by=[bob], tags=[tag]), PublicationFactory(by=[ann], venue=venue)
    review = ReviewFactory(post=post, reviewer=ann)
    cited = PublicationFactory(by=[], venue=None)
    CitationFactory(citing_id=work.id, cited_id=cited.id)
    a, b, t, v, p, w, c, r = of(ann, bob, tag, venue, post, work, cited, review)
    assert set(ego(session, node=a, depth=1).graph) == {a, w, r}
    two = ego(session, node=a, depth=2).graph
    assert edges(two) == {
        (a, w, "authored"),
        (a, r, "authored"),
        (w, v, "published_in"),
        (w, c, "cites"),
        (r, p, "reviews"),
    }
    three = ego(session, node=a, depth=3).graph
    assert edges(three) - edges(two) == {(b, p, "authored"), (p, t, "tagged")}


def test_an_ego_graph_says_that_it_is_cut_when_there_is_more(session: Session) -> None:
    ann = ResearcherFactory()
    for _ in range(4):
        PostFactory(by=[ann])
    node = of(ann)[0]
    whole, cut = ego(session, node=node, limit=5), ego(session, node=node, limit=4)
    assert (len(whole.graph), whole.is_cut) == (5, False)
    assert (len(cut.graph), cut.is_cut) == (4, True)
    assert cut.graph.number_of_edges() == 3


@pytest.mark.parametrize("depth", [0, 4])
def test_an_ego_graph_is_refused_when_it_is_too_deep(session: Session, depth: int) -> None:
    with pytest.raises(Invalid, match="depth"):
        ego(session, node=of(ResearcherFactory())[0], depth=depth)


def test_a_node_must_be_there(session: Session) -> None:
    for node in ("researcher:0000000000000", "tag:nothing", "post:"):
        with pytest.raises(NotFound):
            ego(session, node=node)
    for node in ("", "person:1", "knee"):
        with pytest.raises(Invalid, match="node"):
            path(session, source=node, target=node)


@pytest.mark.parametrize("hidden", [{"draft": True}, {"pending": True}, {"audience": Audience.MEMBERS}])
def test_a_post_never_appears_when_it_is_not_public(session: Session, hidden: dict[str, object]) -> None:
    ann, tag = ResearcherFactory(), TagFactory()
    post = PostFactory(by=[ann], tags=[tag], **hidden)
    review = ReviewFactory(post=post)
    a, t, p, r, who = of(ann, tag, post, review, review.reviewer)
    for node in (a, t, who):
        assert set(ego(session, node=node, depth=3).graph) == {node}
    for node in (p, r):
        with pytest.raises(NotFound):
            ego(session, node=node)
    assert len(path(session, source=a, target=t).graph) == 0


@pytest.mark.parametrize("identity", [Identity.ANONYMOUS, Identity.PSEUDONYMOUS])
def test_a_review_has_no_author_when_it_is_not_signed(session: Session, identity: Identity) -> None:
    ann, post = ResearcherFactory(), PostFactory()
    review = ReviewFactory(post=post, reviewer=ann, identity=identity)
    a, p, r = of(ann, post, review)
    assert set(ego(session, node=a, depth=3).graph) == {a}
    part = ego(session, node=r).graph
    assert edges(part) == {(r, p, "reviews")}
    assert ann.name not in {label for _, label in part.nodes(data="label")}
    assert len(path(session, source=a, target=p).graph) == 0


def test_a_review_is_gone_when_it_is_withdrawn(session: Session) -> None:
    review = ReviewFactory(withdrawn_at=now())
    p, r = of(review.post, review)
    assert r not in ego(session, node=p).graph
    with pytest.raises(NotFound):
        ego(session, node=r)


def chain(length: int) -> list[Researcher]:
    """People of whom each vouches for the next."""
    people = [ResearcherFactory() for _ in range(length + 1)]
    for voucher, vouchee in itertools.pairwise(people):
        VouchFactory(voucher=voucher, vouchee=vouchee)
    return people


@pytest.mark.parametrize("length", [1, 2, 5, 8])
def test_a_path_is_the_shortest_one_either_way(session: Session, length: int) -> None:
    people = chain(length)
    VouchFactory(voucher=people[0]), VouchFactory(voucher=people[-1])
    nodes = of(*people)
    wanted = {(one, other, "vouches") for one, other in itertools.pairwise(nodes)}
    assert edges(path(session, source=nodes[0], target=nodes[-1]).graph) == wanted
    assert edges(path(session, source=nodes[-1], target=nodes[0]).graph) == wanted


def test_a_path_takes_the_short_way_when_there_are_two(session: Session) -> None:
    people = chain(4)
    work = PublicationFactory(by=[people[0], people[4]], venue=None)
    nodes, w = of(*people), of(work)[0]
    part = path(session, source=nodes[0], target=nodes[4])
    assert edges(part.graph) == {(nodes[0], w, "authored"), (nodes[4], w, "authored")}


def test_a_path_is_empty_when_there_is_none(session: Session) -> None:
    source, target = of(ResearcherFactory(), ResearcherFactory())
    part = path(session, source=source, target=target)
    assert (len(part.graph), part.is_cut) == (0, False)


def test_a_path_of_a_node_to_itself_is_the_node(session: Session) -> None:
    node = of(ResearcherFactory())[0]
    assert list(path(session, source=node, target=node).graph) == [node]


def test_a_path_says_that_it_is_cut_when_too_much_was_to_be_seen(session: Session) -> None:
    people = chain(6)
    source, target = of(people[0], people[6])
    part = path(session, source=source, target=target, limit=3)
    assert (len(part.graph), part.is_cut) == (0, True)


def test_collaborators_are_counted_with_their_latest_year(session: Session) -> None:
    ann, bob, eve, old = ResearcherFactory(name="Ann"), ResearcherFactory(name="Bob"), *people(2)
    PublicationFactory(by=[ann, bob], year=2019), PublicationFactory(by=[eve, bob, ann], year=2022)
    PublicationFactory(by=[old, ann], year=1999), PublicationFactory(by=[bob, eve], year=2026)
    PostFactory(by=[bob, ann]), PostFactory(by=[ann, eve], draft=True)  # 2026, and one nobody sees
    a, b, e, o = of(ann, bob, eve, old)
    graph = collaborators(session, researcher=ann)
    assert {(one, other, key): data for one, other, key, data in graph.edges(keys=True, data=True)} == {
        (a, b, "coauthor"): {"works": 3, "latest_year": 2026},
        (a, e, "coauthor"): {"works": 1, "latest_year": 2022},
        (a, o, "coauthor"): {"works": 1, "latest_year": 1999},
    }
    assert graph.nodes[b] == {"kind": "researcher", "label": "Bob"}
    assert set(collaborators(session, researcher=ann, since_year=2020)) == {a, b, e}


def people(number: int) -> list[Researcher]:
    return [ResearcherFactory() for _ in range(number)]


def test_somebody_alone_is_a_graph_of_one(session: Session) -> None:
    ann = ResearcherFactory()
    PublicationFactory(by=[ann])
    assert list(collaborators(session, researcher=ann)) == of(ann)


def test_a_conflict_is_a_work_shared_since_that_year(session: Session) -> None:
    ann, bob, eve = people(3)
    PublicationFactory(by=[ann, bob], year=2020), PublicationFactory(by=[bob, eve], year=2026)

    def conflict(others: list[Researcher], since_year: int) -> bool:
        return have_conflict(session, reviewer=ann, author_ids=[one.id for one in others], since_year=since_year)

    assert conflict([eve, bob], 2020)
    assert not conflict([bob], 2021)
    assert not conflict([eve], 2020)
    assert conflict([ann], 2026)


def test_a_graph_costs_as_many_statements_when_there_are_many_nodes(session: Session, count_queries) -> None:
    def statements() -> int:
        with count_queries() as sent:
            ego(session, node=node)
        return len(sent)

    ann = ResearcherFactory()
    node = of(ann)[0]
    PostFactory(by=[ann])
    few = statements()
    for _ in range(20):
        PostFactory(by=[ann])
    assert statements() == few <= 20
