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
    assert around["meta"] == {"n_nodes": 4, "n_edges": 3, "is_cut": False, "cut": None}
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


def test_a_part_is_analysed_when_asked_for(join: Join, visitor: Caller) -> None:
    rosa = join("rosa")
    post = publish(rosa, tags=["MRI"])
    path = f"/graph/ego?node=post:{post}"
    around = {node["id"]: node for node in visitor.get(f"{path}&with=communities,centralities").json["nodes"]}
    assert len(around) == 3  # a star: rosa and the tag touch the post alone
    middle, leaf = around[f"post:{post}"], around["tag:mri"]
    assert (middle["degree"], middle["betweenness"], middle["closeness"], middle["community"]) == (2, 1.0, 1.0, 1)
    assert (leaf["degree"], leaf["betweenness"], leaf["closeness"]) == (1, 0.0, round(2 / 3, 9))
    # A leaf has x = .05 + .85·m/2 and the middle m = .05 + .85·2x.
    assert middle["pagerank"] == pytest.approx((0.05 + 1.7 * 0.05) / (1 - 0.85**2), abs=1e-8)
    exported = visitor.get(f"/graph/export?node=post:{post}&with=centralities&format=graphml")
    assert nx.parse_graphml(exported.text, force_multigraph=True).nodes["tag:mri"]["degree"] == 1
    visitor.get(f"{path}&with=communities&limit=300")
    assert "limit" in visitor.get(f"{path}&with=communities&limit=301", expect=422).json["errors"]


def test_a_cut_says_what_was_left_out_and_what_to_do(join: Join, visitor: Caller) -> None:
    rosa = join("rosa")
    post = publish(rosa, tags=["MRI", "Knee", "Coil"])
    meta = visitor.get(f"/graph/ego?node=post:{post}&kinds=tagged&limit=2").json["meta"]
    advice = meta["cut"].pop("advice")
    assert meta["cut"] == {"limit": 2, "of": "nodes", "depth": 1, "left_out": {"tag": 2}}
    assert (meta["n_nodes"], meta["is_cut"]) == (2, True)
    assert "at least 2 of kind tag were left out" in advice
    assert "`kinds`" in advice
    exported = visitor.get(f"/graph/export?node=post:{post}&limit=2&format=graphml").text
    assert nx.parse_graphml(exported, force_multigraph=True).graph["cut"].startswith("The limit of 2 nodes was met")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("node=tag:x&kinds=loves", 422),
        ("node=tag:x&limit=0", 422),
        ("node=tag:x&limit=1001", 422),
        ("node=tag:x&with=x", 422),
        ("node=post", 404),
        ("node=user:x", 422),
        ("node=post:x", 404),
        ("", 422),
        ("node=tag:x&depth=4", 422),
    ],
)
def test_a_node_is_named_by_kind_and_id(visitor: Caller, query: str, status: int) -> None:
    visitor.get(f"/graph/ego?{query}", expect=status)
    visitor.get(f"/graph/export?{query}", expect=status)
