"""`scholarnet import publications`: real bibliographies in, every entry accounted for; again, and nothing changes."""

import dataclasses
import gzip
import json
import re
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

GOOD = "@article{good, title = {Good}, year = 2001}\n"


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


def check_nothing_is_lost(session: Session, files: list[str]) -> None:
    """Each publication has all that the entry said which made it, and keeps it through every format."""
    entries = [entry for file in files for entry in read_bibliography(Path(file))[0]]
    works = session.scalars(select(Publication).options(*WITH_AUTHORS).order_by(Publication.id)).all()
    found = [reference_of(work) for work in works]
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
    names = ("key", "title", "year", "type", "doi", "venue", "authors", "abstract")
    whole = all(getattr(entry, name) in {None, "", (), getattr(found, name)} for name in names)
    return whole and entry.fields.items() <= found.fields.items()


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


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_works_of_real_answers_are_accounted_for_and_add_nothing_when_they_come_again(session, data_folder) -> None:
    with gzip.open(data_folder("crossref_api_fixtures") / "responses.jsonl.gz", "rt") as file:
        Path("crossref.jsonl").write_text("\n".join(json.dumps(json.loads(line).get("json")) for line in file))
    first = run("--as", "crossref", "crossref.jsonl").stdout.splitlines()
    added, updated, merged, refused, all_of_them = counts(first[-1])
    assert (added, added + updated + merged + refused, all_of_them, refused) == (474, 616, 616, len(first) - 2)
    assert all(line.endswith((": has no title", ": has no year")) for line in first[:-2])
    assert counts(run("--as", "crossref", "crossref.jsonl").stdout.splitlines()[-1]) == [
        0,
        0,
        616 - refused,
        refused,
        616,
    ]
    assert session.scalar(select(func.max(Publication.citation_count))) > 100
    session.rollback()
    works = str(data_folder("openalex_api_fixtures") / "openalex_author_works.json")
    assert counts(run("--as", "openalex", works).stdout.splitlines()[-1]) == [4, 0, 0, 0, 4]
    assert counts(run("--as", "openalex", works).stdout.splitlines()[-1]) == [0, 0, 4, 0, 4]
