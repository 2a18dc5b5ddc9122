"""Epochs, and what follows from them."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.jobs import run_epoch
from scholarnet.models import RunState
from tests.api.calls import Caller, publish, review
from tests.api.fixtures import Join
from tests.factories import EpochFactory, EpochRunFactory
from tests.services.communities import START


def test_an_epoch_takes_over_whole(join: Join, visitor: Caller, engine: Engine) -> None:
    post_id = publish(join("rosa"))
    for overall in (8, 9, 7):
        review(join(), post_id, overall)
    first = visitor.get("/epochs").json["results"]
    assert [one["log_position"] for one in first] == [0]
    summary = run_epoch(engine)
    newest, oldest = visitor.get("/epochs").json["results"]
    assert (newest["id"], newest["hash"], oldest) == (summary.public_id, summary.hash, first[0])
    assert (newest["n_posts"], newest["n_reviews"], newest["n_reviewers"], newest["log_position"]) == (1, 3, 3, 4)
    detail = visitor.get(f"/epochs/{newest['id']}").json
    assert "overall" in detail["population"]["criteria"]
    score = visitor.get(f"/posts/{post_id}/score").json
    assert score["epoch"] == newest["id"] == visitor.get("/health/ready").json["epoch"]
    assert sum(share["share"] for share in score["shares"]) + score["prior_share"] == pytest.approx(
        score["value"], abs=1e-9, rel=0
    )
    assert visitor.get(f"/posts/{post_id}").json["score"]["value"] == score["value"]


def test_a_half_made_epoch_is_not_there(visitor: Caller, session: Session) -> None:
    half = EpochFactory(is_complete=False).public_id
    session.commit()
    assert visitor.get("/epochs").json["results"] == []
    visitor.get(f"/epochs/{half}", expect=404)


def test_editors_see_what_became_of_each_run(join: Join, session: Session, engine: Engine) -> None:
    half = EpochFactory(is_complete=False).id
    EpochRunFactory(state=RunState.FAILED, error="no fit was found", ended_at=START)
    EpochRunFactory(state=RunState.STOPPED, epoch_id=half, ended_at=START + timedelta(hours=1))
    session.commit()
    editor = join(role="editor", scopes=["read", "admin"])
    epoch = run_epoch(engine, as_of=START)
    newest, *older = editor.walk("/epochs/runs?per_page=2")
    assert (newest["state"], newest["step"], newest["started_by"]) == ("succeeded", "switching", "command")
    assert (newest["epoch"], newest["error"], newest["n_sweeps"]) == (epoch.public_id, None, 0)
    assert newest["started_at"] <= newest["heartbeat_at"] <= newest["finished_at"]
    assert [(one["state"], one["error"], one["epoch"]) for one in older] == [
        ("stopped", None, None),
        ("failed", "no fit was found", None),
    ]
    assert {"host", "pid"} & newest.keys() == set()
    join("tom").get("/epochs/runs", expect=403)
