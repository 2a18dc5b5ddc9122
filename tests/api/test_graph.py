"""The graph over HTTP."""

import io
import json

import networkx as nx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.models import Researcher
from tests.api.calls import Caller, publish, review
from tests.api.fixtures import Join
from tests.factories import PublicationFactory


def test_what_lies_around_a_post(join: Join, visitor: Caller) -> None:
    rosa, tom = join("rosa"), join("tom")
    post = publish(rosa, title="Knees", tags=["MRI"])
    publish(tom)  # noise
    one = review(tom, post)
    around = visitor.get(f"/graph/ego?node=post:{post}").json
    assert {(node["id"], node["kind"], node["label"]) for node in around["nodes"]} == {
        (f"post:{post}", "post", "Knees"),
        (f"researcher:{rosa.id}", "researcher", "Rosa"),
        (f"review:{one}", "review", "review"),
        ("tag:mri", "tag", "MRI"),
    }
    assert {(edge["source"], edge["target"], edge["kind"]) for edge in around["edges"]} == {
        (f"researcher:{rosa.id}", f"post:{post}", "authored"),
        (f"review:{one}", f"post:{post}", "reviews"),
        (f"post:{post}", "tag:mri", "tagged"),
    }
    assert around["meta"] == {"n_nodes": 4, "n_edges": 3, "is_cut": False}
    wider = visitor.get(f"/graph/ego?node=post:{post}&depth=2").json
    assert f"researcher:{tom.id}" in {node["id"] for node in wider["nodes"]}


def test_a_path_leads_from_one_to_the_other(join: Join, visitor: Caller, session: Session) -> None:
    rosa, tom, ann = join("rosa"), join("tom"), join("ann")
    people = {one.handle: one for one in session.scalars(select(Researcher))}
    first = PublicationFactory(by=[people["rosa"], people["tom"]], venue=None).public_id
    session.commit()
    found = visitor.get(f"/graph/path?source=researcher:{rosa.id}&target=researcher:{tom.id}").json
    assert {node["id"] for node in found["nodes"]} == {
        f"researcher:{rosa.id}",
        f"publication:{first}",
        f"researcher:{tom.id}",
    }
    nothing = visitor.get(f"/graph/path?source=researcher:{rosa.id}&target=researcher:{ann.id}").json
    assert (nothing["nodes"], nothing["meta"]["n_edges"]) == ([], 0)


def test_an_export_is_read_by_other_tools(join: Join, visitor: Caller) -> None:
    rosa = join("rosa")
    post = publish(rosa)
    edge = (f"researcher:{rosa.id}", f"post:{post}")
    path = f"/graph/export?node=post:{post}"
    read = {
        "node-link": lambda data: nx.node_link_graph(json.loads(data), edges="edges"),
        "graphml": lambda data: nx.parse_graphml(data.decode(), force_multigraph=True),
        "gexf": lambda data: nx.read_gexf(io.BytesIO(data)),
    }
    for name, parse in read.items():
        answer = visitor.get(f"{path}&format={name}")
        assert answer.mimetype == ("application/json" if name == "node-link" else "application/xml")
        graph = parse(answer.data)
        assert list(graph.edges()) == [edge]
        assert graph.nodes[edge[0]]["label"] == "Rosa"
    visitor.get(f"{path}&format=dot", expect=422)


@pytest.mark.parametrize(
    ("query", "status"),
    [("node=post", 404), ("node=user:x", 422), ("node=post:x", 404), ("", 422), ("node=tag:x&depth=4", 422)],
)
def test_a_node_is_named_by_kind_and_id(visitor: Caller, query: str, status: int) -> None:
    visitor.get(f"/graph/ego?{query}", expect=status)
    visitor.get(f"/graph/export?{query}", expect=status)
