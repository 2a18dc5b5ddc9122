"""An integrator reads all of it, in step, with one token and standard means."""

import json
from math import sqrt

import networkx as nx
import pytest
from sqlalchemy import Engine

from api.jobs import run_epoch
from tests.api.calls import publish, review
from tests.api.fixtures import Join


def test_an_integrator_reads_everything_and_stays_in_step(join: Join, engine: Engine) -> None:
    rosa, tom = join("rosa"), join("tom")
    posts = [publish(rosa, title=f"Study {n}", tags=["MRI"], kind="blog" if n % 2 else "preprint") for n in range(7)]
    reviews = {review(tom, post) for post in posts[:5]}

    # The integrator makes a token that can only read, and learns it this once.
    made = join("ines").post("/auth/tokens", {"name": "mirror", "scopes": ["read"]}, expect=201).json
    robot = join("robot")
    robot.token = made["token"]

    # All operations are in one document, which says what each answers.
    document = robot.get("/openapi.json").json
    assert document["openapi"].startswith("3.1")

    # With a cursor through all posts, newest first: every one once, and the last page says that it is the last.
    cursor, seen = "*", []
    while cursor:
        page = robot.get(f"/posts?sort=new&per_page=3&cursor={cursor}").json
        seen += [post["id"] for post in page["results"]]
        cursor = page["meta"]["next_cursor"]
    assert seen == posts[::-1]

    # The Link header leads the same way; filters narrow it.
    assert [post["id"] for post in robot.walk("/posts?sort=new&per_page=2&filter=kind:!blog,tag:mri")] == posts[::-2]
    assert {one["id"] for one in robot.walk("/reviews?per_page=2")} == reviews

    # There is no offset, and an unknown filter is refused with the names of those that there are.
    assert "offset" in robot.get("/posts?offset=20", expect=422).json["errors"]
    assert "updated_at" in robot.get("/posts?filter=changed:>2026-01-01", expect=400).json["detail"]

    # What has not changed costs nothing.
    path = f"/posts/{posts[0]}"
    known = {"If-None-Match": robot.get(path).headers["ETag"]}
    assert robot.get(path, headers=known).status_code == 304
    review(join("ann"), posts[0], 3)
    assert robot.get(path, headers=known).json["score"]["n_reviews"] == 2

    # What is taken back leaves a tombstone, and drops out of the ranking.
    rosa.post(f"/posts/{posts[6]}/withdraw", {"reason": "An error."})
    assert robot.get(f"/posts/{posts[6]}").json["status"] == "withdrawn"
    assert posts[6] not in {post["id"] for post in robot.walk("/posts")}

    # Every score names the epoch it rests on, and epochs have hashes by which a mirror can check itself.
    run_epoch(engine)
    epochs = robot.get("/epochs").json["results"]
    assert [epoch["n_reviews"] for epoch in epochs] == [6, 0]
    assert robot.get(f"{path}/score").json["epoch"] == epochs[0]["id"]
    assert robot.get(f"/epochs/{epochs[0]['id']}").json["hash"] == epochs[0]["hash"]

    # She trusts nobody: from the public export she computes a score again, with nothing but arithmetic.
    lines = robot.get(f"/epochs/{epochs[0]['id']}/export").get_data(as_text=True).splitlines()
    head, *told = map(json.loads, lines)
    post = next(one for one in told if one.get("id") == posts[0])
    said = [(one["x"], sqrt(one["p"]), one["phi"]) for one in told if one.get("post") == posts[0]]
    model, one_theta = head["population"]["model"], 2.0**32
    c = model["parameters"]["huber_c"]
    low, high = -(2**38), 2**38
    while low < high:
        k = (low + high) // 2
        pulls = [max(-c, min(c, (x - k / one_theta) * root)) * (phi * root) for x, root, phi in said]
        low, high = (low, k) if k - sum(round(pull * one_theta) for pull in pulls) >= 0 else (k + 1, high)
    assert low == post["theta_k"]
    spread, form = model["standards"]["sd"][0][0] * model["abar"], (1 + 9 * model["standards"]["mean"][0][0])
    assert form + 9 * spread * low / one_theta == pytest.approx(post["value"], abs=1e-12)
    assert robot.get(f"{path}/score").json["value"] == post["value"]

    # What moved since the epoch before is told with its reasons, and they add up.
    review(join("bea"), posts[0], 10)
    last = run_epoch(engine).public_id
    moves = robot.walk(f"/epochs/{last}/diff?against={epochs[0]['id']}")
    assert moves[0]["post_id"] == posts[0]
    assert moves[0]["reasons"]["reviews"] > 0
    assert all(sum(move["reasons"].values()) == move["move"] for move in moves)

    # The graph comes in a format that other tools read.
    exported = robot.get(f"/graph/export?node=post:{posts[0]}&format=graphml")
    graph = nx.parse_graphml(exported.get_data(as_text=True), force_multigraph=True)
    assert {data["kind"] for _, data in graph.nodes(data=True)} == {"post", "researcher", "review", "tag"}
    assert graph.has_edge(f"researcher:{rosa.id}", f"post:{posts[0]}")

    # The token does no more than it was made for, and nothing once it is revoked.
    robot.post("/posts", {"kind": "blog", "title": "T", "abstract": "A"}, expect=403)
    robot.post(f"{path}/reviews", {"overall": 1, "body": "No."}, expect=403)
    robot.delete(f"/auth/tokens/{made['id']}", expect=403)
    owner = join("owner")
    owner.delete(f"/auth/tokens/{made['id']}", expect=404)
