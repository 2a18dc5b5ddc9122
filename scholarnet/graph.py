"""The one face of the graph: typed NetworkX multigraphs of the part around a node or between two.

Nodes are ``noun:public id`` (a tag: ``tag:name``) with attributes `kind` and `label`; edges carry their
type as key. Set-wise SQL fills a graph one step at a time, one statement a step, which of each type of edge reads no
more than there is room for; it takes in only what is public: posts anyone may see, and of a review that is not signed
no hint of who wrote it nor of when on its day. Reviews that are withheld from the viewer are left out.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache

import networkx as nx
from sqlalchemy import Select, bindparam
from sqlalchemy.orm import Session

from scholarnet.coauthors import coauthors, collaborators, have_conflict
from scholarnet.edges import Edge, EdgeKind, Graph, Node, NodeKind, labels, name_of
from scholarnet.errors import Invalid, NotFound
from scholarnet.models import Researcher
from scholarnet.neighbours import MOST_EDGES, Names, Step, View, edges_among, previous, read_labels, shuffled, step

__all__ = ["Cut", "Graph", "Part", "coauthors", "collaborators", "ego", "have_conflict", "path"]

DEEPEST = 3
MOST_NODES = 1000
LONGEST_PATH = 8
MOST_SEEN = 10 * MOST_NODES


@dataclass(frozen=True, slots=True)
class Cut:
    """What more there is than was taken: at which `depth` a `limit` of nodes or edges was met.

    `left_out` has, of each kind of node that was left out at that depth, at least how many; what lies behind them,
    nobody has looked at. It is empty where the limit was that of edges.
    """

    limit: int
    of: str
    depth: int
    left_out: dict[NodeKind, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the whole graph, and the `cut` where more of it was there than may be taken out at once."""

    graph: Graph
    cut: Cut | None = None

    @property
    def is_cut(self) -> bool:
        return self.cut is not None


def ego(
    session: Session,
    *,
    node: str,
    depth: int = 1,
    kinds: Collection[EdgeKind] = (),
    limit: int = MOST_NODES,
    viewer: Researcher | None = None,
) -> Part:
    """Return all nodes within `depth` steps (1 to 3) of a node, either way along the edges, and the edges among them.

    Of the `kinds` of edges (all if none is named). At most `limit` nodes (1 to 1000): the nearest, and of those at the
    depth where it is met a part that chance drew, the same each time. Cost: one statement a step, one for each 250
    nodes and two more; where it is cut, one for each type of edge and way along it. Raises NotFound and Invalid.
    """
    if not 1 <= depth <= DEEPEST:
        raise Invalid("depth", f"must be 1 to {DEEPEST}")
    if not 1 <= limit <= MOST_NODES:
        raise Invalid("limit", f"must be 1 to {MOST_NODES}")
    view = View(session, frozenset(kinds or EdgeKind), viewer)
    seen = _find(view, node)
    frontier, cut = seen, None
    for at in range(1, depth + 1):
        found = step(view, frontier, seen=seen, room=limit - len(seen))
        seen, frontier = seen | found.taken, found.taken
        if found.left_out:
            cut = Cut(limit, "nodes", at, found.left_out)
            break
    edges, is_cut = edges_among(view, seen)
    return Part(_build(view, seen, edges), cut or (Cut(MOST_EDGES, "edges", depth) if is_cut else None))


def path(
    session: Session,
    *,
    source: str,
    target: str,
    kinds: Collection[EdgeKind] = (),
    limit: int = MOST_SEEN,
    viewer: Researcher | None = None,
) -> Part:
    """Return a shortest path between two nodes, either way along the edges; an empty graph if there is none.

    Grows the sphere that has less to grow by, up to 8 steps, until the two touch: so a hub at one end is not read
    while there is a way from the other. Where both would grow beyond `limit` nodes together, it grows one of them as
    far as that and says that it is cut: there may be a path where it found none, or a shorter one.
    """
    view = View(session, frozenset(kinds or EdgeKind), viewer)
    spheres = [_Sphere([names]) for names in (_find(view, source), _find(view, target))]
    cut = None
    for at in range(1, LONGEST_PATH + 1):
        if cut or _touching(spheres):
            break
        room = limit - sum(len(one.seen) for one in spheres)
        found = min((one.ahead(view, room) for one in spheres), key=lambda one: (bool(one.left_out), len(one.taken)))
        cut = Cut(limit, "nodes", at, found.left_out) if found.left_out else None
        next(one for one in spheres if one.next is found).grow(found)
    steps: Names = {}
    touching = _touching(spheres)
    if touching:
        steps = spheres[0].back(view, touching) | spheres[1].back(view, touching)
    return Part(_build(view, steps, edges_among(view, steps)[0]), cut)


@dataclass(slots=True)
class _Sphere:
    """What lies around a node, level by level; `next` is the level after them, once it was asked for."""

    levels: list[Names]
    seen: Names = field(init=False)
    next: Step | None = None

    def __post_init__(self) -> None:
        self.seen = dict(self.levels[0])

    def ahead(self, view: View, room: int) -> Step:
        if self.next is None or len(self.next.taken) > room:
            self.next = step(view, self.levels[-1], seen=self.seen, room=room)
        return self.next

    def grow(self, found: Step) -> None:
        self.levels.append(found.taken)
        self.seen |= found.taken
        self.next = None

    def depth(self, node: Node) -> int:
        return next(depth for depth, level in enumerate(self.levels) if node in level)

    def back(self, view: View, node: Node) -> Names:
        """The nodes on a shortest way from `node` back to the middle."""
        way = {node: self.seen[node]}
        for level in reversed(self.levels[: self.depth(node)]):
            node = previous(view, node, level)
            way[node] = level[node]
        return way


def _touching(spheres: list[_Sphere]) -> Node | None:
    """A node of both, by which the way is shortest."""
    one, other = spheres
    common = shuffled({node: name for node, name in one.seen.items() if node in other.seen})
    return min(common, key=lambda node: one.depth(node) + other.depth(node), default=None)


def _find(view: View, node: str) -> Names:
    kind_name, _, public_id = node.partition(":")
    if kind_name not in set(NodeKind):
        raise Invalid("node", f"{node!r} is not of the form KIND:ID with a kind of {', '.join(NodeKind)}")
    kind = NodeKind(kind_name)
    row = view.read(_named(kind, is_member=view.is_member), {"public_id": public_id}).first()
    if row is None:
        raise NotFound(kind, public_id)
    return {(kind, row[0]): name_of(kind, public_id)}


@cache
def _named(kind: NodeKind, *, is_member: bool) -> Select[int, str, str]:
    columns = labels(kind, is_member=is_member)
    return columns.where(columns.selected_columns[1] == bindparam("public_id"))


def _build(view: View, nodes: Names, edges: set[Edge]) -> Graph:
    """Nodes and edges in the order of their names: that of their keys would tell when they came to be."""
    labelled = read_labels(view, nodes)
    graph: Graph = nx.MultiDiGraph()
    for name, node in sorted((nodes[node], node) for node in labelled):
        graph.add_node(name, kind=str(node[0]), label=labelled[node])
    shown = [(nodes[start], nodes[end], str(kind)) for start, end, kind in edges if {start, end} <= labelled.keys()]
    for first, last, kind_name in sorted(shown):
        graph.add_edge(first, last, key=kind_name)
    return graph
