"""`criteria=`: the ranking by a reader's own weights, over HTTP."""

import re

import pytest

from tests.api.calls import Caller, publish, review
from tests.api.contract import Contract
from tests.api.fixtures import Join

BAD = {
    "charm:1": "there is no 'charm'; there are: overall, soundness,",
    "soundness:2,": "there is no ''",
    "soundness": "'' is no weight of soundness: that is a number from 0.001 to 1000, or 0",
    "soundness:-1": "'-1' is no weight",
    "soundness:much": "'much' is no weight",
    "soundness:nan": "'nan' is no weight",
    "soundness:inf": "'inf' is no weight",
    "soundness:1e9": "'1e9' is no weight",
    "soundness:0,clarity:0": "all weights are 0",
    "soundness:1,soundness:2": "soundness is given twice",
}


def test_a_reader_ranks_by_their_own_weights_page_by_page(join: Join, visitor: Caller, contract: Contract) -> None:
    rosa, tom = join("rosa"), join("tom")
    titles = {publish(rosa, title=title): title for title in ("sound", "clear", "neither")}
    sound, clear, _ = titles
    review(tom, sound, 5, ratings={"soundness": 5, "clarity": 1}, identity="anonymous")
    review(tom, clear, 5, ratings={"soundness": 1, "clarity": 5})
    (query,) = (
        one for one in contract.operations()[("get", "/api/v1/posts")]["parameters"] if one.get("name") == "criteria"
    )
    example = re.search(r"as in `([^`]+)`", query["description"])[1]
    for reader in (visitor, tom):
        posts = reader.walk(f"/posts?criteria={example}&per_page=1")
        assert [titles[post["id"]] for post in posts] == ["sound", "clear", "neither"]
        assert [titles[post["id"]] for post in reader.walk("/posts?criteria=clarity:3")] == [
            "clear",
            "sound",
            "neither",
        ]
    page = visitor.get(f"/posts?criteria={example}&select=id,criteria_score").json
    assert page["meta"]["reranked"] == 3
    first, *_, last = page["results"]
    assert first["criteria_score"]["by_criterion"].keys() == {"soundness", "clarity"}
    assert first["criteria_score"]["low"] < first["criteria_score"]["value"] < first["criteria_score"]["high"]
    assert last["criteria_score"] is None
    plain = visitor.get("/posts").json
    assert ("reranked" in plain["meta"], {post["criteria_score"] for post in plain["results"]}) == (False, {None})


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_weights_that_are_none_are_refused_by_name(visitor: Caller) -> None:
    for text, wrong in BAD.items():
        detail = visitor.get("/posts", query_string={"criteria": text}, expect=400).json["detail"]
        assert detail.startswith("criteria: ")
        assert wrong in detail
    assert "reranked" not in visitor.get("/posts?criteria=").json["meta"]
    assert visitor.get("/posts?criteria=soundness:1").json["results"] == []
