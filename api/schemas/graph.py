"""Shapes of the graph."""

import marshmallow as ma

NODE = {"description": "A node as KIND:ID, of kind researcher, publication, venue, post, review or tag"}


class EgoQuery(ma.Schema):
    """The part around a node."""

    node = ma.fields.String(required=True, metadata=NODE)
    depth = ma.fields.Integer(load_default=1, validate=ma.validate.Range(1, 3))


class PathQuery(ma.Schema):
    """Two nodes to connect."""

    source = ma.fields.String(required=True, metadata=NODE)
    target = ma.fields.String(required=True, metadata=NODE)


class ExportQuery(EgoQuery):
    """The part around a node, in a format that other tools read."""

    format = ma.fields.String(load_default="node-link", validate=ma.validate.OneOf(["node-link", "graphml", "gexf"]))


class NodeOut(ma.Schema):
    """A node."""

    id = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    label = ma.fields.String(required=True)


class EdgeOut(ma.Schema):
    """A typed edge."""

    source = ma.fields.String(required=True)
    target = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)


class KeyedEdgeOut(ma.Schema):
    """A typed edge as NetworkX names its parts."""

    source = ma.fields.String(required=True)
    target = ma.fields.String(required=True)
    key = ma.fields.String(required=True)


class NodeLinkOut(ma.Schema):
    """A part of the graph as `networkx.node_link_graph(…, edges="edges")` reads it."""

    directed = ma.fields.Boolean(required=True)
    multigraph = ma.fields.Boolean(required=True)
    graph = ma.fields.Dict(required=True)
    nodes = ma.fields.List(ma.fields.Nested(NodeOut), required=True)
    edges = ma.fields.List(ma.fields.Nested(KeyedEdgeOut), required=True)


class GraphMeta(ma.Schema):
    """How much there is; `is_cut` when there was more than is given out at once."""

    n_nodes = ma.fields.Integer(required=True)
    n_edges = ma.fields.Integer(required=True)
    is_cut = ma.fields.Boolean(required=True)


class GraphOut(ma.Schema):
    """A part of the graph."""

    meta = ma.fields.Nested(GraphMeta, required=True)
    nodes = ma.fields.List(ma.fields.Nested(NodeOut), required=True)
    edges = ma.fields.List(ma.fields.Nested(EdgeOut), required=True)
