"""ORCID's works in JSON and XML: each real sample has its answer, and no XML does more than be read."""

import json
from collections import Counter
from typing import Any

import pytest

from scholarnet.models import PublicationType
from scholarnet.sources.orcid_works import codes_of, read_orcid
from scholarnet.sources.references import Flaw, Name, Reference

# Of the 55 samples those that have works, or errors in place of them; the other 44 are of something else.
WITH_ENTRIES = {
    "activities-3.0.xml": (1, 0),
    "bulk-work-err.xml": (1, 1),
    "bulk-works-100-works-3.0.json": (100, 0),
    "error-3.0.xml": (0, 1),
    "record-3.0.xml": (1, 0),
    "record-full-3.0.json": (1, 0),
    "record-no-city-country-for-professional-activities-3.0.xml": (1, 0),
    "work-3.0.xml": (1, 0),
    "work-full-3.0.xml": (1, 0),
    "work-review-3.0.xml": (1, 0),
    "works-3.0.xml": (3, 0),
}
SPACES = 'xmlns:work="http://www.orcid.org/ns/work" xmlns:common="http://www.orcid.org/ns/common"'


def test_each_sample_has_the_works_that_are_in_it_and_no_address_of_anybody(data_folder) -> None:
    files = [path for path in data_folder("orcid_v3_samples").iterdir() if path.suffix in {".xml", ".json"}]
    found = {path.name: read_orcid(path.read_text()) for path in files}
    counts = {name: Counter(map(type, entries)) for name, entries in found.items() if entries}
    assert len(files) == 55
    assert {name: (count[Reference], count[Flaw]) for name, count in counts.items()} == WITH_ENTRIES
    assert "@" not in repr(found)
    works = found["works-3.0.xml"]
    assert [(one.title, one.year, one.line) for one in works] == [
        ("Work # 0", 2017, 24),
        ("Work # 1", 2017, 70),
        ("Work # 2", 2017, 115),
    ]
    assert (works[0].doi, works[0].fields["csl.external-ids"][0]["relationship"]) == (None, "part-of")
    assert (works[2].venue, works[2].type) == ("some journal title", PublicationType.ARTICLE)
    assert [one.line for one in found["bulk-works-100-works-3.0.json"]][:3] == [4, 82, 154]
    assert len({one.doi for one in found["bulk-works-100-works-3.0.json"]}) == 100
    assert found["bulk-work-err.xml"][1].reason.startswith("is an error in place of a work: Invalid work type")
    (full,) = found["work-full-3.0.xml"]
    assert full.authors == (Name("work:credit-name", "", "", "8888-8888-8888-8880"),)
    assert (full.abstract, full.fields["csl.subtitle"], full.fields["language"]) == (
        "work:short-description",
        "common:subtitle",
        "en",
    )
    (record,) = found["record-full-3.0.json"]
    assert record.authors == (Name("releasecandidate1", "Three", "", "0000-0002-7319-2192"),)


def version(title: str, index: object, code: int = 1) -> dict[str, Any]:
    return {"put-code": code, "display-index": index, "title": {"title": {"value": title}}, "journal-title": None}


def test_of_the_versions_of_a_work_the_preferred_one_is_read() -> None:
    works = {"group": [{"work-summary": [version("Old", "0"), version("New", "3", 7)]}, {"work-summary": []}]}
    assert [entry.title for entry in read_orcid(json.dumps(works))] == ["New"]
    assert codes_of(works) == ["7"]


def test_who_has_several_roles_is_one_author_and_an_editor_is_none() -> None:
    def person(name: str, role: str | None) -> dict[str, Any]:
        return {"credit-name": {"value": name}, "contributor-attributes": {"contributor-role": role}}

    people = [person("Ada Lovelace", "author"), person("Ada Lovelace", None), person("Ben Berg", "editor")]
    ids = [
        {"external-id-type": kind, "external-id-value": value, "external-id-relationship": relation}
        for kind, value, relation in [
            ("doi", "10.1000/WHOLE", "part-of"),
            ("doi", "https://doi.org/10.1000/ABC", "self"),
            ("issn", "1234-5678", "part-of"),
            ("isbn", "978", "part-of"),
        ]
    ]
    work = version("T", "0") | {
        "type": "book-chapter",
        "contributors": {"contributor": people},
        "external-ids": {"external-id": ids},
    }
    (entry,) = read_orcid(json.dumps({"bulk": [{"work": work}]}))
    assert (entry.authors, entry.fields["editor"]) == ((Name("Lovelace", "Ada"),), [{"family": "Berg", "given": "Ben"}])
    assert (entry.doi, entry.fields["ISSN"], entry.type) == ("10.1000/abc", "1234-5678", PublicationType.CHAPTER)
    assert [one["value"] for one in entry.fields["csl.external-ids"]] == ["10.1000/WHOLE", "978"]


def test_xml_and_json_of_a_work_are_the_same_reference() -> None:
    xml = f"""<work:work {SPACES}><work:title><common:title>A &amp; B</common:title></work:title>
      <work:journal-title>J</work:journal-title><work:type>journal-article</work:type>
      <common:publication-date><common:year>2020</common:year></common:publication-date></work:work>"""
    said = {
        "title": {"title": {"value": "A & B"}},
        "journal-title": {"value": "J"},
        "type": "journal-article",
        "publication-date": {"year": {"value": "2020"}, "month": None},
    }
    assert [(one.title, one.venue, one.year, one.type, one.fields) for one in read_orcid(xml)] == [
        (one.title, one.venue, one.year, one.type, one.fields) for one in read_orcid(json.dumps(said))
    ]


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("<a", 1, "is not well-formed XML"),
        ("<a>\n<b></a>", 2, "is not well-formed XML"),
        ("\n<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", 2, "declares a document type"),
        (f"<work:work {SPACES}><work:title>&b;</work:title></work:work>", 1, "is not well-formed XML"),
        ("{broken", 1, "is not JSON"),
        ("<a>" * 2_000, 1, "is not well-formed XML"),
    ],
)
def test_what_cannot_be_read_is_a_flaw_with_its_line(text: str, line: int, word: str) -> None:
    (flaw,) = read_orcid(text)
    assert (type(flaw), flaw.line) == (Flaw, line)
    assert word in flaw.reason


@pytest.mark.parametrize(
    "said",
    [
        *([], {}, None, 7, "a", {"bulk": 7}, {"bulk": [7, {}]}, {"group": [7, {"work-summary": 7}]}),
        {"activities-summary": 7},
        {"type": "grant", "title": {"title": {"value": "A funding"}}},
    ],
)
def test_what_is_no_work_is_none(said: Any) -> None:
    assert read_orcid(json.dumps(said)) == []
    assert read_orcid("<bulk><work/></bulk>") == []  # not of ORCID's namespace


def test_a_work_of_odd_parts_makes_no_reader_fail() -> None:
    odd = {"title": {"title": 7}, "journal-title": [], "publication-date": {"year": "9" * 5_000}, "external-ids": 7}
    (entry,) = read_orcid(json.dumps({"bulk": [{"work": odd | {"contributors": {"contributor": [7, {}]}}}]}))
    assert (entry.title, entry.year, entry.authors) == ("7", None, ())
