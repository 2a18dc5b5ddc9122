"""`scholarnet import publications`: real bibliographies in, every entry accounted for; again, and nothing changes."""

import dataclasses
import gzip
import json
import re
from collections import Counter
from pathlib import Path

import click.testing
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.cli import main
from scholarnet.models import Authorship, Publication, Researcher
from scholarnet.services.publications import WITH_AUTHORS
from scholarnet.services.references import reference_of
from scholarnet.sources.bibliographies import FORMATS, read_bibliography
from scholarnet.sources.references import Reference
from tests.answering import Answer, answering_server

GOOD = "@article{good, title = {Good}, year = 2001}\n"


only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
PRIVATE_ONES = re.compile(  # of those in the real files, by hand
    r"bibtex\.(file|owner|timestamp|groups|readstatus|priority|ranking|rating|date-(added|modified|created)|evastar_pdf|pdf)"
)


@pytest.fixture(autouse=True)
def _place(engine, tmp_path, monkeypatch) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", engine.url.render_as_string(hide_password=False))


def run(*arguments: str) -> click.testing.Result:
    return click.testing.CliRunner().invoke(main, ["import", "publications", *arguments])


def counts(line: str) -> list[int]:
    """Added, updated, merged, refused, and all, of a line of the table."""
    return [int(number.replace(",", "")) for number in re.findall(r"(?<=\s)[\d,]+(?=\s|$)", line)]


def kept(session: Session) -> list[int]:
    tables = (Publication, Authorship, Researcher)
    numbers = [session.scalar(select(func.count()).select_from(table)) for table in tables]
    session.rollback()
    return numbers


def check_nothing_is_lost(session: Session, files: list[str], *, name: str | None = None, every: int = 1) -> None:
    """Each publication has all that the entry said of the work which made it, and keeps it through every format."""
    entries = [entry for file in files for entry in read_bibliography(Path(file), name=name)[0]]
    chosen = select(Publication).where(Publication.id % every == 0).options(*WITH_AUTHORS)
    found = [reference_of(work) for work in session.scalars(chosen)]
    session.rollback()
    said: dict[str, list[Reference]] = {}
    for entry in entries:
        if isinstance(entry, Reference):
            said.setdefault(entry.title, []).append(entry)
    assert [one for one in found if not any(is_kept(entry, one) for entry in said[one.title])] == []
    for known in FORMATS.values():
        assert [dataclasses.replace(entry, line=0) for entry in known.read(known.write(found))] == found


def is_kept(entry: Reference, found: Reference) -> bool:
    """Whether all that `entry` says is in `found`."""
    names = ("title", "year", "type", "doi", "venue", "authors", "abstract")
    whole = all(getattr(entry, name) in {None, "", (), getattr(found, name)} for name in names)
    said = {name: value for name, value in entry.fields.items() if not PRIVATE_ONES.fullmatch(name)}
    return whole and entry.key in {"", found.key} and all(found.fields.get(one) == said[one] for one in said)


def test_every_real_entry_is_accounted_for_and_adds_nothing_when_it_comes_again(session, data_folder) -> None:
    files = [str(path) for path in sorted(data_folder("bib_ris_dev").glob("*.[br]i[bs]"))]
    assert len(files) == 32
    result = run(*files)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    refusals, table = lines[:-34], [counts(line) for line in lines[-33:]]
    assert lines[-34].split() == ["file", "added", "updated", "merged", "refused", "entries"]
    assert all(sum(row[:4]) == row[4] for row in table)
    assert table[-1] == [1_015, 11, 41, 19, 1_086]
    assert len(refusals) == 19
    assert all(re.fullmatch(r"\S+\.bib:\d+: \S+: has no (title|year)", line) for line in refusals)
    before = kept(session)
    assert before[0] == 1_015
    check_nothing_is_lost(session, files)
    again = run(*files)
    assert counts(again.stdout.splitlines()[-1]) == [0, 0, 1_067, 19, 1_086]
    assert kept(session) == before


def test_a_broken_entry_is_named_with_its_line_and_the_others_go_in(session) -> None:
    Path("a.bib").write_text(GOOD + "@book{bad, title = {Open\n" + GOOD.replace("Good", "Better"))
    result = run("a.bib")
    assert result.exit_code == 0
    assert "a.bib:2: bad: cannot be read" in result.stdout
    assert counts(result.stdout.splitlines()[-1]) == [2, 0, 0, 1, 3]
    assert kept(session)[0] == 2


def test_a_file_that_cannot_be_read_costs_no_other(session) -> None:
    Path("a.bib").write_text(GOOD)
    Path("b.txt").write_text("TY  - JOUR\nTI  - Caf\xe9\nPY  - 2001\nER  - \n", encoding="latin-1")
    result = run("a.bib", "b.txt", "none.ris")
    assert result.exit_code == 0
    assert "b.txt: its ending does not tell the format" in result.stderr
    assert "none.ris" in result.stderr
    assert counts(result.stdout.splitlines()[-1]) == [1, 0, 0, 0, 1]
    result = run("--as", "ris", "b.txt")
    assert "b.txt: is not UTF-8 (line 2) and was read as Latin-1" in result.stderr
    assert session.scalar(select(Publication.title).order_by(Publication.id.desc())) == "Café"


@pytest.mark.parametrize("text", ["", "no entry"])
def test_the_command_fails_when_no_file_can_be_read(text: str) -> None:
    Path("a.bib").write_text(text)
    result = run("a.bib")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is no entry in it" in result.stderr


@only_sqlite
def test_the_works_of_crossref_are_accounted_for_and_add_nothing_when_they_come_again(session, data_folder) -> None:
    """616 in 57 answers of the API and one of content negotiation: each of the 521 DOIs that are there.

    The 646 that are counted beside the data have 29 of the same once more: recorded in several cassettes, kept once.
    """
    with gzip.open(data_folder("crossref_api_fixtures") / "responses.jsonl.gz", "rt") as file:
        Path("crossref.jsonl").write_text("\n".join(json.dumps(json.loads(line).get("json")) for line in file))
    entries, _ = read_bibliography(Path("crossref.jsonl"), name="crossref")
    assert len({entry.doi for entry in entries}) == 521
    first = run("--as", "crossref", "crossref.jsonl").stdout.splitlines()
    assert counts(first[-1]) == [477, 0, 81, 59, 617]
    reasons = Counter(line.rpartition(": ")[2] for line in first[:-2])
    assert reasons == {"has no title": 20, "has no year": 39}
    assert counts(run("--as", "crossref", "crossref.jsonl").stdout.splitlines()[-1]) == [0, 0, 558, 59, 617]
    assert session.scalar(select(func.max(Publication.citation_count))) > 100
    session.rollback()


@only_sqlite
def test_the_works_of_openalex_are_accounted_for_and_add_nothing_when_they_come_again(session, data_folder) -> None:
    files = [str(path) for path in sorted(data_folder("openalex_api_fixtures").glob("*.json"))]
    first = run("--as", "openalex", *files)
    assert counts(first.stdout.splitlines()[-1]) == [11, 0, 1, 0, 12]
    nouns = re.findall(r"openalex_(\w+)\.json, line 1: there is no entry in it", first.stderr)
    assert nouns == ["authors", "institutions", "topics"]
    assert counts(run("--as", "openalex", *files).stdout.splitlines()[-1]) == [0, 0, 12, 0, 12]
    read = [file for file in files if f"{file}, line 1: there is no entry" not in first.stderr]
    check_nothing_is_lost(session, read, name="openalex")


def test_every_sample_of_orcid_is_accounted_for_and_adds_nothing_when_it_comes_again(session, data_folder) -> None:
    files = [str(path) for path in sorted(data_folder("orcid_v3_samples").glob("*.[jx][sm]*"))]
    first = run("--as", "orcid", *files)
    table = [counts(line.rpartition("  ")[0] + line[-5:]) for line in first.stdout.splitlines()[3:]]
    assert all(sum(row[:4]) == row[4] for row in table)
    assert table[-1] == [106, 3, 2, 2, 113]
    assert (len(files), len(table) - 1) == (55, 11)
    assert first.stderr.count(": there is no entry in it\n") == 44
    assert [line.split(": ")[2] for line in first.stdout.splitlines()[:2]] == ["is an error in place of a work"] * 2
    before = kept(session)
    again = run("--as", "orcid", *files)
    assert counts(again.stdout.splitlines()[-1]) == [0, 0, 111, 2, 113]
    assert kept(session) == before
    read = [file for file in files if f"{file}, line 1: there is no entry" not in first.stderr]
    check_nothing_is_lost(session, read, name="orcid")


@only_sqlite
def test_a_curated_list_of_papers_makes_one_person_of_a_name(session, data_folder) -> None:
    file = str(data_folder("neurips_authors_2009_2013") / "papers.jsonl.gz")
    for expected in ([1_591, 0, 0, 0, 1_591], [0, 0, 1_591, 0, 1_591]):
        result = run("--as", "papers", "--authors-by-name", file)
        assert counts(result.stdout.splitlines()[-1]) == expected
        assert kept(session)[0::2] == [1_591, 2_832]
    check_nothing_is_lost(session, [file], name="papers", every=80)


def test_what_a_source_answers_is_kept_when_it_fails_on_the_way(session, monkeypatch) -> None:
    works = [{"DOI": f"10.1000/{n}", "title": [f"T{n}"], "issued": {"date-parts": [[2001]]}} for n in range(3)]
    pages = [{"message-type": "work-list", "message": {"items": works, "total-results": 9, "next-cursor": "abc"}}, 7]
    with answering_server() as server:
        server.script = [Answer(pages[0]), Answer(pages[1])]
        monkeypatch.setenv("SCHOLARNET_CROSSREF_URL", server.url)
        monkeypatch.setenv("SCHOLARNET_CONTACT_MAIL", "a@b.org")
        result = run("--from", "crossref", "query=heart attack")
        assert server.asked[0].params["mailto"] == "a@b.org"
    assert (result.exit_code, kept(session)[0]) == (1, 3)
    assert counts(result.stdout.splitlines()[-1]) == [3, 0, 0, 0, 3]
    assert "answered in a shape that is not known" in result.stderr
    assert "go on with: scholarnet import publications --from crossref 'query=heart+attack&cursor=abc'" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--from", "orcid", "nobody"), "'nobody' is not an ORCID iD"),
        (("--from", "crossref", "--as", "ris", "10.1000/1"), "name one of them"),
        (("--from", "scopus", "10.1000/1"), "'scopus' is not one of"),
    ],
)
def test_what_cannot_be_asked_is_refused(arguments: tuple[str, ...], word: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert word in result.stderr
