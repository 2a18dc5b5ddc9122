"""One step in the graph: what lies beyond some nodes, as much of it as there is room for, and the edges among them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from scholarnet.db import chunks
from scholarnet.edges import EDGES, Edge, EdgeKind, EdgeSource, End, Node, NodeKind, name_of
from scholarnet.models import Researcher

MOST_EDGES = 20_000
NODES_A_READ = 250  # how many nodes' edges are read before they are counted
Names = dict[Node, str]  # what nodes are called outside


@dataclass(frozen=True, slots=True)
class View:
    """What is walked along: edges of which kinds, as whom."""

    session: Session
    kinds: frozenset[EdgeKind]
    viewer: Researcher | None

    def edges(self) -> Iterator[EdgeSource]:
        """The tables of those edges."""
        return (edge for edge in EDGES if edge.kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Step:
    """What one step found: `taken`, and of what kinds at least how many more there are."""

    taken: Names
    left_out: dict[NodeKind, int]


def step(view: View, frontier: Collection[Node], *, seen: Collection[Node], room: int) -> Step:
    """Take up to `room` nodes beyond the frontier that are not `seen`: if there are more, a part drawn by their ids.

    Reads one statement for each type of edge and way, and of each no more rows than room and what is seen of that
    kind; where it does not take all, it counts. Public ids say nothing, and so who is left out says nothing.
    """
    met = _by_kind(seen)
    found, full = Names(), list[_Question]()
    for question in _questions(view, frontier):
        limit = room + len(met[question.far.kind]) + 1
        rows = view.session.execute(question.select(view).limit(limit)).all()
        found |= {(question.far.kind, key): name_of(question.far.kind, public_id) for key, public_id in rows}
        full += [question] * (len(rows) == limit)
    fresh = shuffled({node: name for node, name in found.items() if node not in seen})
    taken, others = fresh[: max(room, 0)], fresh[max(room, 0) :]
    left_out = {kind: len(keys) for kind, keys in _by_kind(others).items()}
    known = {kind: len(met[kind]) + len(keys) for kind, keys in _by_kind(taken).items()}
    for question in full:
        kind = question.far.kind
        n_hidden = (view.session.scalar(question.count(view)) or 0) - known.get(kind, len(met[kind]))
        left_out[kind] = max(left_out.get(kind, 0), n_hidden)
    return Step({node: found[node] for node in taken}, left_out)


def previous(view: View, node: Node, among: Collection[Node]) -> Node:
    """Return one of `among` that has an edge with the node; one has to be there."""
    found = Names()
    wanted = _by_kind(among)
    for question in _questions(view, [node]):
        for keys in chunks(sorted(wanted[question.far.kind])):
            row = view.session.execute(question.select(view).where(question.far.column.in_(keys)).limit(1)).first()
            if row is not None:
                found[question.far.kind, row[0]] = name_of(question.far.kind, row[1])
    return shuffled(found)[0]


def edges_among(view: View, nodes: Names) -> tuple[set[Edge], bool]:
    """Return the edges between the nodes, and whether there were too many to go on reading them."""
    ids, order, found = _by_kind(nodes), shuffled(nodes), set[Edge]()
    for edge in view.edges():
        if not (ids[edge.source.kind] and ids[edge.target.kind]):
            continue
        for few in chunks([key for kind, key in order if kind is edge.narrow.kind], NODES_A_READ):
            if len(found) > MOST_EDGES:
                return found, True
            for start, end in view.session.execute(edge.among(few, ids, viewer=view.viewer)):
                if start is not None and end is not None:
                    found.add(((edge.source.kind, start), (edge.target.kind, end), edge.kind))
    return found, False


def shuffled(nodes: Names) -> list[Node]:
    """The nodes in an order that says nothing: that of the keys inside is the order in which things came to be."""
    return sorted(nodes, key=lambda node: sha256(nodes[node].encode()).digest())


@dataclass(frozen=True, slots=True)
class _Question:
    """What some nodes have at the far end of one type of edge."""

    edge: EdgeSource
    near: End
    far: End
    ids: Collection[int]

    def select(self, view: View) -> Select[int, str]:
        return self.edge.beyond(self.near, self.far, self.ids, viewer=view.viewer)

    def count(self, view: View) -> Select[int]:
        return select(func.count()).select_from(self.select(view).order_by(None).subquery())


def _questions(view: View, nodes: Iterable[Node]) -> Iterator[_Question]:
    ids = _by_kind(nodes)
    for edge in view.edges():
        for near, far in edge.ways():
            for part in chunks(ids[near.kind]):
                yield _Question(edge, near, far, part)


def _by_kind(nodes: Iterable[Node]) -> defaultdict[NodeKind, list[int]]:
    found = defaultdict[NodeKind, list[int]](list)
    for kind, key in sorted(nodes):
        found[kind].append(key)
    return found
