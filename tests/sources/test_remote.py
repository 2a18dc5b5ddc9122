"""Crossref, OpenAlex and ORCID over the network, with what they once answered: pages, what is missing, how to go on."""

import gzip
import json
import logging
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scholarnet.errors import BadQuery
from scholarnet.sources import failures
from scholarnet.sources.references import Entry, Flaw, Name, Reference
from scholarnet.sources.remote import Source, SourceName, SourceSettings, open_source
from tests.answering import Answer, AnsweringServer, Asked

DOI = "10.1371/journal.pone.0033693"
RECORD = "0000-0002-7319-2192"
GONE = Answer(b"Resource not found.", 404)


def source(name: SourceName, server: AnsweringServer, **settings: Any) -> Source:
    told = {
        **dict.fromkeys(("crossref_url", "openalex_url", "orcid_api_url"), server.url),
        "contact_mail": "a@b.org",
        "attempts": 1,
    }
    return open_source(name, settings=SourceSettings(**(told | settings)), wait=lambda _seconds: None)


def until_it_fails(entries: Iterator[Entry]) -> tuple[list[Entry], failures.SourceFailure]:
    found: list[Entry] = []
    try:
        for entry in entries:
            found.append(entry)  # noqa: PERF402 (what came before the failure counts)
    except failures.SourceFailure as failure:
        return found, failure
    pytest.fail("it did not fail")


@cache
def recorded(folder: Path) -> list[dict[str, Any]]:
    with gzip.open(folder / "responses.jsonl.gz", "rt") as file:
        return [json.loads(line) for line in file]


@pytest.fixture
def pages(data_folder: Callable[[str], Path]) -> list[dict[str, Any]]:
    """Four pages of five works each, and one that has none; the total is made to fit."""
    rows = recorded(data_folder("crossref_api_fixtures"))
    found = [row["json"]["message"] for row in rows if "members/98/works?rows=5&cursor=" in row["url"]]
    return [
        {"message-type": "work-list", "message": page | {"total-results": 20}}
        for page in [*found, found[0] | {"items": []}]
    ]


def test_crossref_is_read_page_by_page_behind_its_cursors(server, pages) -> None:
    server.script = [Answer(page) for page in pages]
    asked = source("crossref", server)
    found = list(asked.entries("query=heart&filter=member:98"))
    assert [entry.line for entry in found] == list(range(1, 21))
    assert [entry.doi for entry in found] == [
        item["DOI"].lower() for page in pages for item in page["message"]["items"]
    ]
    assert asked.expected == 20
    cursors = ["*", *(page["message"]["next-cursor"] for page in pages[:3])]
    assert [one.params["cursor"] for one in server.asked] == cursors
    assert {(one.path, one.params["mailto"], one.params["query"], one.params["rows"]) for one in server.asked} == {
        ("/works", "a@b.org", "heart", "100")
    }


def test_a_failure_between_pages_keeps_what_was_read_and_says_how_to_go_on(server, pages) -> None:
    server.script = [Answer(pages[0]), Answer(pages[1]), Answer(status=503)]
    found, failure = until_it_fails(source("crossref", server).entries("query=heart"))
    assert (len(found), type(failure)) == (10, failures.Overloaded)
    server.script, server.asked = [Answer(page) for page in pages[2:]], []
    again = source("crossref", server)
    rest = list(again.entries(failure.go_on))
    assert server.asked[0].params["cursor"] == pages[1]["message"]["next-cursor"]
    assert (len(rest), again.expected) == (10, None)
    assert {entry.doi for entry in found}.isdisjoint({entry.doi for entry in rest})


def test_more_than_is_read_at_a_time_is_read_in_parts(server, pages) -> None:
    server.script = [Answer(page) for page in pages]
    found, failure = until_it_fails(source("crossref", server, most_entries=10).entries("query=heart"))
    assert (len(found), type(failure), len(server.asked)) == (10, failures.TooMany, 2)
    assert failure.go_on.startswith("query=heart&cursor=DnF1")


def test_a_list_that_ends_too_early_is_no_whole_list(server, pages) -> None:
    server.script = [Answer(pages[0]), Answer(pages[4])]
    found, failure = until_it_fails(source("crossref", server).entries("query=heart"))
    assert (len(found), type(failure), failure.go_on) == (5, failures.Incomplete, "query=heart")
    assert "15 short of the 20" in failure.message


def test_a_doi_that_is_not_there_costs_no_other(server, data_folder) -> None:
    rows = recorded(data_folder("crossref_api_fixtures"))
    work = next(row["json"] for row in rows if row["url"].endswith(f"works/{DOI}"))
    server.script = lambda asked: Answer(work) if asked.path == f"/works/{DOI}" else GONE
    asked = source("crossref", server)
    found = list(asked.entries(f"10.1000/a/b?c#d, https://doi.org/{DOI.upper()}"))
    assert found[0] == Flaw(1, "10.1000/a/b?c#d", "Crossref does not know it; check the id, or ask another source")
    assert isinstance(found[1], Reference)
    assert (found[1].line, found[1].doi, found[1].year, asked.expected) == (2, DOI, 2012, 2)
    server.script, server.asked = [Answer(work), Answer(status=500)], []
    found, failure = until_it_fails(source("crossref", server).entries(f"{DOI} 10.1000/2 10.1000/3"))
    assert (len(found), failure.go_on) == (1, "10.1000/2 10.1000/3")


def test_openalex_is_asked_with_its_key_and_read_behind_its_cursors(server, data_folder, caplog) -> None:
    caplog.set_level(logging.INFO)
    folder = data_folder("openalex_api_fixtures")
    page = json.loads((folder / "openalex_sample_response.json").read_text())
    page["meta"]["count"] = 6
    second = page | {"meta": page["meta"] | {"next_cursor": None}}
    server.script = [Answer(page), Answer(second)]
    found = list(source("openalex", server, openalex_key="secret").entries("0000-0002-1825-0097"))
    assert [entry.line for entry in found] == [1, 2, 3, 4, 5, 6]
    sent = [one.params for one in server.asked]
    assert [one["cursor"] for one in sent] == ["*", page["meta"]["next_cursor"]]
    assert sent[0] == {
        "filter": "author.orcid:0000-0002-1825-0097",
        "cursor": "*",
        "per-page": "100",
        "mailto": "a@b.org",
        "api_key": "secret",
    }
    server.script, server.asked = [Answer(status=403)], []
    with pytest.raises(failures.Refused) as failed:
        list(source("openalex", server, openalex_key="secret").entries("A5023888391"))
    assert server.asked[0].params["filter"] == "author.id:A5023888391"
    told = SourceSettings(openalex_key="secret", orcid_api_token="secret")
    assert "secret" not in f"{failed.value.message} {failed.value.go_on} {caplog.text} {told}"


def test_openalex_gives_a_work_by_doi_or_id(server, data_folder) -> None:
    work = json.loads((data_folder("openalex_api_fixtures") / "openalex_single_work.json").read_text())
    server.script = [Answer(work), Answer(work), GONE]
    first, second, third = source("openalex", server).entries("10.1371/journal.pone.0305345 w4399771148 W1")
    assert (first.doi, second.line) == ("10.1371/journal.pone.0305345", 2)
    assert isinstance(third, Flaw)
    assert [one.path for one in server.asked] == [
        "/works/doi:10.1371/journal.pone.0305345",
        "/works/W4399771148",
        "/works/W1",
    ]


class Record:
    """A record of 150 works, as ORCID would answer for it."""

    def __init__(self, folder: Path) -> None:
        self.works = json.loads((folder / "bulk-works-100-works-3.0.json").read_text())["bulk"]
        self.person = json.loads((folder / "record-full-3.0.json").read_text())["person"]
        self.bulks: list[Answer] = []

    def answer(self, asked: Asked) -> Answer:
        if asked.path == f"/{RECORD}/person":
            return Answer(self.person)
        if asked.path == f"/{RECORD}/works":
            groups = [{"work-summary": [{"put-code": 1000 + n, "display-index": "0"}]} for n in range(150)]
            return Answer({"group": groups})
        if asked.path.startswith(f"/{RECORD}/works/"):
            codes = asked.path.rpartition("/")[2].split(",")
            return self.bulks.pop(0) if self.bulks else Answer({"bulk": self.works[: len(codes)]})
        return GONE


def test_the_works_of_an_orcid_record_are_read_in_bulk(server, data_folder) -> None:
    server.script = Record(data_folder("orcid_v3_samples")).answer
    asked = source("orcid", server, orcid_api_token="t")
    found = list(asked.entries(f"0000-0001-5000-0007 https://orcid.org/{RECORD}"))
    assert found[0] == Flaw(1, "0000-0001-5000-0007", "ORCID does not know it; check what was asked for")
    assert [entry.line for entry in found] == list(range(1, 152))
    assert asked.expected == 151
    assert found[1].authors == (Name("Jordan", orcid="0000-0002-5391-5437"), Name("Fran", orcid="0000-0002-4325-871X"))
    assert found[20].authors == (Name("releasecandidate1", "Three", "", RECORD),)  # names nobody: whose record it is
    bulks = [one.path.rpartition("/")[2].split(",") for one in server.asked if "/works/" in one.path]
    assert [(bulk[0], len(bulk)) for bulk in bulks] == [("1000", 100), ("1100", 50)]
    assert {one.headers["Authorization"] for one in server.asked} == {"Bearer t"}


def test_works_that_orcid_leaves_out_or_cannot_give_are_named_as_such(server, data_folder) -> None:
    record = Record(data_folder("orcid_v3_samples"))
    error = {"error": {"response-code": 404, "developer-message": "Not Found"}}
    record.bulks = [Answer({"bulk": [*record.works[:97], error]}), Answer({"bulk": record.works})]
    server.script = record.answer
    found = list(source("orcid", server).entries(RECORD))
    assert len(found) == 150
    assert [(one.line, one.reason.split(":")[0]) for one in found if isinstance(one, Flaw)] == [
        (98, "is an error in place of a work"),
        (99, f"ORCID left a work of {RECORD} out of its answer; ask again later"),
        (100, f"ORCID left a work of {RECORD} out of its answer; ask again later"),
    ]


def test_an_orcid_record_goes_on_where_it_failed(server, data_folder) -> None:
    record = Record(data_folder("orcid_v3_samples"))
    record.bulks = [Answer({"bulk": record.works}), Answer(status=503)]
    server.script = record.answer
    found, failure = until_it_fails(source("orcid", server).entries(f"{RECORD} 0000-0001-5000-0007"))
    assert (len(found), failure.go_on) == (100, f"{RECORD}&skip=100 0000-0001-5000-0007")
    server.asked.clear()
    assert len(list(source("orcid", server).entries(failure.go_on))) == 51
    assert server.asked[2].path.startswith(f"/{RECORD}/works/1100,")


@pytest.mark.parametrize(
    "said", [[], {}, 7, None, {"message-type": "work-list", "message": {"items": 7}}, {"meta": {}}]
)
@pytest.mark.parametrize("query", ["query=a", "search=a", "10.1000/1", RECORD])
def test_json_of_another_shape_is_a_failure_that_goes_on_with_what_was_asked(server, said, query) -> None:
    server.script = lambda _asked: Answer(said)
    name: SourceName = "openalex" if "search" in query else "orcid" if query == RECORD else "crossref"
    found, failure = until_it_fails(source(name, server).entries(query))
    assert (found, type(failure)) == ([], failures.WrongShape)
    assert failure.go_on.startswith(query)


@pytest.mark.parametrize(
    ("name", "query", "word"),
    [
        ("crossref", "", "is not a DOI or ORCID iD"),
        ("crossref", "10.1000/1 nonsense", "is not a DOI or ORCID iD"),
        ("crossref", "rows=9999", "'rows' is no parameter that is sent on"),
        ("crossref", "query=a&mailto=b@c", "'mailto'"),
        ("openalex", "W1 A1", "all of works, or all of authors"),
        ("openalex", "filter=a&api_key=b", "'api_key'"),
        ("orcid", "10.1000/1", "is not an ORCID iD"),
        ("orcid", f"{RECORD}&skip=-1", "is not an ORCID iD"),
        ("orcid", f"{RECORD}/../x", "is not an ORCID iD"),
        ("orcid", "", "is not an ORCID iD"),
        ("crossref", "a" * 100_001, "at most 100,000"),
        ("crossref", " ".join(f"10.1000/{n}" for n in range(5_001)), "at most 5,000"),
    ],
)
def test_what_a_source_cannot_be_asked_is_refused_before_it_is(server, name, query, word) -> None:
    with pytest.raises(BadQuery, match=word):
        source(name, server).entries(query)
    assert server.asked == []
