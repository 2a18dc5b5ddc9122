"""Publications and their citations."""

import json

import pytest

from scholarnet import cursors
from tests.api.calls import Caller
from tests.api.fixtures import Join

WORK = {"title": "Diffusion-weighted imaging of the liver", "year": 2019}


def add(person: Caller, **content: object) -> str:
    return person.post("/publications", WORK | content, expect=201).json["id"]


def test_a_publication_is_what_was_sent(join: Join, visitor: Caller) -> None:
    rosa, tom = join("rosa"), join("tom")
    sent = WORK | {
        "type": "proceedings",
        "abstract": "Twenty livers.",
        "field": "radiology",
        "doi": "https://doi.org/10.1000/ABC",
        "venue": "Journal of Imaging",
        "authors": [
            {"researcher_id": tom.id, "roles": ["software"]},
            {"name": "Josiah Carberry", "orcid": "0000-0002-1825-0097"},
        ],
    }
    work = rosa.post("/publications", sent, expect=201).json
    assert {name: work[name] for name in ("title", "year", "type", "abstract", "field", "venue")} == {
        name: sent[name] for name in ("title", "year", "type", "abstract", "field", "venue")
    }
    assert (work["doi"], work["citation_count"]) == ("10.1000/abc", 0)
    assert [(one["name"], one["roles"]) for one in work["authors"]] == [("Tom", ["software"]), ("Josiah Carberry", [])]
    assert visitor.get(f"/publications/{work['id']}").json == work
    assert visitor.get("/publications").json["results"] == [work]
    same = rosa.post("/publications", WORK | {"authors": sent["authors"][1:]}, expect=201).json
    assert same["authors"][0]["id"] == work["authors"][1]["id"]  # one iD is one person


def test_a_publication_without_authors_is_the_callers(join: Join) -> None:
    rosa = join("rosa")
    assert [one["id"] for one in rosa.post("/publications", WORK, expect=201).json["authors"]] == [rosa.id]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("year", 1399),
        ("year", 2999),
        ("year", 10**30),
        ("doi", "10/x"),
        ("type", "tweet"),
        ("title", ""),
        ("authors", [{"researcher_id": "0000000000000"}]),
        ("authors", [{}]),
        ("citation_count", 500),
    ],
)
def test_a_publication_is_refused_when_a_field_is_wrong(join: Join, field: str, value: object) -> None:
    assert join().post("/publications", WORK | {field: value}, expect=422).json["errors"].keys() == {field}


def test_a_doi_is_entered_once(join: Join) -> None:
    rosa = join("rosa")
    add(rosa, doi="10.1000/abc")
    other = f"/publications/{add(rosa, doi='10.1000/xyz')}"
    rosa.post("/publications", WORK | {"doi": "doi:10.1000/ABC"}, expect=409)
    rosa.patch(other, {"doi": "10.1000/abc"}, headers=rosa.tag_of(other), expect=409)
    rosa.patch(other, {"doi": "10.1000/XYZ"}, headers=rosa.tag_of(other))


def test_a_publication_is_changed_by_its_authors_and_editors(join: Join, visitor: Caller) -> None:
    rosa, tom, eva = join("rosa"), join("tom"), join("eva", role="editor")
    path = f"/publications/{add(rosa)}"
    rosa.patch(path, {"year": 2020}, expect=428)
    tag = rosa.tag_of(path)
    rosa.patch(path, {"year": 2020}, headers=tag)
    rosa.patch(path, {"year": 2021}, headers=tag, expect=412)
    tom.patch(path, {"year": 2021}, headers=tom.tag_of(path), expect=403)
    eva.patch(path, {"venue": "Radiology Letters"}, headers=eva.tag_of(path))
    assert (visitor.get(path).json["year"], visitor.get(path).json["venue"]) == (2020, "Radiology Letters")
    visitor.post("/publications", WORK, expect=401)


def test_citations_and_references_mirror_each_other(join: Join, visitor: Caller) -> None:
    rosa = join("rosa")
    old, other = add(rosa), add(rosa)
    new = add(rosa, references=[old, old])
    newest = add(rosa, references=[old, new])
    ids = {
        path: {one["id"] for one in visitor.get(f"/publications/{path}").json["results"]}
        for path in (
            f"{old}/citations",
            f"{old}/references",
            f"{new}/citations",
            f"{newest}/references",
            f"{other}/citations",
        )
    }
    assert ids == {
        f"{old}/citations": {new, newest},
        f"{old}/references": set(),
        f"{new}/citations": {newest},
        f"{newest}/references": {old, new},
        f"{other}/citations": set(),
    }
    rosa.post("/publications", WORK | {"references": ["0000000000000"]}, expect=422)
    visitor.get("/publications/0000000000000/citations", expect=404)


@pytest.mark.parametrize("place", [["\0", 2000, "a"], ["\ud800", 2000, "a"], ["a", 2000, "\0"], ["a", 10**30, "a"], {}])
def test_the_duplicates_are_refused_when_the_cursor_is_not_of_their_list(join: Join, place: object) -> None:
    eva = join(role="editor", scopes=["read", "write", "admin"])
    cursor = cursors.encode(json.dumps(place))
    assert "cursor" in eva.get(f"/publication-duplicates?cursor={cursor}", expect=400).json["detail"]
