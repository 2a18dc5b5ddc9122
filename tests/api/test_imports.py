"""Imports over HTTP: sent, watched, listed, cancelled, and nobody else's."""

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from api.import_jobs import Workshop, run_imports
from api.resources import imports
from scholarnet.models import ImportJob, ImportState
from scholarnet.services.import_jobs import MOST_OPEN
from scholarnet.storage import Storage, open_storage
from tests.api.calls import Caller
from tests.api.fixtures import Join

BIBTEX = (
    b"@article{a, title = {Livers}, year = 2001}\n@article{b, year = 2001}\n@article{c, title = {Livers}, year = 2001}"
)
RIS = b"TY  - JOUR\nTI  - Knees\nPY  - 2002\nER  - \n"
CSL = b'[{"id": "c", "type": "book", "title": "Hands", "issued": {"date-parts": [[2003]]}}]'
QUERY = {"source": "crossref", "query": "10.1000/1"}


@pytest.fixture
def storage(app: Flask) -> Storage:
    return open_storage(app.extensions["scholarnet.config"].attachments_place())


def send(
    caller: Caller, data: bytes, query: str = "", kind: str = "application/octet-stream", **options: object
) -> dict:
    return caller.post(f"/imports{query}", data=data, headers={"Content-Type": kind}, **options).json


def test_a_file_is_taken_imported_by_the_worker_and_reported_entry_by_entry(
    join: Join, engine: Engine, storage: Storage
) -> None:
    rosa = join("rosa")
    answer = rosa.post("/imports?name=library.bib", data=BIBTEX, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 202
    path = answer.headers["Location"]
    assert (answer.json["state"], answer.json["n_expected"], answer.json["format"]) == ("queued", None, "bibtex")
    assert run_imports(Workshop(engine, storage)) == 1
    done = rosa.get(path).json
    assert (done["state"], done["n_expected"], done["n_read"], done["n_done"]) == ("succeeded", 3, 3, 3)
    assert [done[f"n_{one}"] for one in ("added", "updated", "merged", "refused")] == [1, 0, 1, 1]
    results = rosa.walk(f"{path}/results?per_page=2")
    (work,) = rosa.get("/publications").json["results"]
    assert [(one["line"], one["key"], one["outcome"], one["reason"]) for one in results] == [
        (1, "a", "added", ""),
        (2, "b", "refused", "has no title"),
        (3, "c", "merged", ""),
    ]
    assert [one["publication_id"] for one in results] == [work["id"], None, work["id"]]
    assert [one["key"] for one in rosa.walk(f"{path}/results?filter=outcome:refused|merged")] == ["b", "c"]
    rosa.patch(f"/publications/{work['id']}", {"year": 2002}, headers=rosa.tag_of(f"/publications/{work['id']}"))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("data", "query", "kind", "found"),
    [
        (BIBTEX, "", "application/x-bibtex", "bibtex"),
        (RIS, "", "application/x-research-info-systems; charset=utf-8", "ris"),
        (CSL, "", "application/vnd.citationstyles.csl+json", "csl-json"),
        (CSL, "?name=items.json", "application/json", "csl-json"),
        (CSL, "?format=csl-json", "application/json", "csl-json"),
        (RIS, "?name=export.RIS", "application/octet-stream", "ris"),
        (RIS, "?name=export.txt&format=ris", "application/x-bibtex", "ris"),
    ],
)
def test_the_format_is_what_is_said_or_sent_or_what_the_name_tells(
    join: Join, engine: Engine, storage: Storage, data: bytes, query: str, kind: str, found: str
) -> None:
    rosa = join("rosa")
    job = send(rosa, data, query, kind)
    assert job["format"] == found
    run_imports(Workshop(engine, storage))
    assert rosa.get(f"/imports/{job['id']}").json["n_added"] == 1


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_cannot_be_taken_is_refused_by_name_and_leaves_nothing(
    join: Join, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    rosa = join("rosa")
    problem = send(rosa, BIBTEX, "?name=library.txt", expect=415)
    assert "application/x-bibtex" in problem["detail"]
    assert "format=bibtex|ris|csl-json" in problem["detail"]
    assert "format" in send(rosa, BIBTEX, "?format=word", expect=422)["errors"]
    assert "name" in send(rosa, BIBTEX, "?name=a%0Ab.bib", expect=422)["errors"]
    assert send(rosa, b"", "?format=bibtex", expect=422)["errors"] == {
        "content": ["the body is empty: send the bytes of the file as the body"]
    }
    monkeypatch.setattr(imports, "LARGEST_FILE", 100)
    send(rosa, BIBTEX, "?format=bibtex", expect=413)
    assert list(storage.incoming.iterdir()) == []
    assert rosa.get("/imports").json["results"] == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "source"),
        ({"source": "crossref"}, "query"),
        ({"source": "scihub", "query": "x"}, "source"),
        ({"source": "orcid", "query": ""}, "query"),
        ({"source": "orcid", "query": "a\0"}, "query"),
        ({"source": "orcid", "query": "\ud800"}, "query"),
        ({"source": "orcid", "query": "x" * 1001}, "query"),
        ({"source": "orcid", "query": "x", "more": 1}, "more"),
    ],
)
def test_a_question_that_is_none_is_refused_by_its_field(join: Join, body: dict, field: str) -> None:
    assert field in join().post("/imports", body, expect=422).json["errors"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_body_that_is_no_json_is_refused(join: Join) -> None:
    send(join(), b"{", "", "application/json", expect=400)


def test_imports_are_seen_and_cancelled_by_their_importer_and_administrators_alone(
    join: Join, session: Session, storage: Storage
) -> None:
    rosa, tom = join("rosa"), join("tom")
    eva = join(role="admin", scopes=["read", "write"])
    job = send(rosa, BIBTEX, "?format=bibtex")
    path = f"/imports/{job['id']}"
    for call in (tom.get, tom.delete):
        call(path, expect=404)
    tom.get(f"{path}/results", expect=404)
    assert [one.get("/imports").json["results"] for one in (rosa, tom, eva)] == [[job], [], []]
    assert eva.get(path).json == job
    key = session.scalars(select(ImportJob.object_key)).one()
    session.commit()
    eva.delete(path)
    assert rosa.get(path).json["state"] == "cancelled"
    with pytest.raises(FileNotFoundError):
        storage.size(key)
    rosa.delete(path)
    rosa.get(path, expect=404)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_an_account_with_many_open_imports_has_to_let_one_end(join: Join, session: Session) -> None:
    rosa = join("rosa")
    for _ in range(MOST_OPEN):
        first = rosa.post("/imports", QUERY).json["id"]
    assert "cancel one" in rosa.post("/imports", QUERY, expect=409).json["detail"]
    send(rosa, BIBTEX, "?format=bibtex", expect=409)
    session.execute(update(ImportJob).where(ImportJob.public_id == first).values(state=ImportState.SUCCEEDED))
    session.commit()
    rosa.post("/imports", QUERY)
    join("tom").post("/imports", QUERY)
    assert len(rosa.walk("/imports?per_page=2")) == MOST_OPEN + 1
