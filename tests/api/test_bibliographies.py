"""Publications as BibTeX, RIS and CSL-JSON: what was imported comes out whole, for who asks with Accept."""

import dataclasses

import pytest
from sqlalchemy.orm import Session

from scholarnet.models import Outcome
from scholarnet.services.import_publications import import_publications
from scholarnet.sources.bibliographies import FORMATS
from tests.api.calls import Caller
from tests.api.fixtures import Join

BIBTEX = """@phdthesis{braga, author = {{van der} Berg, Ben and {The ATLAS Collaboration}}, title = {Of $x^2$ \\& Más},
  school = {Toronto}, date = {2001-05}, note = {303 pp.}, indextitle = {A}, keywords = {b, c}, doi = {10.1000/1}}
@inproceedings{x, title = {Second}, booktitle = {Proceedings}, year = 2002, pages = {1--2}, author = {Ada Lovelace}}
"""
BIB, RIS, CSL = (FORMATS[name].media_type for name in ("bibtex", "ris", "csl-json"))


@pytest.fixture
def imported(session: Session) -> list:
    entries = FORMATS["bibtex"].read(BIBTEX)
    assert [one.outcome for one in import_publications(session, entries)] == [Outcome.ADDED] * 2
    session.commit()
    return [dataclasses.replace(entry, line=0) for entry in entries]


def same(text: str, name: str) -> list:
    return sorted((dataclasses.replace(one, line=0) for one in FORMATS[name].read(text)), key=lambda one: one.year)


@pytest.mark.parametrize("name", FORMATS)
def test_what_was_imported_comes_out_whole(visitor: Caller, imported: list, name: str) -> None:
    accept = {"Accept": FORMATS[name].media_type}
    listed = visitor.get("/publications", headers=accept)
    assert listed.content_type == f"{FORMATS[name].media_type}; charset=utf-8"
    assert "Accept" in listed.headers["Vary"]
    assert same(listed.text, name) == imported
    ids = [one["id"] for one in visitor.get("/publications?sort=year").json["results"]]
    texts = [visitor.get(f"/publications/{one}", headers=accept).text for one in ids]
    assert sorted((same(text, name)[0] for text in texts), key=lambda one: one.year) == imported


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        (f"{BIB};q=0.5, application/json;q=0.4", BIB),
        (f"text/x-other, {RIS}", RIS),
        (CSL, CSL),
    ],
)
def test_the_answer_is_what_accept_prefers(visitor: Caller, accept: str | None, kind: str) -> None:
    headers = {"Accept": accept} if accept else {}
    assert visitor.get("/publications", headers=headers).mimetype == kind


def test_who_wants_none_of_the_formats_is_told_which_there_are(visitor: Caller) -> None:
    problem = visitor.get("/publications", headers={"Accept": "text/html"}, expect=406).json
    assert all(kind in problem["detail"] for kind in ("application/json", BIB, RIS, CSL))


def test_a_list_goes_on_along_the_link_whatever_its_format(visitor: Caller, imported: list) -> None:
    first = visitor.get("/publications?per_page=1&sort=year", headers={"Accept": BIB})
    following = first.headers["Link"].split(">")[0].removeprefix("<")
    second = visitor.get(following, headers={"Accept": BIB})
    assert "Link" not in second.headers
    assert same(first.text + second.text, "bibtex") == imported


def test_a_format_has_a_tag_of_its_own_and_a_write_takes_it(join: Join) -> None:
    rosa = join("rosa")
    path = f"/publications/{rosa.post('/publications', {'title': 'Livers', 'year': 2019}, expect=201).json['id']}"
    plain = rosa.get(path).headers["ETag"]
    tag = rosa.get(path, headers={"Accept": BIB}).headers["ETag"]
    assert tag != plain
    assert rosa.get(path, headers={"Accept": BIB, "If-None-Match": plain}).status_code == 200
    assert rosa.get(path, headers={"Accept": BIB, "If-None-Match": tag}).status_code == 304
    rosa.patch(path, {"year": 2020}, headers={"If-Match": tag})
    text = rosa.get(path, headers={"Accept": BIB}).text
    assert "  author = {{Rosa}},\n" in text or "  author = {Rosa},\n" in text
    assert "  year = {2020},\n" in text


@pytest.mark.parametrize("of", ["/researchers/{person}/publications", "/publications/{work}/citations"])
def test_other_lists_of_publications_speak_the_formats_too(join: Join, of: str) -> None:
    rosa = join("rosa")
    work = rosa.post("/publications", {"title": "Livers", "year": 2019}, expect=201).json["id"]
    rosa.post("/publications", {"title": "Knees", "year": 2020, "references": [work]}, expect=201)
    answer = rosa.get(of.format(person=rosa.id, work=work), headers={"Accept": RIS})
    assert "TI  - Knees\n" in answer.text
