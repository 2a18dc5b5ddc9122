"""Answers of Crossref and OpenAlex: the works in them, and what is no work."""

import json
from typing import Any

import pytest

from scholarnet.models import PublicationType
from scholarnet.sources.answers import read_crossref, read_openalex
from scholarnet.sources.references import Flaw, Name, Reference

WORK = {
    "DOI": "10.1000/ABC",
    "type": "posted-content",
    "title": ["Of <i>E. coli</i> &amp; others"],
    "abstract": "<jats:title>Abstract</jats:title><jats:p>Twenty.</jats:p>",
    "issued": {"date-parts": [[2019, 4]]},
    "author": [{"given": "Josiah", "family": "Carberry", "ORCID": "http://orcid.org/0000-0002-1825-0097"}],
    "is-referenced-by-count": 7,
    "deposited": {"timestamp": 1},
}


def test_a_work_of_crossref_gives_its_parts_and_nothing_of_its_deposit() -> None:
    answers = [
        {"status": "ok", "message-type": "work", "message": WORK},
        {"message-type": "work-list", "message": {"items": [WORK, 7]}},
        {"message-type": "work-agency", "message": {"DOI": "10.1000/abc"}},
        {"message-type": "journal", "message": {"title": "J"}},
        None,
    ]
    found = read_crossref("\n".join(map(json.dumps, answers)) + "\n{broken")
    assert [(entry.line, type(entry)) for entry in found] == [(1, Reference), (2, Reference), (2, Flaw), (6, Flaw)]
    entry = found[0]
    assert (entry.title, entry.year, entry.doi) == ("Of E. coli & others", 2019, "10.1000/abc")
    assert (entry.type, entry.abstract, entry.citation_count) == (PublicationType.PREPRINT, "Abstract Twenty.", 7)
    assert entry.authors == (Name("Carberry", "Josiah", "", "0000-0002-1825-0097"),)
    assert set(entry.fields) == {"csl.type", "csl.issued"}


def test_a_work_of_openalex_gives_its_parts() -> None:
    work = {
        "id": "https://openalex.org/W1",
        "doi": "https://doi.org/10.1000/ABC",
        "title": "Housing",
        "publication_year": 2017,
        "type": "book-chapter",
        "authorships": [{"author": {"display_name": "Yang Wang", "orcid": "https://orcid.org/0000-0002-1825-0097"}}],
        "primary_location": {"source": {"display_name": "Geography", "issn_l": "0143-6228"}},
        "biblio": {"volume": "79", "issue": None, "first_page": "26", "last_page": "36"},
        "abstract_inverted_index": {"of": [1], "Prices": [0], "houses": [2]},
        "cited_by_count": 3,
    }
    (entry,) = read_openalex(json.dumps({"results": [work]}, indent=1))
    assert read_openalex(json.dumps(work)) == [entry]
    assert (entry.title, entry.year, entry.doi, entry.venue) == ("Housing", 2017, "10.1000/abc", "Geography")
    assert (entry.type, entry.abstract, entry.citation_count) == (PublicationType.CHAPTER, "Prices of houses", 3)
    assert entry.authors == (Name("Wang", "Yang", "", "0000-0002-1825-0097"),)
    assert entry.fields == {
        "csl.type": "book-chapter",
        "volume": "79",
        "page": "26-36",
        "ISSN": "0143-6228",
        "csl.openalex": "https://openalex.org/W1",
    }


@pytest.mark.parametrize(
    "answer",
    [
        *([], {}, None, 7, {"message": 7}, {"message-type": "work", "message": {"items": 7}}, {"results": 7}),
        {"message-type": "work", "message": {"DOI": 7, "title": [], "author": 7, "issued": [], "abstract": 7}},
        {"authorships": [7, {"author": 7}], "biblio": 7, "primary_location": 7, "abstract_inverted_index": {"a": 7}},
        {"authorships": 7, "title": {}, "publication_year": "x", "doi": []},
    ],
)
def test_no_answer_makes_a_reader_fail(answer: Any) -> None:
    for read in (read_crossref, read_openalex):
        for entry in read(json.dumps(answer)):
            assert isinstance(entry, Flaw) or not entry.title
