"""The one face of the graph: typed NetworkX multigraphs of the part around a node or between two.

Nodes are ``noun:public id`` (a tag: ``tag:name``) with attributes `kind` and `label`; edges carry their
type as key. Set-wise SQL fills a graph one step at a time, one statement for each type of edge, and takes in only
what is public: posts anyone may see, and of a review that is not signed no hint of who wrote it nor of when on its day.
Reviews that are withheld from the viewer are left out.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

import networkx as nx
from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from scholarnet.db import chunks
from scholarnet.edges import EDGES, Edge, Node, NodeKind, labels
from scholarnet.errors import Invalid, NotFound
from scholarnet.models import Authorship, Post, PostAuthor, Publication, Researcher
from scholarnet.permissions import public_posts

DEEPEST = 3
MOST_NODES = 1000
LONGEST_PATH = 8
IDS_A_STATEMENT = 500  # each stands in several IN lists, and plans are best well below what is allowed

Graph: TypeAlias = "nx.MultiDiGraph[str]"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the whole graph; `is_cut` when more of it was there than may be taken out at once."""

    graph: Graph
    is_cut: bool


def ego(
    session: Session, *, node: str, depth: int = 1, limit: int = MOST_NODES, viewer: Researcher | None = None
) -> Part:
    """Return all that lies within `depth` steps (1 to 3) of a node, either way along the edges.

    Cost: one statement for each type of edge and step. Raises NotFound and Invalid.
    """
    if not 1 <= depth <= DEEPEST:
        raise Invalid("depth", f"must be 1 to {DEEPEST}")
    seen, edges = {_find(session, node, viewer)}, set[Edge]()
    frontier, is_cut = set(seen), False
    for _ in range(depth):
        found = _edges_at(session, frontier, viewer)
        fresh = sorted({end for edge in found for end in edge[:2]} - seen, key=_shuffled)
        is_cut = is_cut or len(seen) + len(fresh) > limit
        frontier = set(fresh[: max(0, limit - len(seen))])
        seen |= frontier
        edges |= {edge for edge in found if edge[0] in seen and edge[1] in seen}
    return Part(_build(session, seen, edges, viewer), is_cut)


def path(
    session: Session, *, source: str, target: str, limit: int = 20 * MOST_NODES, viewer: Researcher | None = None
) -> Part:
    """Return a shortest path between two nodes, either way along the edges; an empty graph if there is none.

    Grows the smaller of two spheres until they touch, up to 8 steps or `limit` nodes.
    """
    ends = _find(session, source, viewer), _find(session, target, viewer)
    spheres = ({ends[0]}, {ends[1]})
    frontiers, edges = [set(spheres[0]), set(spheres[1])], set[Edge]()
    for _ in range(LONGEST_PATH):
        if spheres[0] & spheres[1] or sum(map(len, spheres)) > limit:
            break
        side = 0 if len(frontiers[0]) <= len(frontiers[1]) else 1
        found = _edges_at(session, frontiers[side], viewer)
        frontiers[side] = {end for edge in found for end in edge[:2]} - spheres[side]
        spheres[side].update(frontiers[side])
        edges |= found
    meets = bool(spheres[0] & spheres[1])
    whole = nx.Graph([edge[:2] for edge in edges])
    whole.add_nodes_from(ends)
    steps = set(nx.shortest_path(whole, *ends)) if meets else set()
    kept = {edge for edge in edges if edge[0] in steps and edge[1] in steps}
    return Part(_build(session, steps, kept, viewer), is_cut=not meets and sum(map(len, spheres)) > limit)


def collaborators(session: Session, *, researcher: Researcher, since_year: int | None = None) -> Graph:
    """Return the researcher with their co-authors; an edge says on how many `works`, until which year."""
    counts = _shared_works(session, researcher.id, since_year, posts=public_posts())
    graph: Graph = nx.MultiDiGraph()
    people = session.scalars(select(Researcher).where(Researcher.id.in_([researcher.id, *counts])))
    names = {person.id: person for person in people}
    graph.add_node(_name(NodeKind.RESEARCHER, researcher.public_id), kind="researcher", label=researcher.name)
    for other_id, years in sorted(counts.items()):
        other = names[other_id]
        key = _name(NodeKind.RESEARCHER, other.public_id)
        graph.add_node(key, kind="researcher", label=other.name)
        graph.add_edge(
            _name(NodeKind.RESEARCHER, researcher.public_id),
            key,
            key="coauthor",
            works=len(years),
            latest_year=max(years),
        )
    return graph


def have_conflict(session: Session, *, reviewer: Researcher, author_ids: Iterable[int], since_year: int) -> bool:
    """Whether the reviewer is one of the authors or has shared a work with one since that year.

    A publication's date is known to the year, so the year that the span begins in counts whole.
    """
    authors = set(author_ids)
    shared = _shared_works(session, reviewer.id, since_year, posts=_is_out())
    return reviewer.id in authors or not authors.isdisjoint(shared)


def coauthors(session: Session, *, researcher_ids: Collection[int], among: Collection[int]) -> set[int]:
    """Return those `among` who ever wrote a publication or a published post, whoever may see it, with one of these."""
    found = set[int]()
    for key, person, published in (
        (Authorship.publication_id, Authorship.researcher_id, true()),
        (PostAuthor.post_id, PostAuthor.researcher_id, PostAuthor.post_id.in_(select(Post.id).where(_is_out()))),
    ):
        theirs = select(key).where(person.in_(researcher_ids), published)
        found.update(session.scalars(select(person).where(key.in_(theirs), person.in_(among)).distinct()))
    return found - set(researcher_ids)


def _is_out() -> ColumnElement[bool]:
    """Whoever its audience is: they know that they wrote it together."""
    return Post.version_number > 0


def _shared_works(
    session: Session, researcher_id: int, since_year: int | None, *, posts: ColumnElement[bool]
) -> dict[int, list[int]]:
    """The years of the works shared with each co-author: publications, and those of the `posts`."""
    shared = defaultdict[int, list[int]](list)
    own = select(Authorship.publication_id).where(Authorship.researcher_id == researcher_id)
    publications = (
        select(Authorship.researcher_id, Publication.year)
        .join(Publication, Publication.id == Authorship.publication_id)
        .where(Authorship.publication_id.in_(own), Authorship.researcher_id != researcher_id)
    )
    for other, year in session.execute(publications):
        shared[other].append(year)
    posted = select(PostAuthor.post_id).where(PostAuthor.researcher_id == researcher_id)
    shared_posts = (
        select(PostAuthor.researcher_id, Post.published_at)
        .join(Post, Post.id == PostAuthor.post_id)
        .where(PostAuthor.post_id.in_(posted), PostAuthor.researcher_id != researcher_id, posts)
    )
    for other, published_at in session.execute(shared_posts):
        if published_at is not None:
            shared[other].append(published_at.year)
    if since_year is None:
        return shared
    return {other: years for other, years in shared.items() if max(years) >= since_year}


def _find(session: Session, node: str, viewer: Researcher | None) -> Node:
    kind_name, _, public_id = node.partition(":")
    if kind_name not in set(NodeKind):
        raise Invalid("node", f"{node!r} is not of the form KIND:ID with a kind of {', '.join(NodeKind)}")
    kind = NodeKind(kind_name)
    columns = labels(kind, viewer=viewer)
    row = session.execute(columns.where(columns.selected_columns[1] == public_id)).first()
    if row is None:
        raise NotFound(kind, public_id)
    return kind, row[0]


def _edges_at(session: Session, frontier: set[Node], viewer: Researcher | None) -> set[Edge]:
    found = set[Edge]()
    for nodes in chunks(sorted(frontier), IDS_A_STATEMENT):
        ids = defaultdict[NodeKind, Collection[int]](list)
        for kind, key in nodes:
            ids[kind] = [*ids[kind], key]
        for edge in EDGES:
            query = edge.touching(ids, viewer=viewer)
            if query is not None:
                found |= {
                    ((edge.source, source), (edge.target, target), edge.kind)
                    for source, target in session.execute(query)
                    if target is not None
                }
    return found


def _shuffled(node: Node) -> bytes:
    """A key whose order says nothing: that of the keys inside is the order in which things came to be."""
    return sha256(repr(node).encode()).digest()


def _build(session: Session, nodes: set[Node], edges: set[Edge], viewer: Researcher | None) -> Graph:
    """Nodes and edges in the order of their names, for the same reason."""
    named = dict[Node, tuple[str, str]]()
    by_kind = defaultdict[NodeKind, list[int]](list)
    for kind, key in sorted(nodes):
        by_kind[kind].append(key)
    for kind, keys in by_kind.items():
        columns = labels(kind, viewer=viewer)
        for chunk in chunks(keys, IDS_A_STATEMENT):
            for key, public_id, label in session.execute(columns.where(columns.selected_columns[0].in_(chunk))):
                named[kind, key] = _name(kind, public_id), label
    graph: Graph = nx.MultiDiGraph()
    for (kind, _), (name, label) in sorted(named.items(), key=lambda item: item[1]):
        graph.add_node(name, kind=str(kind), label=label)
    shown = [
        (named[source][0], named[target][0], str(edge_kind))
        for source, target, edge_kind in edges
        if source in named and target in named
    ]
    for start, end, name in sorted(shown):
        graph.add_edge(start, end, key=name)
    return graph


def _name(kind: NodeKind, public_id: str) -> str:
    return f"{kind}:{public_id}"
