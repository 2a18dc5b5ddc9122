"""What the part around a node says of its nodes: which hang together, and which are in the middle of it.

All of it follows from what the viewer may see of the graph and from nothing else, so that it tells nothing more.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

import networkx as nx
from sqlalchemy.orm import Session

from scholarnet.edges import EdgeKind, Graph
from scholarnet.errors import Invalid
from scholarnet.graph import MOST_NODES, Part, ego
from scholarnet.models import Researcher

MOST_ANALYSED = 300
MOST_STEPS = 500_000  # of edges from pivots: beyond, betweenness is estimated; about a second
SEED = 1
DIGITS = 9  # so that nothing but rounding tells apart what is alike
Plain: TypeAlias = "nx.Graph[int]"


class Analysis(StrEnum):
    """What can be asked for."""

    COMMUNITIES = "communities"
    CENTRALITIES = "centralities"


@dataclass(frozen=True, slots=True)
class Analysed:
    """`part` with what was asked for as attributes of its nodes; `pivots` where betweenness is estimated from some."""

    part: Part
    pivots: int | None = None


def analysed_ego(
    session: Session,
    *,
    node: str,
    depth: int = 1,
    kinds: Collection[EdgeKind] = (),
    limit: int | None = None,
    wanted: Collection[Analysis] = (),
    viewer: Researcher | None = None,
) -> Analysed:
    """Return the part around a node as :func:`scholarnet.graph.ego` does, analysed.

    `community` counts from 1, the largest first: Louvain's method (Blondel et al. 2008) from one seed. Of the
    centralities `degree` is the number of neighbours, `betweenness` and `closeness` are in [0, 1] as NetworkX defines
    them, and `pagerank` (damping .85) sums to 1; all over neighbours, whatever the number, way and kind of edges
    between two. At most MOST_ANALYSED nodes (`limit`; raises Invalid above).
    """
    most = MOST_ANALYSED if wanted else MOST_NODES
    if limit is not None and not 1 <= limit <= most:
        raise Invalid("limit", f"must be 1 to {most}" + (" where an analysis is asked for" if wanted else ""))
    part = ego(session, node=node, depth=depth, kinds=kinds, limit=limit or most, viewer=viewer)
    if not wanted:
        return Analysed(part)
    names = sorted(part.graph)
    plain = _plain(part.graph, names)
    found: dict[str, dict[int, float]] = {}
    pivots = _pivots(plain)
    if Analysis.COMMUNITIES in wanted:
        found |= _communities(plain)
    if Analysis.CENTRALITIES in wanted:
        found |= _centralities(plain, pivots)
    for attribute, values in found.items():
        nx.set_node_attributes(part.graph, {names[code]: value for code, value in values.items()}, attribute)
    return Analysed(part, pivots if Analysis.CENTRALITIES in wanted else None)


def _plain(graph: Graph, names: list[str]) -> Plain:
    """Neighbours alone, by numbers in the order of names: sets of texts have another order in each process."""
    code = {name: number for number, name in enumerate(names)}
    plain: Plain = nx.Graph()
    plain.add_nodes_from(range(len(names)))
    plain.add_edges_from(sorted((code[start], code[end]) for start, end in graph.edges()))
    return plain


def _communities(plain: Plain) -> dict[str, dict[int, Any]]:
    found = nx.community.louvain_communities(plain, seed=SEED)
    ordered = sorted(found, key=lambda members: (-len(members), min(members)))
    return {"community": {node: number for number, members in enumerate(ordered, start=1) for node in members}}


def _centralities(plain: Plain, pivots: int | None) -> dict[str, dict[int, Any]]:
    measured = {
        "betweenness": nx.betweenness_centrality(plain, k=pivots, seed=SEED),
        "closeness": nx.closeness_centrality(plain),
        "pagerank": nx.pagerank(plain, tol=1e-12, max_iter=1000),
    }
    rounded = {name: {node: round(one, DIGITS) for node, one in values.items()} for name, values in measured.items()}
    return {"degree": dict(plain.degree()), **rounded}


def _pivots(plain: Plain) -> int | None:
    """From how many nodes there is time to look, where not from all."""
    n_nodes, n_edges = len(plain), plain.number_of_edges()
    return None if n_nodes * n_edges <= MOST_STEPS else MOST_STEPS // n_edges
