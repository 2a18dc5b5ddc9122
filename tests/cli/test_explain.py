"""`scholarnet explain`: a score taken apart, in text and as a picture."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from api.cli import main
from scholarnet.models import Audience, Identity
from scholarnet.services.explanations import explain
from tests.factories import ResearcherFactory
from tests.services.writing import publish, review

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def _database(engine, monkeypatch) -> None:
    monkeypatch.setenv("SCHOLARNET_DATABASE_URL", engine.url.render_as_string(hide_password=False))


def show(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["explain", *arguments])


def test_the_post_is_printed_and_drawn_that_differs_most_from_its_mean(session: Session, tmp_path: Path) -> None:
    for post in (publish(session, title="usual"), publish(session, title="hidden", audience=Audience.MEMBERS)):
        review(session, post=post, overall=10.0 if post.audience is Audience.MEMBERS else 6.0)
    post = publish(session, title="Two <views>")
    ann, hidden, unvouched = (ResearcherFactory(), ResearcherFactory(), ResearcherFactory(unverified=True))
    review(session, post=post, by=ann, overall=8.0)
    review(session, post=post, by=hidden, overall=10.0, identity=Identity.ANONYMOUS)
    review(session, post=post, by=unvouched, overall=9.0)
    explanation = explain(session, post=post, viewer=None)
    handles, post_id = (ann.handle, unvouched.handle, hidden.handle), post.public_id
    session.commit()

    picture = tmp_path / "score.svg"
    result = show("--svg", str(picture))
    assert result.exit_code == 0, result.output
    assert "Two <views>" in result.output
    for sentence in explanation.words:
        assert sentence in result.output
    for share in explanation.shares:
        (row,) = (line for line in result.output.splitlines() if "│" in line and share["review_id"] in line)
        assert f"{share['share']:+.2f}" in row
        assert f"{share['value_without']:.2f}" in row
        assert (share["capped_by"] or "│") in row
    assert show(post_id).output == result.output.rpartition("drawn")[0]

    drawn = ElementTree.fromstring(picture.read_text())  # noqa: S314 - our own
    texts = [text.text for text in drawn.iter(f"{SVG}text")]
    assert {f"{handles[0]}: 8", f"{handles[1]}: 9", "anonymous: 10"} <= set(texts)
    assert f"plain mean {explanation.plain_mean:.2f}" in texts
    assert not [text for text in (*texts, result.output) if handles[2] in text or hidden.name in text]
    # One rating is as wide everywhere: from the start, over the steps, to the value.
    bars = [group.find(f"{SVG}rect") for group in drawn.iter(f"{SVG}g")]
    ones = {line.get("class"): float(line.get("x1")) for line in drawn.iter(f"{SVG}line")}
    shares = sorted((share["share"] for share in explanation.shares), reverse=True)
    scale = (ones["value"] - ones["start"]) / (explanation.value - explanation.middle)
    assert [float(bar.get("width")) for bar in bars] == pytest.approx([scale * one for one in shares], abs=0.2)
    assert ones["mean"] == pytest.approx(ones["start"] + scale * (explanation.plain_mean - explanation.middle), abs=0.2)
    assert [bar.get("class") for bar in bars][-1] == "up capped", "the account that nobody vouches for"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_cannot_be_taken_apart_is_said(session: Session) -> None:
    session.commit()
    nothing = show()
    assert (nothing.exit_code, "no post has a score yet" in nothing.output) == (1, True)
    unread = publish(session).public_id
    session.commit()
    assert "No review counts yet" in show(unread).output
    nowhere = show(unread, "--svg", "none/score.svg")
    assert (nowhere.exit_code, "there is no directory 'none'" in nowhere.output) == (2, True)
    unknown = show("0000000000000")
    assert (unknown.exit_code, "there is no post" in unknown.output) == (2, True)
