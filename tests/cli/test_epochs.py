"""`scholarnet epochs`: real reviews exported, replayed where there is no database, and compared."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.cli import main
from api.jobs import run_epoch
from scholarnet.models import Post
from scholarnet.sources.epoch_folders import FORMAT, MANIFEST, NEEDED
from scholarnet.sources.sealed_lines import seal
from tests import databases
from tests.conftest import ROOT
from tests.factories.row import using
from tests.services.communities import add_community

COUNTS = "2,966 posts, 11,452 reviews"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def done(*arguments: str | Path) -> str:
    """The output of a call that must succeed."""
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def said(output: str, name: str) -> str:
    """What stands behind a name in the output."""
    return next(line.split()[1] for line in output.splitlines() if line.startswith(f"{name} "))


@pytest.fixture
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no database is, and one is asked for in vain."""
    (tmp_path / "nowhere").mkdir()
    monkeypatch.chdir(tmp_path / "nowhere")
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")


def bring_in(folder: Path, place: Path, template: Path) -> str:
    """Import real reviews on SQLite, fit them, and export the epoch; return its hash."""
    (place / "one.db").write_bytes(template.read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCHOLARNET_DATABASE_URL", f"sqlite:///{place / 'one.db'}")
        done(
            *("import", "reviews", "--reviews", folder / "reviews.csv", "--posts", folder / "papers.jsonl.gz"),
            *("--venue", "ICLR", "--scale", "1:10", "--reviewer-scope", "item", "--columns", "item=paper_id"),
            "--verified",
        )
        found = said(done("score"), "hash")
        for n in (1, 2, 7):
            done("epochs", "export", "latest", "--out", place / str(n), "--shards", str(n))
        done("epochs", "export", "latest", "--out", place / "public", "--public")
    return found


@pytest.mark.usefixtures("_nowhere")
def test_real_reviews_replay_without_their_database_and_what_parameters_move_is_told(
    sqlite_template: Path, tmp_path: Path, data_folder
) -> None:
    """One test, since to bring them in costs most of it."""
    expected = bring_in(data_folder("iclr2021_ratings"), tmp_path, sqlite_template)
    in_a_process_that_never_saw_a_database(tmp_path / "7", expected)
    first = done("epochs", "replay", tmp_path / "1")
    assert said(first, "exported") == said(first, "computed") == expected
    assert COUNTS in first
    public = done("epochs", "replay", tmp_path / "public")
    assert said(public, "exported") == said(public, "computed")
    assert COUNTS in public
    other = done("epochs", "replay", tmp_path / "2", "--set", "huber_c=1.5", "--out", tmp_path / "narrow")
    assert said(other, "exported") == expected != said(other, "computed")
    the_ten_that_moved_most_are_named(tmp_path / "2", tmp_path / "narrow")
    a_changed_byte_is_named(tmp_path / "2" / "posts-2-of-2.jsonl")


def in_a_process_that_never_saw_a_database(folder: Path, expected: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SCHOLARNET_")}
    found = subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main()", "epochs", "replay", str(folder)],
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stderr) == (0, "")
    assert said(found.stdout, "computed") == expected
    assert list(Path.cwd().iterdir()) == [], "and it makes none"


def the_ten_that_moved_most_are_named(before: Path, after: Path) -> None:
    head, names, *lines = done("epochs", "diff", before, after).splitlines()
    assert head.endswith("posts moved")
    assert names.split() == ["post", "before", "after", "move", "=", "reviews", "model", "reviewers", "weights"]
    assert len(lines) == 10
    ours, theirs = values(before), values(after)
    expected = sorted((abs(theirs[post] - ours[post]) for post in ours), reverse=True)
    for line, most in zip(lines, expected, strict=False):
        post, start, end, move, _, *reasons = line.split()
        assert (float(start), float(end)) == pytest.approx((ours[post], theirs[post]), abs=6e-5)
        assert abs(float(move)) == pytest.approx(most, abs=6e-5)
        assert sum(map(float, reasons)) == pytest.approx(float(move), abs=6e-5)


def values(folder: Path) -> dict[str, float]:
    """The scores that an export tells, of posts that have one."""
    records = (json.loads(line) for path in folder.glob("posts-*") for line in path.read_text().splitlines())
    return {one["id"]: one["value"] for one in records if one["section"] == "post" and one["value"] is not None}


def a_changed_byte_is_named(path: Path) -> None:
    lines = path.read_text().splitlines(keepends=True)
    at = next(at for at, line in enumerate(lines) if at > 1000 and '"overall":5.0' in line)
    lines[at] = lines[at].replace('"overall":5.0', '"overall":6.0')
    path.write_text("".join(lines))
    result = run("epochs", "replay", path.parent)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: {path}, line {at + 1}: was changed in 'overall' of the review ")


@pytest.mark.usefixtures("_nowhere")
@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("huber=1", "no constant"),
        ("huber_c=x", "a number"),
        ("sweeps_max=1.5", "whole"),
        ("kappa=1,2", "6 numbers"),
        ("faded_share=1", "no constant"),
        ("trend_save=1", "no constant"),
    ],
)
def test_a_wrong_setting_is_refused(setting: str, message: str) -> None:
    result = run("epochs", "replay", "anywhere", "--set", setting)
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.usefixtures("_nowhere")
@pytest.mark.parametrize("wrong", [{"files": 5}, {"files": None}, {"detail": ["public"]}])
def test_a_manifest_that_names_no_files_is_refused(wrong: dict, tmp_path: Path) -> None:
    whole = dict.fromkeys(NEEDED, "") | {"format": FORMAT, "detail": "public", "files": {}}
    (tmp_path / MANIFEST).write_bytes(seal(whole | wrong, line=1, seed=MANIFEST))
    result = run("epochs", "replay", tmp_path)
    assert (result.exit_code, "does not name the files" in result.stderr) == (2, True)


def test_epochs_are_listed_exported_and_compared_from_the_database(
    sqlite_template: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "one.db").write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{tmp_path / 'one.db'}"
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", url)
    with databases.disposing(url) as engine:
        with Session(engine) as session, using(session):
            add_community(session)
        run_epoch(engine)
    listed = done("epochs", "list").splitlines()
    assert [line.split()[-2] for line in listed[1:]] == ["yes", "no"]
    newest, oldest = (line.split()[0] for line in listed[1:])
    done("epochs", "export", newest, "--out", tmp_path / "all")
    assert done("epochs", "diff", "latest", tmp_path / "all") == "0 posts moved\n"
    assert "nor a folder of that name" in run("epochs", "diff", newest, tmp_path / "nowhere").stderr
    for call in (("export", oldest, "--out", tmp_path / "x"), ("diff", oldest, newest)):
        refused = run("epochs", *call)
        assert refused.exit_code == 2
        assert "not kept any more" in refused.stderr
    assert run("epochs", "export", "0" * 13, "--out", tmp_path / "x").exit_code == 2
    full = run("epochs", "export", newest, "--out", tmp_path / "all")
    assert (full.exit_code, "is not empty" in full.stderr) == (2, True)
    done("epochs", "export", newest, "--out", tmp_path / "public", "--public")
    assert "public export" in run("epochs", "replay", tmp_path / "public", "--set", "huber_c=1").stderr
    assert "public export" in run("epochs", "diff", tmp_path / "public", newest).stderr
    for setting, why in (("sweeps_max=1", "no fit was found"), ("calibration_z=0", "must be above 0")):
        assert why in run("epochs", "replay", tmp_path / "all", "--set", setting).stderr
    with databases.disposing(url) as engine:
        with Session(engine) as session, session.begin():
            for post in session.scalars(select(Post)):
                post.public_id = post.public_id[::-1]
        run_epoch(engine)
    assert "no post in common" in run("epochs", "diff", tmp_path / "all", "latest").stderr
    later = done("epochs", "replay", tmp_path / "all", "--as-of", "2030-01-01T00:00:00+0000")
    assert said(later, "computed") != said(later, "exported")
