"""What one reader finds out: every number, text, place in a list and header that the routes give, as numbers.

A field that a route gets later is collected like those that are there now.
"""

import json
from collections import defaultdict
from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.config import PREFIX

KNOWN = {"section", "id", "post"}  # of a line of the export: what other routes tell as well
CENTRALITIES = ("community", "degree", "betweenness", "closeness", "pagerank")
KEPT = 200  # the status of an epoch that can still be exported
Facts = dict[str, dict[str, float]]  # id of a review or a person → name → number
BESIDE = ("value", "low", "high", "n_effective", "value_without_budgeted")  # each share's post


class Reader:
    """Somebody who reads everything, with a token or without."""

    def __init__(self, client: FlaskClient, token: str = "") -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def open(self, path: str) -> TestResponse:
        response = self.client.get(path if path.startswith("http") else PREFIX + path, headers=self.headers)
        assert response.status_code == 200, response.get_data(as_text=True)
        return response

    def walk(self, path: str) -> list[dict[str, Any]]:
        """All pages of a list."""
        entries, cursor = [], "*"
        while cursor:
            page = self.open(f"{path}?per_page=200&cursor={cursor}").json
            entries += page["results"]
            cursor = page["meta"]["next_cursor"]
        return entries


def values(reader: Reader, post_ids: list[str]) -> dict[str, float]:
    """The scores of posts as of now; 0 where there is none."""
    return {post_id: reader.open(f"/posts/{post_id}/score").json["value"] or 0.0 for post_id in post_ids}


def collect(reader: Reader, before: dict[str, float]) -> tuple[Facts, Facts]:
    """Facts of reviews and of people as of now; `before` holds what the posts' scores were."""
    reviews, people = defaultdict[str, dict[str, float]](dict), defaultdict[str, dict[str, float]](dict)
    for place, review in enumerate(reader.walk("/reviews")):
        reviews[review["id"]] |= {"place": place, **numbers("review", review)}
    for post_id, value in before.items():
        _collect_post(reader, post_id, value, reviews)
    _collect_epochs(reader, reviews)
    for place, person in enumerate(reader.walk("/researchers")):
        people[person["id"]] |= {"place": place, **numbers("person", person)}
    return reviews, people


def collect_discussion(reader: Reader, post_ids: list[str], followed_ids: list[str]) -> Facts:
    """Facts of people by what they say of posts under their names, and by whom they follow."""
    people = defaultdict[str, dict[str, float]](dict)
    for post_id in post_ids:
        for place, comment in enumerate(reader.walk(f"/posts/{post_id}/comments")):
            people[comment["author"]["id"]] |= {"comment place": place, **numbers("comment", comment)}
    for researcher_id in followed_ids:
        for place, entry in enumerate(reader.walk(f"/researchers/{researcher_id}/followers")):
            people[entry["researcher"]["id"]] |= {"follow place": place, **numbers("follow", entry)}
    return people


def collect_reputations(reader: Reader, researcher_ids: list[str]) -> Facts:
    """Facts of people by their reputations: the page, the sum of its lines by kind, and every step of the history."""
    people = defaultdict[str, dict[str, float]](dict)
    for one in researcher_ids:
        page, facts = reader.open(f"/researchers/{one}/reputation").json, people[one]
        for line in page["shares"]:
            for name, value in numbers(f"line of {line['kind']}", line).items():
                facts[name] = facts.get(name, 0.0) + value
        facts |= numbers("reputation", page)
        for at, change in enumerate(reversed(reader.walk(f"/researchers/{one}/reputation/history"))):
            facts |= numbers(f"history {at}", change)
    return people


def _collect_post(reader: Reader, post_id: str, before: float, reviews: Facts) -> None:
    score = reader.open(f"/posts/{post_id}/score").json
    beside = {name: float(score[name] or 0.0) for name in BESIDE}
    beside["value moved"] = beside["value"] - before
    for place, share in enumerate(score["shares"]):
        reviews[share["review_id"]] |= {"share place": place, **numbers("share", share), **beside}
    for place, review in enumerate(reader.walk(f"/posts/{post_id}/reviews")):
        reviews[review["id"]]["post place"] = place
    graph = reader.open(f"/graph/export?node=post:{post_id}&with=communities,centralities").json
    for place, node in enumerate(graph["nodes"]):
        if node["kind"] == "review":
            said = sum(node[name] for name in CENTRALITIES)  # one number: what tells reviews apart in any tells here
            reviews[node["id"].partition(":")[2]] |= {"node place": place, "node said": said}
    for place, edge in enumerate(graph["edges"]):
        if edge["key"] == "reviews":
            reviews[edge["source"].partition(":")[2]]["edge place"] = place


def _collect_epochs(reader: Reader, reviews: Facts) -> None:
    """What the public export of the epoch in force says of each review, and why its post moved since the one before."""
    newest, previous = (epoch["id"] for epoch in [*reader.walk("/epochs"), {"id": ""}][:2])
    lines = reader.open(f"/epochs/{newest}/export").get_data(as_text=True).splitlines()
    told = [(place, record) for place, record in enumerate(map(json.loads, lines)) if record["section"] == "review"]
    for place, record in told:
        said = {name: value for name, value in record.items() if name not in KNOWN}
        reviews[record["id"]] |= {"export place": place, **numbers("export", said)}
    if reader.client.get(f"{PREFIX}/epochs/{previous}/export").status_code != KEPT:
        return
    moves, cursor = dict[str, dict[str, float]](), "*"
    while cursor:
        page = reader.open(f"/epochs/{newest}/diff?against={previous}&per_page=200&cursor={cursor}").json
        moves |= {
            move["post_id"]: move["reasons"] | {"place": len(moves) + at} for at, move in enumerate(page["results"])
        }
        cursor = page["meta"]["next_cursor"]
    for _, record in told:
        reviews[record["id"]] |= numbers("moved", moves.get(record["post"], {}))


def tag_of(reader: Reader, review_id: str) -> float:
    """The ETag of a review as a number."""
    return _as_number(reader.open(f"/reviews/{review_id}").headers["ETag"].strip('"'))


def numbers(name: str, thing: Any) -> dict[str, float]:
    """Every leaf of a JSON document as a number, by its path; the order of texts is kept."""
    if isinstance(thing, dict):
        return {path: one for key, value in thing.items() for path, one in numbers(f"{name}.{key}", value).items()}
    if isinstance(thing, list):
        return {name: float(len(thing))}
    return {name: -1.0 if thing is None else _as_number(thing)}


def _as_number(leaf: str | float) -> float:
    if not isinstance(leaf, str):
        return float(leaf)
    try:
        return datetime.fromisoformat(leaf).replace(tzinfo=None).timestamp()
    except ValueError:
        return float(int.from_bytes(leaf.rpartition(" ")[2].encode()[:6].ljust(6, b"\0")))
