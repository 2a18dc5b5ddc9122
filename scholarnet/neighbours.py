"""One step in the graph: what lies beyond some nodes, as much of it as there is room for, and the edges among them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Executable,
    Integer,
    Select,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from scholarnet.db import chunks
from scholarnet.edges import EDGES, Edge, EdgeKind, EdgeSource, End, Node, NodeKind, labels, name_of
from scholarnet.id_lists import id_list, is_looked_up
from scholarnet.models import Researcher

MOST_EDGES = 20_000
NODES_A_READ = 250  # how many nodes' edges are read before they are counted
STATEMENTS = 256  # that are kept built, of each sort: building one costs more than running it
Names = dict[Node, str]  # what nodes are called outside


@dataclass(frozen=True, slots=True)
class View:
    """What is walked along: edges of which kinds, as whom."""

    session: Session
    kinds: frozenset[EdgeKind]
    viewer: Researcher | None

    @property
    def is_member(self) -> bool:
        return self.viewer is not None

    def edges(self) -> Iterator[EdgeSource]:
        """The tables of those edges."""
        return (edge for edge in EDGES if edge.kind in self.kinds)

    def read(self, query: Executable, values: Mapping[str, Any]) -> Any:
        """Run a statement; rows of columns, of which the ORM would only make copies."""
        viewer = {"viewer_id": self.viewer.id} if self.viewer else {}
        return self.session.connection().execute(query, {**values, **viewer})


@dataclass(frozen=True, slots=True)
class Step:
    """What one step found: `taken`, and of what kinds at least how many more there are."""

    taken: Names
    left_out: dict[NodeKind, int]


def step(view: View, frontier: Collection[Node], *, seen: Collection[Node], room: int) -> Step:
    """Take up to `room` nodes beyond the frontier that are not `seen`: if there are more, a part drawn by their ids.

    Reads one statement, and in it of each type of edge and way no more rows than room and what is seen of that kind;
    where it does not take all, it counts. Public ids say nothing, and so who is left out says nothing.
    """
    met, near = _by_kind(seen), _by_kind(frontier)
    ways = tuple(_ways(view, near))
    limits = {kind: room + len(met[kind]) + 1 for kind in NodeKind}
    values = _keys(near) | {f"{kind}_limit": limit for kind, limit in limits.items()}
    rows = view.read(_beyond(ways, is_member=view.is_member), values).all() if ways else []
    found = {(ways[at].far.kind, key): name_of(ways[at].far.kind, public_id) for at, key, public_id in rows}
    fresh = shuffled({node: name for node, name in found.items() if node not in seen})
    taken, others = fresh[: max(room, 0)], fresh[max(room, 0) :]
    left_out = {kind: len(keys) for kind, keys in _by_kind(others).items()}
    known = {kind: len(met[kind]) + len(keys) for kind, keys in _by_kind(taken).items()}
    for at, n_rows in Counter(row[0] for row in rows).items():
        kind = ways[at].far.kind
        if n_rows == limits[kind]:
            n_hidden = (view.read(_count(ways[at], is_member=view.is_member), values).scalar() or 0) - known.get(
                kind, len(met[kind])
            )
            left_out[kind] = max(left_out.get(kind, 0), n_hidden)
    return Step({node: found[node] for node in taken}, left_out)


def previous(view: View, node: Node, among: Collection[Node]) -> Node:
    """Return one of `among` that has an edge with the node; one has to be there."""
    found = Names()
    near, wanted = _by_kind([node]), _by_kind(among)
    for way in _ways(view, near):
        if keys := wanted[way.far.kind]:
            row = view.read(_any(way, is_member=view.is_member), _keys(near) | {"wanted": keys}).first()
            if row is not None:
                found[way.far.kind, row[0]] = name_of(way.far.kind, row[1])
    return shuffled(found)[0]


def edges_among(view: View, nodes: Names) -> tuple[set[Edge], bool]:
    """Return the edges between the nodes, and whether there were too many to go on reading them."""
    ids, found = _by_kind(nodes), set[Edge]()
    edges = tuple(edge for edge in view.edges() if ids[edge.source.kind] and ids[edge.target.kind])
    if not edges:
        return found, False
    query = _among(edges, is_member=view.is_member)
    for some in chunks(shuffled(nodes), NODES_A_READ):
        if len(found) > MOST_EDGES:
            return found, True
        few = _by_kind(some)
        values = {f"{kind}_keys": ids[kind] for kind in NodeKind} | {f"few_{kind}_keys": few[kind] for kind in NodeKind}
        for at, start, end in view.read(query, values):
            if start is not None and end is not None:
                edge = edges[at]
                found.add(((edge.source.kind, start), (edge.target.kind, end), edge.kind))
    return found, False


def read_labels(view: View, nodes: Names) -> dict[Node, str]:
    """Return the labels of those nodes that are there to be seen, in one statement."""
    ids = _by_kind(nodes)
    kinds = tuple(kind for kind in NodeKind if ids[kind])
    if not kinds:
        return {}
    values = {f"{kind}_keys": ids[kind] for kind in kinds}
    return {(kinds[at], key): label for at, key, label in view.read(_labels(kinds, is_member=view.is_member), values)}


def shuffled(nodes: Names) -> list[Node]:
    """The nodes in an order that says nothing: that of the keys inside is the order in which things came to be."""
    return sorted(nodes, key=lambda node: sha256(nodes[node].encode()).digest())


class _Way(NamedTuple):
    """One way along one type of edge, from one node or from several."""

    edge: EdgeSource
    near: End
    far: End
    is_one: bool

    def select(self, *, is_member: bool) -> Select[int, str]:
        return self.edge.beyond(self.near, self.far, is_one=self.is_one, is_member=is_member)


def _ways(view: View, near: Mapping[NodeKind, Sequence[int]]) -> Iterator[_Way]:
    for edge in view.edges():
        for start, end in edge.ways():
            if keys := near.get(start.kind):
                yield _Way(edge, start, end, len(keys) == 1)


def _keys(near: Mapping[NodeKind, Sequence[int]]) -> dict[str, Any]:
    """The parameters of ways from these nodes."""
    filled = {kind: keys for kind, keys in near.items() if keys}
    return {f"{kind}_keys": keys for kind, keys in filled.items()} | {
        f"{kind}_key": keys[0] for kind, keys in filled.items()
    }


@lru_cache(maxsize=STATEMENTS)
def _beyond(ways: tuple[_Way, ...], *, is_member: bool) -> Executable:
    """What lies that way, each row with the place of its way; of each way up to the limit of its kind."""
    limited = (
        way.select(is_member=is_member).limit(bindparam(f"{way.far.kind}_limit", type_=Integer)).subquery()
        for way in ways
    )
    return _union([select(_place(at), *one.c) for at, one in enumerate(limited)])


@lru_cache(maxsize=STATEMENTS)
def _count(way: _Way, *, is_member: bool) -> Select[int]:
    return select(func.count()).select_from(way.select(is_member=is_member).order_by(None).subquery())


@lru_cache(maxsize=STATEMENTS)
def _any(way: _Way, *, is_member: bool) -> Select[int, str]:
    return way.select(is_member=is_member).where(is_looked_up(way.far.column, id_list("wanted"))).limit(1)


@lru_cache(maxsize=STATEMENTS)
def _among(edges: tuple[EdgeSource, ...], *, is_member: bool) -> Executable:
    selected = (edge.among(is_member=is_member) for edge in edges)
    return _union([one.with_only_columns(_place(at), *one.selected_columns) for at, one in enumerate(selected)])


@lru_cache(maxsize=STATEMENTS)
def _labels(kinds: tuple[NodeKind, ...], *, is_member: bool) -> Executable:
    parts = []
    for at, kind in enumerate(kinds):
        query = labels(kind, is_member=is_member)
        key, _, label = query.selected_columns
        parts.append(query.where(is_looked_up(key, id_list(f"{kind}_keys"))).with_only_columns(_place(at), key, label))
    return _union(parts)


def _place(at: int) -> ColumnElement[int]:
    return literal_column(str(at), Integer)


def _union(parts: Sequence[Select[*tuple[Any, ...]]]) -> Executable:
    return union_all(*parts) if len(parts) > 1 else parts[0]


def _by_kind(nodes: Iterable[Node]) -> defaultdict[NodeKind, list[int]]:
    found = defaultdict[NodeKind, list[int]](list)
    for kind, key in sorted(nodes):
        found[kind].append(key)
    return found
