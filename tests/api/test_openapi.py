"""The document: valid, whole, and held to by every answer."""

import re

import pytest
from openapi_spec_validator import validate
from sqlalchemy import Engine

from api.jobs import run_epoch
from tests.api.calls import Caller, draft, publish, review
from tests.api.contract import JSON, Contract, closed
from tests.api.fixtures import Join


def test_the_document_is_valid(contract: Contract) -> None:
    assert contract.document["openapi"].startswith("3.1")
    validate(contract.document)


def test_every_success_is_described(contract: Contract) -> None:
    undescribed = []
    for operation, entry in contract.operations().items():
        successes = {status: one for status, one in entry["responses"].items() if status.startswith("2")}
        assert len(successes) == 1, operation
        for status, one in successes.items():
            if status != "204" and not one.get("content", {}).get(JSON, {}).get("schema"):
                undescribed.append(operation)
    assert undescribed == []


def test_every_operation_says_what_it_does_and_who_may(contract: Contract) -> None:
    for operation, entry in contract.operations().items():
        assert entry["summary"], operation
        assert {"bearer": []} in entry["security"], operation
        assert "401" in entry["responses"], operation


def test_every_field_of_an_answer_has_a_type(contract: Contract) -> None:
    schemas = contract.document["components"]["schemas"]
    untyped = [
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, entry in schema.get("properties", {}).items()
        if not {"type", "$ref", "anyOf", "enum"} & entry.keys()
    ]
    assert untyped == []


def test_the_page_names_no_outside_host(visitor: Caller) -> None:
    page = visitor.get("/docs").get_data(as_text=True)
    assert re.findall(r"(?:https?:)?//[\w.-]+\.\w+", page) == []
    script = re.search(r'src="?([^">]+rapidoc[^">]*)"?', page)[1]
    with visitor.get(script) as answer:
        assert b"rapi-doc" in answer.data


def test_a_checker_that_is_closed_refuses_what_is_not_described() -> None:
    assert closed({"properties": {"a": {"items": {"properties": {}}}}}) == {
        "properties": {"a": {"items": {"properties": {}, "additionalProperties": False}}},
        "additionalProperties": False,
    }


@pytest.fixture
def rosa(join: Join) -> Caller:
    return join("rosa", unverified=True)


@pytest.fixture
def eva(join: Join) -> Caller:
    return join("eva", role="admin", scopes=["read", "write", "review", "admin"])


def test_every_operation_answers_as_described(
    join: Join,
    rosa: Caller,
    eva: Caller,
    visitor: Caller,
    contract: Contract,
    engine: Engine,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One walk through all that there is; the client holds each answer against the document."""
    walk_through_accounts(rosa, visitor, caplog)
    walk_through_publications(rosa, visitor)
    walk_through_posts(rosa, eva, join)
    run_epoch(engine)
    for path in reading(visitor, rosa):
        visitor.get(path)
        rosa.get(path)
    with_body = {
        operation
        for operation, entry in contract.operations().items()
        if any(status.startswith("2") and status != "204" for status in entry["responses"])
    }
    assert with_body - contract.checked == set()


def walk_through_accounts(rosa: Caller, visitor: Caller, caplog: pytest.LogCaptureFixture) -> None:
    key = {"handle": "ines", "password": "a long password"}
    visitor.post("/auth/register", key | {"name": "Ines", "email": "ines@uni.edu"})
    visitor.post("/auth/login", key)
    rosa.get("/auth/me")
    rosa.post("/auth/verify-email", {"email": "rosa@uni.edu"})
    visitor.get(re.search(r"/api\S+token=\S+", caplog.records[-1].getMessage())[0])
    rosa.post("/auth/tokens", {"name": "notebook", "scopes": ["read"]})
    rosa.get("/auth/tokens")
    path = f"/researchers/{rosa.id}"
    affiliation = {"name": "Charité", "ror": "https://ror.org/001w7jn25"}
    rosa.patch(path, {"affiliations": [affiliation]}, headers=rosa.tag_of(path))


def walk_through_publications(rosa: Caller, visitor: Caller) -> None:
    work = {"title": "Livers", "year": 2019, "venue": "Journal of Imaging"}
    old = rosa.post("/publications", work | {"authors": [{"researcher_id": rosa.id}, {"name": "Ines"}]}).json["id"]
    rosa.patch(f"/publications/{old}", {"year": 2018}, headers=rosa.tag_of(f"/publications/{old}"))
    new = rosa.post("/publications", {"title": "Knees", "year": 2021, "references": [old]}).json["id"]
    assert [one["id"] for one in visitor.get(f"/publications/{old}/citations").json["results"]] == [new]
    assert [one["id"] for one in visitor.get(f"/publications/{new}/references").json["results"]] == [old]


def walk_through_posts(rosa: Caller, eva: Caller, join: Join) -> None:
    post = publish(rosa, tags=["MRI"], links=[{"url": "https://example.org"}], authors=[{"name": "Ines"}])
    tom = join("tom")
    signed = review(tom, post, 8, ratings={"clarity": 4}, confidence=4)
    for identity in ("anonymous", "pseudonymous"):
        review(join(), post, 6, identity=identity)
    eva.delete(f"/reviews/{review(eva, post, 6)}")
    rosa.put(f"/reviews/{signed}/response", {"body": "Thanks."})
    tom.patch(f"/reviews/{signed}", {"overall": 9}, headers=tom.tag_of(f"/reviews/{signed}"))
    rosa.patch(f"/posts/{post}", {"title": "Two"}, headers=rosa.tag_of(f"/posts/{post}"))
    case = draft(rosa, kind="case")
    rosa.post(f"/posts/{case}/publish")
    eva.post(f"/posts/{case}/release", {"reason": "Consent is there."})
    rosa.post(f"/posts/{case}/withdraw", {"reason": "An error."})
    eva.get(f"/posts/{case}")
    eva.put(f"/researchers/{tom.id}/verification", {"reason": "Known."})
    tom.post("/tags", {"label": "CT"})
    eva.put("/tags/ct/acceptance")


def reading(visitor: Caller, rosa: Caller) -> list[str]:
    """The address of everything there is to read."""
    first = {
        noun: visitor.get(f"/{noun}").json["results"][0]["id"]
        for noun in ("posts", "publications", "epochs", "reviews")
    }
    post, person = f"/posts/{first['posts']}", f"/researchers/{rosa.id}"
    review_ids = [one["id"] for one in visitor.get(f"{post}/reviews").json["results"]]
    return [
        *(post + part for part in ("", "/versions", "/versions/1", "/score", "/reviews")),
        *(person + part for part in ("", "/reputation", "/collaborators", "/publications", "/posts", "/reviews")),
        *(f"/reviews/{review_id}{part}" for review_id in review_ids for part in ("", "/revisions")),
        *("/researchers", "/researchers/@tom/reviews", "/researchers/@tom/reputation", "/tags", "/tags/mri"),
        *("/forms", "/forms/micro", "/health/live", "/health/ready"),
        *(f"/publications/{first['publications']}", f"/epochs/{first['epochs']}"),
        f"/graph/ego?node=post:{first['posts']}&depth=2",
        f"/graph/path?source=post:{first['posts']}&target=tag:mri",
        f"/graph/export?node=post:{first['posts']}",
    ]
