"""The graph against ones built by hand: what is in it, what is cut, and what must never show."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

import networkx as nx
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.edges import EdgeKind, NodeKind
from scholarnet.errors import Invalid, NotFound
from scholarnet.graph import Cut, collaborators, ego, have_conflict, path
from scholarnet.models import Audience, Identity, Researcher
from tests.factories import (
    AuthorshipFactory,
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


def test_an_ego_graph_has_the_edges_among_its_nodes(session: Session) -> None:
    ann, venue = ResearcherFactory(), VenueFactory()
    one, other = (PublicationFactory(by=[ann], venue=venue) for _ in range(2))
    CitationFactory(citing_id=one.id, cited_id=other.id)
    a, v, o, p = of(ann, venue, one, other)
    assert edges(ego(session, node=a).graph) == {(a, o, "authored"), (a, p, "authored"), (o, p, "cites")}
    assert v in ego(session, node=a, depth=2).graph


def test_an_ego_graph_follows_only_edges_of_the_kinds_asked_for(session: Session) -> None:
    ann, venue = ResearcherFactory(), VenueFactory()
    work, other = PublicationFactory(by=[ann], venue=venue), PublicationFactory(by=[], venue=venue)
    CitationFactory(citing_id=work.id, cited_id=other.id)
    a, v, w, o = of(ann, venue, work, other)
    found = ego(session, node=w, depth=3, kinds=[EdgeKind.PUBLISHED_IN]).graph
    assert edges(found) == {(w, v, "published_in"), (o, v, "published_in")}
    assert edges(path(session, source=a, target=o, kinds=[EdgeKind.CITES, EdgeKind.AUTHORED]).graph) == {
        (a, w, "authored"),
        (w, o, "cites"),
    }
    assert len(path(session, source=a, target=o, kinds=[EdgeKind.CITES]).graph) == 0


def test_a_cut_takes_the_nearest_and_of_the_others_the_same_by_their_public_ids(session: Session) -> None:
    ann = ResearcherFactory()
    works = [PublicationFactory(by=[ann], venue=None) for _ in range(6)]
    a, names = of(ann)[0], of(*works)
    part = ego(session, node=a, depth=2, limit=4)
    assert part.cut == Cut(limit=4, of="nodes", depth=1, left_out={NodeKind.PUBLICATION: 3})
    drawn = sorted(sorted(names)[:4], key=lambda name: sha256(name.encode()).digest())  # one more than there is room
    assert set(part.graph) == {a, *drawn[:3]}
    assert set(ego(session, node=a, depth=2, limit=4).graph) == set(part.graph)


@contextmanager
def rows_read(session: Session) -> Iterator[list[int]]:
    """How many rows each statement in here gives, found by sending it again."""
    sent: list[tuple[str, Any]] = []
    counts: list[int] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        sent.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield counts
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    counts += [len(session.connection().exec_driver_sql(*one).fetchall()) for one in sent]


def test_a_hub_is_not_read_when_there_is_no_room_for_it(session: Session) -> None:
    venue, ann, n = VenueFactory(), ResearcherFactory(), 200
    works = [PublicationFactory.build(by=[], venue=venue) for _ in range(n)]
    session.add_all(works)
    session.flush()
    AuthorshipFactory(publication_id=works[0].id, researcher=ann)
    v, a, w = of(venue, ann, works[0])
    with rows_read(session) as counts:
        part = ego(session, node=v, depth=3, limit=20)
    assert (len(part.graph), part.cut) == (20, Cut(20, "nodes", 1, {NodeKind.PUBLICATION: n - 19}))
    assert sum(counts) < 5 * 20
    with rows_read(session) as counts:
        found = path(session, source=v, target=a, limit=20)
    assert (set(found.graph), found.is_cut) == ({v, w, a}, False)  # from her end, who has one work
    assert sum(counts) < 5 * 20


@pytest.mark.parametrize("limit", [0, 1001])
def test_an_ego_graph_is_refused_when_it_is_to_be_too_large(session: Session, limit: int) -> None:
    with pytest.raises(Invalid, match="limit"):
        ego(session, node=of(ResearcherFactory())[0], limit=limit)


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
