"""Shapes of the graph."""

import marshmallow as ma
from webargs.fields import DelimitedList

from scholarnet.analyses import MOST_ANALYSED, Analysis
from scholarnet.edges import EdgeKind, NodeKind
from scholarnet.graph import DEEPEST, MOST_NODES

OF = ma.validate.OneOf(["nodes", "edges"])
NODE = {"description": "A node as KIND:ID, of kind researcher, publication, venue, post, review or tag"}


KINDS = {"description": "Along edges of these kinds alone, with commas between; along all if it is not there"}


class EdgeKindsQuery(ma.Schema):
    """Along which edges."""

    kinds = DelimitedList(ma.fields.Enum(EdgeKind, by_value=True), load_default=list, metadata=KINDS)


class EgoQuery(EdgeKindsQuery):
    """The part around a node."""

    node = ma.fields.String(required=True, metadata=NODE)
    depth = ma.fields.Integer(load_default=1, validate=ma.validate.Range(1, DEEPEST))
    limit = ma.fields.Integer(
        load_default=None,
        validate=ma.validate.Range(1, MOST_NODES),
        metadata={
            "description": f"The most nodes: {MOST_NODES}, or {MOST_ANALYSED} with an analysis, if it is not there"
        },
    )
    wanted = DelimitedList(
        ma.fields.Enum(Analysis, by_value=True),
        data_key="with",
        load_default=list,
        metadata={
            "description": "Attributes of nodes to be computed from this part, as far as you may see it: communities "
            f"(Louvain's method, one seed), centralities; up to {MOST_ANALYSED} nodes"
        },
    )


class PathQuery(EdgeKindsQuery):
    """Two nodes to connect."""

    source = ma.fields.String(required=True, metadata=NODE)
    target = ma.fields.String(required=True, metadata=NODE)


class ExportQuery(EgoQuery):
    """The part around a node, in a format that other tools read."""

    format = ma.fields.String(load_default="node-link", validate=ma.validate.OneOf(["node-link", "graphml", "gexf"]))


class NodeOut(ma.Schema):
    """A node; what is not required is there where it was asked for."""

    id = ma.fields.String(required=True)
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(list(NodeKind)))
    label = ma.fields.String(required=True)
    community = ma.fields.Integer(metadata={"description": "Which community it belongs to, 1 the largest"})
    degree = ma.fields.Integer(metadata={"description": "How many neighbours it has in this part"})
    betweenness = ma.fields.Float(metadata={"description": "Share of shortest paths of others by it, 0 to 1"})
    closeness = ma.fields.Float(metadata={"description": "1 / mean distance to what it reaches, times its share"})
    pagerank = ma.fields.Float(metadata={"description": "Of a random walk along neighbours, damping .85; sum 1"})


class EdgeOut(ma.Schema):
    """A typed edge."""

    source = ma.fields.String(required=True)
    target = ma.fields.String(required=True)
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(list(EdgeKind)))


class KeyedEdgeOut(ma.Schema):
    """A typed edge as NetworkX names its parts."""

    source = ma.fields.String(required=True)
    target = ma.fields.String(required=True)
    key = ma.fields.String(required=True)


class CutOut(ma.Schema):
    """What more there is than was given, and what to do about it."""

    limit = ma.fields.Integer(required=True, metadata={"description": "The limit that was met"})
    of = ma.fields.String(required=True, metadata={"description": "What it is the limit of"}, validate=OF)
    depth = ma.fields.Integer(required=True, metadata={"description": "At which step; what is nearer is all there"})
    left_out = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.Integer(),
        required=True,
        metadata={"description": "Of each kind of node left out at that step, at least how many; chance drew which"},
    )
    advice = ma.fields.String(required=True)


class NodeLinkOut(ma.Schema):
    """A part of the graph as `networkx.node_link_graph(…, edges="edges")` reads it."""

    directed = ma.fields.Boolean(required=True)
    multigraph = ma.fields.Boolean(required=True)
    graph = ma.fields.Dict(required=True, metadata={"description": "`cut`, as text, where it is not the whole part"})
    nodes = ma.fields.List(ma.fields.Nested(NodeOut), required=True)
    edges = ma.fields.List(ma.fields.Nested(KeyedEdgeOut), required=True)


class GraphMeta(ma.Schema):
    """How much there is; `is_cut` when there was more than is given out at once, `cut` says what."""

    n_nodes = ma.fields.Integer(required=True)
    n_edges = ma.fields.Integer(required=True)
    is_cut = ma.fields.Boolean(required=True)
    cut = ma.fields.Nested(CutOut, required=True, allow_none=True)
    betweenness_pivots = ma.fields.Integer(
        metadata={"description": "From how many nodes betweenness is estimated, where this part is too dense for all"}
    )


class GraphOut(ma.Schema):
    """A part of the graph."""

    meta = ma.fields.Nested(GraphMeta, required=True)
    nodes = ma.fields.List(ma.fields.Nested(NodeOut), required=True)
    edges = ma.fields.List(ma.fields.Nested(EdgeOut), required=True)
