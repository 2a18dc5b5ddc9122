"""The filters, orders and selected fields of the lists beside the ranking."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from scholarnet.models import Identity, PublicationType, Role, Verification
from tests.api.calls import Caller, publish, review
from tests.api.contract import Contract
from tests.api.fixtures import Join
from tests.factories import PostFactory, PublicationFactory, ResearcherFactory, ReviewFactory, VenueFactory

DAY = datetime(2026, 3, 5, 15, 30, tzinfo=UTC)


def found(visitor: Caller, path: str, **query: Any) -> list[str]:
    entries = visitor.get(path, query_string=query).json["results"]
    return [one["id"] for one in entries]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("identity:signed", "a"),
        ("identity:!signed", "b"),
        ("overall:>8", "b"),
        ("overall:>=7,overall:<9", "a"),
        ("overall:!7", "b"),
        ("version:1", "abw"),
        ("kind:preprint", "abw"),
        ("recommendation:accept", ""),
        ("updated_on:2026-03-05", "bw"),
        ("updated_on:>2026-03-05", ""),
        ("updated_on:>=2026-03-05", "bw"),
        ("updated_on:<2026-03-05", "a"),
        ("updated_on:<=2026-03-05", "abw"),
        ("updated_on:>2026-03-04,identity:anonymous", "b"),
    ],
)
def test_reviews_are_filtered_by_the_day_and_not_by_what_a_tombstone_said(
    visitor: Caller, session: Session, text: str, wanted: str
) -> None:
    post = PostFactory()
    rows = {
        "a": ReviewFactory(post=post, overall=7, updated_at=datetime(2026, 3, 4, 23, 59, tzinfo=UTC)),
        "b": ReviewFactory(post=post, overall=9, identity=Identity.ANONYMOUS, updated_at=DAY),
        "w": ReviewFactory(post=post, overall=7, updated_at=DAY, withdrawn_at=DAY),
    }
    ReviewFactory(updated_at=DAY)  # noise: of another post
    session.commit()
    names = {row.public_id: name for name, row in rows.items()}
    seen = found(visitor, "/reviews", filter=f"post:{post.public_id},{text}")
    # What is not so of a tombstone is not asked: it says nothing, either way.
    assert {names[one] for one in seen} == set(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("field:radiology", "a"),
        ("field:radiology|pathology", "ab"),
        ("field:radio", ""),
        ("role:editor", "b"),
        ("is_verified:true", "a"),
        ("is_verified:false", "b"),
        ("is_verified:!true", "b"),
        ("orcid:0000-0002-1825-009x", "a"),
        ("created_at:>=2026-03-05T15:30:00Z", "b"),
    ],
)
def test_researchers_are_filtered(visitor: Caller, session: Session, text: str, wanted: str) -> None:
    one = {"created_at": datetime(2026, 3, 1, tzinfo=UTC), "orcid": "0000-0002-1825-009X"}
    a = ResearcherFactory(fields=["mri", "radiology"], verification=Verification.EDITOR, **one)
    b = ResearcherFactory(fields=["pathology"], verification=Verification.NONE, role=Role.EDITOR, created_at=DAY)
    session.commit()
    names = {a.public_id: "a", b.public_id: "b"}
    assert {names[one] for one in found(visitor, "/researchers", filter=text)} == set(wanted)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({"filter": "year:>=2020,year:<2025"}, "a"),
        ({"filter": "type:dataset"}, "b"),
        ({"filter": 'venue:"Radiology, Today"'}, "a"),
        ({"filter": "field:imaging"}, "b"),
        ({"filter": "doi:10.1000/ABC"}, "a"),
        ({"filter": "doi:10.1000/merged"}, "b"),
        ({"filter": "doi:!10.1000/merged"}, "a"),
        ({"filter": "updated_at:>2026-03-05"}, "b"),
        ({"sort": "year"}, "ba"),
        ({"sort": "-year"}, "ab"),
        ({"sort": "cited"}, "ab"),
        ({"sort": "-cited"}, "ba"),
        ({"sort": "-new"}, "ab"),
    ],
)
def test_publications_are_filtered_and_ordered(
    visitor: Caller, session: Session, query: dict[str, str], wanted: str
) -> None:
    early = datetime(2026, 3, 1, tzinfo=UTC)
    venue = VenueFactory(name="Radiology, Today")
    kinds = {"type": PublicationType.DATASET, "field": "imaging"}
    a = PublicationFactory(
        year=2024, venue=venue, doi="10.1000/abc", citation_count=9, created_at=early, updated_at=early
    )
    b = PublicationFactory(year=2025, citation_count=2, created_at=DAY, updated_at=DAY, **kinds)
    PublicationFactory(doi="10.1000/merged", merged_into_id=b.id, updated_at=early)
    session.commit()
    names = {a.public_id: "a", b.public_id: "b"}
    assert [names[one] for one in found(visitor, "/publications", **query)] == list(wanted)


@pytest.mark.parametrize(
    ("path", "query", "names"),
    [
        ("/reviews", {"filter": "updated_at:>2026-01-01"}, ["updated_on", "identity"]),
        ("/reviews", {"filter": "updated_on:2026-01-01T10:00"}, ["updated_on"]),
        ("/reviews", {"filter": "updated_on:9999-12-31"}, ["updated_on"]),
        ("/reviews", {"sort": "best"}, ["new, -new"]),
        ("/researchers", {"filter": "is_verified:yes"}, ["true, false"]),
        ("/researchers", {"filter": "email:a@b.edu"}, ["orcid", "role"]),
        ("/publications", {"sort": "best"}, ["year", "-cited"]),
        ("/publications", {"filter": "year:99999999999999999999"}, ["year"]),
        ("/tags", {"select": "id"}, ["name", "label"]),
    ],
)
def test_a_list_refuses_by_name(visitor: Caller, path: str, query: dict[str, str], names: list[str]) -> None:
    detail = visitor.get(path, query_string=query, expect=400).json["detail"]
    assert [name for name in names if name not in detail] == []


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/posts", "id,title,score"),
        ("/posts/{post}/reviews", "id,reviewer"),
        ("/posts/{post}/invitations", "status,id"),
        ("/reviews", "id,is_withdrawn"),
        ("/researchers", "id,fields"),
        ("/researchers/{rosa}/posts", "title"),
        ("/researchers/{rosa}/publications", "id,authors"),
        ("/researchers/@tom/reviews", "id,overall"),
        ("/publications", "title,venue"),
        ("/publications/{old}/citations", "id"),
        ("/publications/{new}/references", "title,year"),
        ("/tags", "name"),
        ("/epochs", "hash"),
        ("/auth/tokens", "name,scopes"),
    ],
)
def test_an_entry_has_the_selected_fields_alone(join: Join, session: Session, path: str, fields: str) -> None:
    rosa, tom = join("rosa"), join("tom")
    post = publish(rosa, tags=["mri"])
    review(tom, post)
    rosa.post(f"/posts/{post}/invitations", {"researcher_id": join("ada").id})
    old = rosa.post("/publications", {"title": "Livers", "year": 2019}).json["id"]
    new = rosa.post("/publications", {"title": "Knees", "year": 2021, "references": [old]}).json["id"]
    ReviewFactory(withdrawn_at=DAY, created_on=date(2026, 3, 5))
    session.commit()
    path = path.format(post=post, rosa=rosa.id, old=old, new=new)
    whole = rosa.get(path, query_string={"per_page": 200}).json
    chosen = rosa.get(path, query_string={"per_page": 200, "select": fields}).json
    assert chosen["meta"] == whole["meta"]
    assert whole["results"]
    assert chosen["results"] == [{name: one[name] for name in fields.split(",")} for one in whole["results"]]


def test_every_page_takes_select_and_requires_no_field_of_an_entry(contract: Contract) -> None:
    schemas = contract.document["components"]["schemas"]
    pages = {f"#/components/schemas/{name}" for name in schemas if name.endswith("Page")}
    listing = {}
    for operation, entry in contract.operations().items():
        content = entry["responses"].get("200", {}).get("content", {}).get("application/json", {})
        if content.get("schema", {}).get("$ref") in pages:
            listing[operation] = {one["name"] for one in entry["parameters"] if one["in"] == "query"}
    assert len(listing) >= 17
    assert [operation for operation, names in listing.items() if not names >= {"select", "cursor", "per_page"}] == []
    entries = {schemas[page.rpartition("/")[2]]["properties"]["results"]["items"]["$ref"] for page in pages}
    assert [name for name in entries if "required" in schemas[name.rpartition("/")[2]]] == []
    assert schemas["ReviewOut"]["required"]  # one thing is shown whole


def test_the_lists_of_a_thing_are_filtered_and_ordered_as_the_whole_list(join: Join) -> None:
    rosa, tom = join("rosa"), join("tom")
    posts = [publish(rosa), publish(rosa, kind="blog")]
    reviews = [review(tom, post, overall) for post, overall in zip(posts, (3, 9), strict=True)]
    review(join(), posts[1], 2)
    works = [rosa.post("/publications", {"title": f"Of {year}", "year": year}).json["id"] for year in (2019, 2021)]
    new = rosa.post("/publications", {"title": "Both", "year": 2022, "references": works}).json["id"]
    assert found(rosa, f"/posts/{posts[1]}/reviews", filter="overall:>5") == [reviews[1]]
    assert found(rosa, f"/researchers/{tom.id}/reviews", filter="kind:blog") == [reviews[1]]
    assert found(rosa, f"/researchers/{rosa.id}/publications", filter="year:<2022", sort="-year") == works
    assert found(rosa, f"/publications/{new}/references", search="2021") == [works[1]]
    assert found(rosa, f"/publications/{works[0]}/citations", filter="year:2022") == [new]
    assert found(rosa, f"/publications/{works[0]}/citations", filter="year:2021") == []
