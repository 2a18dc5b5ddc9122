"""`scholarnet clusters`: who reviews together, in text and as a picture."""

import re
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from api.cli import main
from api.jobs import run_epoch
from tests.services.communities import add_community, add_ring

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def _database(engine, monkeypatch) -> None:
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", engine.url.render_as_string(hide_password=False))


def show(*arguments: str):
    return CliRunner().invoke(main, ["clusters", *arguments])


def test_the_ring_is_printed_with_what_it_says_and_drawn(engine, session: Session, tmp_path):
    posts = add_community(session, n_posts=40, n_reviewers=60, n_each=8)
    handles = [one.handle for one in add_ring(session, pushed=posts[:5], others=posts[20:30])]
    session.rollback()
    run_epoch(engine)
    picture = tmp_path / "ring.svg"
    result = show("--svg", str(picture))
    assert result.exit_code == 0, result.output
    first, names, *lines, _drawn = result.output.splitlines()
    assert "15 posts in common" in first
    assert "budget 1.5" in first
    assert names.split() == [*(f"{handle}," for handle in handles[:-1]), handles[-1]]
    assert [("they: 10 10 10 10 10 " in line) for line in lines] == [True] * 5 + [False] * 10
    drawn = ElementTree.fromstring(picture.read_text())  # noqa: S314 - our own
    columns = drawn.findall(f"{SVG}g")
    assert len(columns) == 7
    for column, line in zip(columns, lines, strict=False):
        said = re.search(r"they: ([\d. ]+?) +others: ([\d. ]+)", line)
        dots = [one.get("class") for one in column.iter(f"{SVG}circle")]
        assert (dots.count("they"), dots.count("others")) == (len(said[1].split()), len(said[2].split()))


@pytest.mark.usefixtures("session")
def test_nothing_is_drawn_when_nobody_reviews_together(engine, tmp_path):
    run_epoch(engine)
    assert show().output == "nobody reviews together more than chance and departs from everybody else\n"
    result = show("--svg", str(tmp_path / "ring.svg"))
    assert result.exit_code == 1
    assert "there is no cluster to draw" in result.output
    assert not (tmp_path / "ring.svg").exists()
