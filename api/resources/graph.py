"""The graph."""

from dataclasses import asdict
from typing import Any

import networkx as nx
import orjson
from flask import Response

from api.auth import viewer
from api.blueprint import Blueprint
from api.database import db
from api.schemas.graph import EgoQuery, ExportQuery, GraphOut, NodeLinkOut, PathQuery
from scholarnet import graph
from scholarnet.analyses import Analysed, analysed_ego

blueprint = Blueprint("graph", "/graph", "Researchers, publications, posts, reviews and tags as one graph")

CONTENT_TYPES = {"node-link": "application/json", "graphml": "application/xml", "gexf": "application/xml"}


@blueprint.route("/ego", permission="public.read")
@blueprint.arguments(EgoQuery, location="query")
@blueprint.response(200, GraphOut)
def ego(query: dict[str, Any]) -> Response:
    """Return what lies around a node, and what asked for analyses say of it."""
    return _answer(analysed_ego(db.session(), viewer=viewer(), **query))


@blueprint.route("/path", permission="public.read")
@blueprint.arguments(PathQuery, location="query")
@blueprint.response(200, GraphOut)
def path(query: dict[str, Any]) -> Response:
    """Return a shortest path between two nodes; no nodes if there is none, or if `is_cut` none that was found."""
    return _answer(Analysed(graph.path(db.session(), viewer=viewer(), **query)))


@blueprint.route("/export", permission="public.read")
@blueprint.arguments(ExportQuery, location="query")
@blueprint.response(200, NodeLinkOut)
@blueprint.doc(responses={200: {"content": {"application/xml": {"schema": {"type": "string"}}}}})
def export(query: dict[str, Any]) -> Response:
    """Return what lies around a node as node-link JSON, GraphML or GEXF; where it is cut, the graph's `cut` says so."""
    wanted = query.pop("format")
    part = analysed_ego(db.session(), viewer=viewer(), **query).part
    if part.cut:
        part.graph.graph["cut"] = _advice(part.cut)
    if wanted == "node-link":
        text: str | bytes = orjson.dumps(nx.node_link_data(part.graph, edges="edges"))
    elif wanted == "graphml":
        text = "\n".join(nx.generate_graphml(part.graph))
    else:
        text = "\n".join(nx.generate_gexf(part.graph))
    return Response(text, content_type=CONTENT_TYPES[wanted])


def _answer(found: Analysed) -> Response:
    """Thousands of edges need no dump: the contract test holds them to the schema."""
    part = found.part
    nodes = [{"id": node, **attributes} for node, attributes in part.graph.nodes(data=True)]
    edges = [{"source": source, "target": target, "kind": kind} for source, target, kind in part.graph.edges(keys=True)]
    meta = {"n_nodes": len(nodes), "n_edges": len(edges), "is_cut": part.is_cut, "cut": _shape_cut(part.cut)}
    meta |= {"betweenness_pivots": found.pivots} if found.pivots else {}
    return Response(orjson.dumps({"meta": meta, "nodes": nodes, "edges": edges}), content_type="application/json")


def _shape_cut(cut: graph.Cut | None) -> dict[str, Any] | None:
    if cut is None:
        return None
    left_out = {str(kind): number for kind, number in cut.left_out.items()}
    return {**asdict(cut), "left_out": left_out, "advice": _advice(cut)}


def _advice(cut: graph.Cut) -> str:
    left_out = ", ".join(f"{number:,} of kind {kind}" for kind, number in cut.left_out.items())
    return (
        f"The limit of {cut.limit:,} {cut.of} was met at step {cut.depth}"
        + (f", and at least {left_out} were left out. " if left_out else ". ")
        + "Ask with fewer `kinds` or less `depth`, or go on from a node; the lists of publications, posts and reviews "
        "are never cut."
    )
