"""The lexicon."""

from tests.api.calls import Caller, draft
from tests.api.fixtures import Join

ADMIN = ["read", "admin"]


def test_a_tag_is_proposed_by_anybody_and_accepted_by_an_editor(join: Join, visitor: Caller) -> None:
    tom, eva = join("tom"), join("eva", role="editor", scopes=ADMIN)
    sent = {"label": "Low-field MRI", "description": "Below 1 T.", "synonyms": ["0.55 T"]}
    visitor.post("/tags", sent, expect=401)
    tag = tom.post("/tags", sent, expect=201).json
    assert {name: tag[name] for name in sent} == sent
    assert (tag["name"], tag["status"]) == ("low-field-mri", "proposed")
    assert visitor.get("/tags/low-field-mri").json == tag
    tom.put("/tags/low-field-mri/acceptance", expect=403)
    assert eva.put("/tags/low-field-mri/acceptance").json["status"] == "accepted"
    assert visitor.get("/tags").json["results"][0]["status"] == "accepted"
    eva.put("/tags/nothing/acceptance", expect=404)


def test_a_tag_is_there_once(join: Join) -> None:
    tom = join("tom")
    draft(tom, tags=["MRI"])
    assert tom.post("/tags", {"label": "#mri"}, expect=409).json["errors"].keys() == {"label"}
    assert tom.post("/tags", {"label": "!!"}, expect=422).json["errors"].keys() == {"label"}
    tom.post("/tags", {"label": "Cardiac MRI", "parent": "mri"}, expect=201)
    tom.post("/tags", {"label": "Spine MRI", "parent": "nothing"}, expect=422)


def test_tags_are_listed_by_name(join: Join, visitor: Caller) -> None:
    draft(join(), tags=["zebra", "abdomen", "MRI"])
    assert [tag["name"] for tag in visitor.get("/tags").json["results"]] == ["abdomen", "mri", "zebra"]
    visitor.get("/tags/nothing", expect=404)
