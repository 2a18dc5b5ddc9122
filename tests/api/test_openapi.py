"""The document: valid, whole, and held to by every answer."""

import json
import re
from pathlib import Path

import pytest
from openapi_spec_validator import validate
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.jobs import run_epoch
from scholarnet.models import Epoch, ImportJob, Outcome
from tests.api.calls import Caller, declare, draft, publish, renew, review
from tests.api.contract import JSON, Contract, closed
from tests.api.fixtures import Join
from tests.api.orcid_server import allow, new_orcid
from tests.factories import (
    PASSWORD,
    ClusterEffectFactory,
    ClusterFactory,
    ImportResultFactory,
    PublicationFactory,
    ResearcherFactory,
    ReviewerFitFactory,
)
from tests.media.files import image

SNAPSHOT = Path(__file__).with_name("openapi.json")


def test_the_document_is_valid(contract: Contract) -> None:
    assert contract.document["openapi"].startswith("3.1")
    validate(contract.document)


def test_every_success_is_described(contract: Contract) -> None:
    undescribed = []
    for operation, entry in contract.operations().items():
        successes = {status: one for status, one in entry["responses"].items() if status.startswith("2")}
        assert len(successes.keys() - {"206"}) == 1, operation  # a part of a file beside the whole
        for status, one in successes.items():
            if status != "204" and not any(kind.get("schema") for kind in one.get("content", {}).values()):
                undescribed.append(operation)
    assert undescribed == []


def test_every_operation_says_what_it_does_and_who_may(contract: Contract) -> None:
    for operation, entry in contract.operations().items():
        assert entry["summary"], operation
        assert {"bearer": []} in entry["security"], operation
        assert "401" in entry["responses"], operation


def test_every_way_in_is_described_and_which_one_counts(contract: Contract) -> None:
    schemes = contract.document["components"]["securitySchemes"]
    assert {name: (one["type"], one.get("in")) for name, one in schemes.items()} == {
        "bearer": ("http", None),
        "cookie": ("apiKey", "cookie"),
        "csrf": ("apiKey", "header"),
    }
    assert "If both are sent, the session counts" in contract.document["info"]["description"]
    for (method, path), entry in contract.operations().items():
        cookie = {"cookie": []} if method == "get" else {"cookie": [], "csrf": []}
        assert [way for way in entry["security"] if way] == [{"bearer": []}, cookie], path


def test_the_document_is_the_one_that_was_agreed(contract: Contract) -> None:
    """A change of the contract shows in review; `make openapi` writes the snapshot anew."""
    assert contract.document == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_every_operation_has_a_name_of_its_own(contract: Contract) -> None:
    names = [entry["operationId"] for entry in contract.operations().values()]
    assert len(names) == len(set(names))
    assert contract.document["paths"]["/api/v1/posts"]["post"]["operationId"] == "create_post"


def test_every_error_that_can_come_is_described(contract: Contract) -> None:
    for operation, entry in contract.operations().items():
        method, path = operation
        named = {"401", "429", "500", "503"}
        named |= {"404"} if "{" in path else set()
        named |= {"403"} if {} not in entry["security"] else set()
        named |= {"400", "403", "409", "413", "422"} if method != "get" else set()
        named |= {"415"} if "requestBody" in entry else set()
        named |= {"412", "428"} if method == "patch" else set()
        assert named <= entry["responses"].keys(), operation
    assert "Retry-After" in contract.document["components"]["responses"]["TOO_MANY_REQUESTS"]["headers"]


def test_headers_are_described_where_they_are_read_and_sent(contract: Contract) -> None:
    def headers_of(method: str, path: str) -> set[str]:
        entry = contract.document["paths"][f"/api/v1{path}"][method]
        asked = {one["name"] for one in entry.get("parameters", []) if one["in"] == "header"}
        return asked | {name for one in entry["responses"].values() for name in one.get("headers", {})}

    assert headers_of("get", "/posts") == {"Link"}
    assert headers_of("get", "/posts/{post_id}") == {"If-None-Match", "ETag"}
    assert headers_of("post", "/posts") == {"Idempotency-Key", "Idempotency-Replayed"}
    assert headers_of("patch", "/posts/{post_id}") == {"If-Match", "ETag", "Idempotency-Key", "Idempotency-Replayed"}
    assert headers_of("post", "/auth/login") == set()
    assert "304" in contract.document["paths"]["/api/v1/posts/{post_id}"]["get"]["responses"]


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
    session: Session,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One walk through all that there is; the client holds each answer against the document."""
    walk_through_accounts(rosa, visitor, caplog)
    walk_through_publications(rosa, visitor)
    walk_through_imports(rosa, session)
    walk_through_merges(rosa, eva, visitor)
    walk_through_posts(rosa, eva, join)
    walk_through_attachments(rosa)
    walk_through_epochs(rosa, eva, engine)
    walk_through_clusters(rosa, eva, session)
    walk_through_marks(rosa, eva, visitor)
    walk_through_discussion(rosa, eva)
    walk_through_claims(rosa, eva)
    for path in reading(visitor, rosa):
        visitor.get(path)
        rosa.get(path)
    with_body = {
        operation
        for operation, entry in contract.operations().items()
        if any(JSON in one.get("content", {}) for status, one in entry["responses"].items() if status.startswith("2"))
    }
    assert with_body - contract.checked == set()


def walk_through_accounts(rosa: Caller, visitor: Caller, caplog: pytest.LogCaptureFixture) -> None:
    key = {"handle": "ines", "password": "a long password"}
    visitor.post("/auth/register", key | {"name": "Ines", "email": "ines@uni.edu"})
    visitor.post("/auth/login", key)
    rosa.get("/auth/me")
    visitor.post("/auth/password-reset", {"handle": "ines"})
    rosa.post("/auth/verify-email", {})
    visitor.get(re.search(r"/api\S+token=\S+", caplog.records[-1].getMessage())[0])
    rosa.post("/auth/tokens", {"name": "notebook", "scopes": ["read"]})
    rosa.get("/auth/tokens")
    rosa.get("/auth/sessions")
    rosa.post("/auth/email", {"email": "rosa@charite.ac.uk", "password": PASSWORD})
    (link,) = re.findall(r"/api\S+email\?token=\S+", caplog.text)[-1:]
    visitor.get(link)
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


def walk_through_imports(rosa: Caller, session: Session) -> None:
    path = "/imports/" + rosa.post("/imports", {"source": "crossref", "query": "10.1000/1"}).json["id"]
    job = session.scalars(select(ImportJob)).one()
    ImportResultFactory(job_id=job.id)
    ImportResultFactory(job_id=job.id, publication_id=PublicationFactory().id, outcome=Outcome.ADDED)
    session.commit()
    for one in ("/imports", path, f"{path}/results"):
        rosa.get(one)
    rosa.delete(path)


def walk_through_merges(rosa: Caller, eva: Caller, visitor: Caller) -> None:
    post, work = publish(rosa), {"title": "Hips", "year": 2020}
    one, other = (rosa.post("/publications", work).json["id"] for _ in range(2))
    rosa.put(f"/posts/{post}/publication", {"publication_id": other})
    assert visitor.get(f"/publications/{one}/duplicates").json["results"][0]["publication"]["id"] == other
    assert len(eva.get("/publication-duplicates").json["results"]) == 1
    merge = rosa.post(f"/publications/{one}/merges", {"duplicate_id": other}).json["id"]
    visitor.get(f"/publications/{one}/merges")
    rosa.delete(f"/publications/{one}/merges/{merge}")
    rosa.delete(f"/posts/{post}/publication")


def walk_through_posts(rosa: Caller, eva: Caller, join: Join) -> None:
    post = publish(rosa, tags=["MRI"], links=[{"url": "https://example.org"}], authors=[{"name": "Ines"}])
    tom = join("tom")
    signed = review(tom, post, 8, ratings={"clarity": 4}, confidence=4)
    for identity in ("anonymous", "pseudonymous"):
        review(join(), post, 6, identity=identity)
    eva.delete(f"/reviews/{review(eva, post, 6)}")
    lea = join()
    lea.put(f"/posts/{post}/review-draft", {"overall": 6})
    lea.get(f"/posts/{post}/review-draft")
    lea.get("/review-drafts")
    lea.post(f"/reviews/{review(lea, post, 6, identity='anonymous')}/reveal")
    rosa.put(f"/reviews/{signed}/response", {"body": "Thanks."})
    tom.patch(f"/reviews/{signed}", {"overall": 9}, headers=tom.tag_of(f"/reviews/{signed}"))
    eva.put(f"/posts/{post}/decision", {"decision": "accepted", "reason": "A landmark."})
    rosa.patch(f"/posts/{post}", {"title": "Two"}, headers=rosa.tag_of(f"/posts/{post}"))
    renew(rosa, post, title="Two")
    rosa.put(f"/reviews/{signed}/addressed")
    rosa.delete(f"/reviews/{signed}/addressed")
    rosa.put(f"/reviews/{signed}/addressed")
    tom.put(f"/reviews/{signed}/addressed/answer", {"agrees": True})
    walk_through_invitations(rosa, join("ada"), eva, post)
    case = draft(rosa, kind="case")
    declare(rosa, case)
    rosa.get(f"/posts/{case}/declaration")
    rosa.post(f"/posts/{case}/publish")
    eva.get("/moderation")
    eva.post(f"/posts/{case}/return", {"reason": "A face."})
    rosa.post(f"/posts/{case}/publish")
    eva.post(f"/posts/{case}/release", {"reason": "Consent is there."})
    rosa.get(f"/posts/{case}/moderation")
    rosa.post(f"/posts/{case}/withdraw", {"reason": "An error."})
    eva.get(f"/posts/{case}")
    eva.put(f"/researchers/{tom.id}/verification", {"reason": "Known."})
    tom.post("/tags", {"label": "CT"})
    eva.put("/tags/ct/acceptance")


def walk_through_invitations(rosa: Caller, ada: Caller, eva: Caller, post: str) -> None:
    invitation = rosa.post(f"/posts/{post}/invitations", {"researcher_id": ada.id}).json["id"]
    rosa.get(f"/posts/{post}/invitations")
    ada.get("/invitations")
    ada.get(f"/invitations/{invitation}")
    ada.post(f"/invitations/{invitation}/accept", {})
    ada.post(f"/invitations/{invitation}/decline", {"reason": "No time.", "tells_inviter": True})
    eva.get(f"/researchers/{ada.id}/load")
    eva.get(f"/posts/{post}/suggested-reviewers?per_page=50")
    rosa.get(f"/posts/{post}/suggested-reviewers")
    rosa.get("/experts?topic=dose")


def walk_through_epochs(rosa: Caller, eva: Caller, engine: Engine) -> None:
    first = run_epoch(engine).public_id
    review(eva, publish(rosa), 3)
    last = run_epoch(engine).public_id
    rosa.get(f"/epochs/{last}/export")
    eva.get(f"/epochs/{last}/operators-export")
    rosa.get(f"/epochs/{last}/diff?against={first}")


def walk_through_clusters(rosa: Caller, eva: Caller, session: Session) -> None:
    cluster = ClusterFactory()
    ReviewerFitFactory(epoch_id=cluster.epoch_id, researcher_id=ResearcherFactory().id, cluster_id=cluster.id)
    ClusterEffectFactory(cluster_id=cluster.id)
    cluster_id, epoch_id = cluster.public_id, session.get(Epoch, cluster.epoch_id).public_id
    session.commit()
    eva.put(f"/clusters/{cluster_id}/ruling", {"budget": 3, "reason": "A lab."})
    eva.get(f"/epochs/{epoch_id}/clusters")
    eva.get("/epochs/runs")
    eva.put(f"/researchers/{rosa.id}/vouch", {"reason": "Known."})
    rosa.get("/auth/me")


def walk_through_marks(rosa: Caller, eva: Caller, visitor: Caller) -> None:
    post = publish(rosa, tags=["MRI"])
    eva.put(f"/posts/{post}/recommendation")
    eva.put(f"/posts/{post}/save")
    visitor.post(f"/posts/{post}/reads")
    visitor.get(f"/posts/{post}/recommendations")
    eva.get("/auth/saved")
    eva.get("/trends?window=90&per_page=50")
    eva.delete(f"/posts/{post}/recommendation")
    eva.delete(f"/posts/{post}/save")


def walk_through_discussion(rosa: Caller, eva: Caller) -> None:
    eva.put(f"/researchers/{rosa.id}/follow")
    eva.get(f"/researchers/{rosa.id}/followers")
    eva.get(f"/researchers/{eva.id}/following")
    eva.delete(f"/researchers/{rosa.id}/follow")
    question = publish(rosa, kind="question")
    vote = f"/reviews/{review(eva, question)}/vote"
    rosa.put(vote, {"is_helpful": True})
    rosa.get(vote)
    rosa.delete(vote)
    comments = f"/posts/{question}/comments"
    comment = eva.post(comments, {"body": "By the coil."}).json["id"]
    rosa.post(comments, {"body": "Which?", "parent_id": comment})
    rosa.put(f"/posts/{question}/accepted-answer", {"comment_id": comment})
    eva.get(comments)
    path = f"/comments/{comment}"
    eva.patch(path, {"body": "By the knee coil."}, headers=eva.tag_of(path))
    rosa.delete(f"/posts/{question}/accepted-answer")
    eva.delete(path)


def walk_through_claims(rosa: Caller, eva: Caller) -> None:
    rosa.get(allow(rosa.post("/auth/orcid").json["url"], new_orcid()))
    people = [{"name": "Rosa"}, {"name": "Ines"}]
    work = eva.post("/publications", {"title": "Hips", "year": 2020, "venue": "Joints", "authors": people}).json
    claim = rosa.post(f"/publications/{work['id']}/claims", {"position": 1}).json["id"]
    rosa.get(f"/claims/{claim}")
    rosa.get("/claims")
    eva.put(f"/claims/{claim}/decision", {"accepts": True, "reason": "Known."})
    other = eva.post("/publications", {"title": "Hip", "year": 2021, "venue": "Joints", "authors": people}).json
    rosa.post(f"/researchers/{other['authors'][0]['id']}/claim", {})
    assert rosa.get(f"/researchers/{rosa.id}/duplicates").json["results"]
    eva.post(f"/researchers/{rosa.id}/merges", {"duplicate_id": other["authors"][0]["id"], "reason": "Known."})
    rosa.get(f"/researchers/{rosa.id}/merges")


def walk_through_attachments(rosa: Caller) -> None:
    path = f"/posts/{draft(rosa)}/attachments"
    for name, content in {"knees.json": b"[40]", "scan.png": image("PNG")}.items():
        one = f"{path}/{rosa.post(f'{path}?name={name}', data=content).json['id']}"
        rosa.get(one)
        rosa.get(f"{one}/content")
    rosa.get(f"{one}/thumbnail")
    rosa.get(path)
    rosa.delete(one)


def reading(visitor: Caller, rosa: Caller) -> list[str]:
    """The address of everything there is to read."""
    first = {
        noun: visitor.get(f"/{noun}").json["results"][0]["id"]
        for noun in ("posts", "publications", "venues", "epochs", "reviews")
    }
    post, person = f"/posts/{first['posts']}", f"/researchers/{rosa.id}"
    review_ids = [one["id"] for one in visitor.get(f"{post}/reviews").json["results"]]
    return [
        *(post + part for part in ("", "/versions", "/versions/1", "/score", "/history", "/reviews")),
        *(post + part for part in ("", "/versions", "/versions/1", "/score", "/score?version=1", "/reviews")),
        *(
            person + part
            for part in (
                "",
                "/reputation",
                "/reputation/history",
                "/metrics",
                "/collaborators",
                "/suggested-collaborators",
                "/publications",
                "/posts",
                "/reviews",
                "/vouches",
            )
        ),
        *(f"/reviews/{review_id}{part}" for review_id in review_ids for part in ("", "/revisions")),
        *("/researchers", "/researchers/@tom/reviews", "/researchers/@tom/reputation", "/tags", "/tags/mri"),
        *("/forms", "/forms/micro", "/styles", "/health/live", "/health/ready"),
        *(f"/publications/{first['publications']}{part}" for part in ("", "/metrics")),
        *("/venues", f"/venues/{first['venues']}", f"/epochs/{first['epochs']}"),
        f"/graph/ego?node=post:{first['posts']}&depth=2&with=communities,centralities",
        f"/graph/ego?node=post:{first['posts']}&limit=2",
        f"/graph/path?source=post:{first['posts']}&target=tag:mri",
        f"/graph/export?node=post:{first['posts']}&with=communities,centralities",
    ]
