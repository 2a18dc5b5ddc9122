"""The graph."""

from typing import Any

import networkx as nx
import orjson
from flask import Response

from api.auth import viewer
from api.blueprint import Blueprint
from api.database import db
from api.schemas.graph import EgoQuery, ExportQuery, GraphOut, NodeLinkOut, PathQuery
from scholarnet import graph

blueprint = Blueprint("graph", "/graph", "Researchers, publications, posts, reviews and tags as one graph")

CONTENT_TYPES = {"node-link": "application/json", "graphml": "application/xml", "gexf": "application/xml"}


@blueprint.route("/ego", permission="public.read")
@blueprint.arguments(EgoQuery, location="query")
@blueprint.response(200, GraphOut)
def ego(query: dict[str, Any]) -> dict[str, Any]:
    """Return what lies around a node."""
    return _shape(graph.ego(db.session(), viewer=viewer(), **query))


@blueprint.route("/path", permission="public.read")
@blueprint.arguments(PathQuery, location="query")
@blueprint.response(200, GraphOut)
def path(query: dict[str, Any]) -> dict[str, Any]:
    """Return a shortest path between two nodes; no nodes if there is none."""
    return _shape(graph.path(db.session(), viewer=viewer(), **query))


@blueprint.route("/export", permission="public.read")
@blueprint.arguments(ExportQuery, location="query")
@blueprint.response(200, NodeLinkOut)
@blueprint.doc(responses={200: {"content": {"application/xml": {"schema": {"type": "string"}}}}})
def export(query: dict[str, Any]) -> Response:
    """Return what lies around a node as node-link JSON, GraphML or GEXF."""
    wanted = query.pop("format")
    part = graph.ego(db.session(), viewer=viewer(), **query).graph
    if wanted == "node-link":
        text: str | bytes = orjson.dumps(nx.node_link_data(part, edges="edges"))
    elif wanted == "graphml":
        text = "\n".join(nx.generate_graphml(part))
    else:
        text = "\n".join(nx.generate_gexf(part))
    return Response(text, content_type=CONTENT_TYPES[wanted])


def _shape(part: graph.Part) -> dict[str, Any]:
    nodes = [{"id": node, **attributes} for node, attributes in part.graph.nodes(data=True)]
    edges = [{"source": source, "target": target, "kind": kind} for source, target, kind in part.graph.edges(keys=True)]
    meta = {"n_nodes": len(nodes), "n_edges": len(edges), "is_cut": part.is_cut}
    return {"meta": meta, "nodes": nodes, "edges": edges}
