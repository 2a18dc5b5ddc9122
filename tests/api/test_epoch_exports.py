"""Epochs exported and compared through the API."""

import json
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.cli import main
from api.jobs import run_epoch
from scholarnet.models import Post, Researcher, Review
from scholarnet.services import epoch_views
from scholarnet.services.epoch_hashes import ROOTS, scores_hash
from scholarnet.services.reviews import withdraw_review
from tests.api.calls import Caller, review
from tests.api.fixtures import Join
from tests.factories import EpochFactory
from tests.services.communities import add_community

ADMIN = {"role": "admin", "scopes": ["read", "review", "admin"]}


@pytest.fixture
def epoch_id(session: Session, engine: Engine) -> str:
    add_community(session, n_posts=6, n_reviewers=8, n_each=3)
    return run_epoch(engine).public_id


def lines(caller: Caller, path: str, **options: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in caller.get(path, **options).get_data(as_text=True).splitlines()]


def test_anybody_recomputes_every_score_from_the_public_export(visitor: Caller, epoch_id: str) -> None:
    response = visitor.get(f"/epochs/{epoch_id}/export")
    assert response.content_type == "application/x-ndjson"
    head, *records, end = map(json.loads, response.get_data(as_text=True).splitlines())
    posts = [one for one in records if one["section"] == "post"]
    assert end == {"section": "end", "n_posts": 6, "n_reviews": 24}
    assert (len(posts), len(records)) == (6, 30)
    assert scores_hash((one["id"], *(one[name] for name in ROOTS)) for one in posts) == head["scores_hash"]
    c = head["population"]["model"]["parameters"]["huber_c"]
    for post in posts:
        said = [one for one in records if one.get("post") == post["id"]]

        def excess(k: int, said: list[dict[str, Any]] = said) -> int:
            pulls = (
                max(-c, min(c, (one["x"] - k * 2.0**-32) * sqrt(one["p"]))) * (one["phi"] * sqrt(one["p"])) * 2.0**32
                for one in said
            )
            return k - sum(map(round, pulls))

        assert excess(post["theta_k"]) >= 0 > excess(post["theta_k"] - 1)
        assert visitor.get(f"/posts/{post['id']}").json["score"]["value"] == post["value"]


def test_a_download_replays_where_it_is_whole_and_tells_what_is_not_as_it_was(
    visitor: Caller, session: Session, epoch_id: str, tmp_path: Path
) -> None:
    file = tmp_path / "epoch.ndjson"

    def replayed(text: str) -> Result:
        file.write_text(text)
        return CliRunner().invoke(main, ["epochs", "replay", str(file)])

    text = visitor.get(f"/epochs/{epoch_id}/export").get_data(as_text=True)
    whole = replayed(text)
    assert whole.exit_code == 0, whole.output
    assert "6 posts, 24 reviews" in whole.output
    cut = replayed(text.rsplit('{"section":"end"')[0])
    assert (cut.exit_code, "line 31: ends before its last line" in cut.output) == (2, True), cut.output
    theta = str(json.loads(text.splitlines()[1])["theta_k"])
    changed = replayed(text.replace(f'"theta_k":{theta}', f'"theta_k":{theta}1', 1))
    assert (changed.exit_code, "theta_k" in changed.output) == (1, True), changed.output
    assert "line 2:" in replayed(text.replace('"section":"post"', '"section":"pest"', 1)).output
    assert "does not begin as an exported epoch" in replayed(text.split("\n", 1)[1]).output
    session.scalars(select(Post)).first().audience = "private"
    session.commit()
    partial = replayed(visitor.get(f"/epochs/{epoch_id}/export").get_data(as_text=True))
    assert (partial.exit_code, "left out   1 posts" in partial.output) == (0, True), partial.output


def test_a_reader_who_has_it_is_told_that_nothing_changed_until_what_they_may_see_does(
    visitor: Caller, session: Session, epoch_id: str
) -> None:
    path = f"/epochs/{epoch_id}/export"
    known = {"If-None-Match": visitor.get(path).headers["ETag"]}
    assert visitor.get(path, headers=known).status_code == 304
    post = session.scalars(select(Post)).first()
    post.audience, gone = "private", post.public_id
    session.commit()
    found = lines(visitor, path, headers=known)
    assert gone not in {one.get("id") for one in found} | {one.get("post") for one in found}
    assert found[-1]["n_posts"] == 5


def test_what_a_withdrawn_review_said_is_in_no_export_any_more(
    visitor: Caller, session: Session, engine: Engine, epoch_id: str
) -> None:
    path = f"/epochs/{epoch_id}/export"
    review = session.scalars(select(Review)).first()
    withdraw_review(session, actor=session.get(Researcher, review.reviewer_id), review=review)
    gone = session.get(Post, review.post_id).public_id
    session.commit()
    found = lines(visitor, path)
    assert gone not in {one.get("id") for one in found} | {one.get("post") for one in found}
    assert found[-1]["n_posts"] == 5
    assert lines(visitor, f"/epochs/{run_epoch(engine).public_id}/export")[-1]["n_posts"] == 6


def test_who_is_writing_a_review_gets_neither_the_posts_lines_nor_its_moves(
    join: Join, session: Session, engine: Engine, epoch_id: str
) -> None:
    tom, eva = join("tom"), join("eva", **ADMIN)
    post = session.scalars(select(Post.public_id)).first()
    session.rollback()
    review(join(), post, 1)
    last = run_epoch(engine).public_id
    diff = f"/epochs/{last}/diff?against={epoch_id}"
    assert post in {one["post_id"] for one in tom.get(diff).json["results"]}
    for one in (tom, eva):
        one.put(f"/posts/{post}/review-draft", {"overall": 6})
    assert post not in {one["post_id"] for one in tom.get(diff).json["results"]}
    told = lines(tom, f"/epochs/{last}/export")
    assert post not in {one.get("id") for one in told} | {one.get("post") for one in told}
    assert len([one for one in told if one["section"] == "post"]) == 5
    eva.get(f"/epochs/{last}/operators-export", expect=403)
    eva.delete(f"/posts/{post}/review-draft")
    assert post in {one.get("id") for one in lines(eva, f"/epochs/{last}/operators-export")}


def test_the_operators_export_is_for_administrators_and_whole(join: Join, epoch_id: str) -> None:
    path = f"/epochs/{epoch_id}/operators-export"
    join(role="moderator", scopes=["read", "admin"]).get(path, expect=403)
    found = lines(join(**ADMIN), path)
    assert [one["section"] for one in found].count("person") == 11
    assert found[-1] == {"section": "end", "n_works": 0, "n_posts": 6, "n_reviews": 24}


def test_moves_page_most_first_with_reasons_that_add_up_to_the_last_bit(
    visitor: Caller, join: Join, session: Session, engine: Engine, epoch_id: str
) -> None:
    posts = session.scalars(select(Post.public_id)).all()
    session.rollback()
    for post in posts[:3]:
        review(join(), post, 10)
    last = run_epoch(engine).public_id
    path = f"/epochs/{last}/diff?against={epoch_id}"
    moves = visitor.walk(f"{path}&per_page=2")
    assert len(moves) == len({one["post_id"] for one in moves}) >= 3
    assert moves == visitor.get(f"{path}&per_page=200").json["results"]
    assert [abs(one["move"]) for one in moves] == sorted((abs(one["move"]) for one in moves), reverse=True)
    before = {
        one["id"]: one["value"] for one in lines(visitor, f"/epochs/{epoch_id}/export") if one["section"] == "post"
    }
    for one in moves:
        assert sum(one["reasons"].values()) == one["move"] == one["after"] - one["before"]
        assert one["before"] == pytest.approx(before[one["post_id"]], abs=1e-11)
    assert set(posts[:3]) <= {one["post_id"] for one in moves if one["reasons"]["reviews"] > 0.01}
    assert visitor.get(f"/epochs/{last}/diff?against={last}").json["results"] == []


def test_what_cannot_be_exported_or_compared_is_said(
    visitor: Caller, session: Session, engine: Engine, epoch_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = run_epoch(engine).public_id
    path = f"/epochs/{last}/diff"
    visitor.get(path, expect=422)
    assert "against" in visitor.get(f"{path}?against={'0' * 13}", expect=422).json["errors"]
    for cursor in ("x", "WzFd", "WzEsMV0"):
        visitor.get(f"{path}?against={epoch_id}&cursor={cursor}", expect=400)
    visitor.get(f"/epochs/{'0' * 13}/export", expect=404)
    never = EpochFactory().public_id
    session.commit()
    assert never in visitor.get(f"{path}?against={never}", expect=409).json["detail"]
    visitor.get(f"/epochs/{never}/export", expect=409)
    monkeypatch.setattr(epoch_views, "MOST_REVIEWS", 10)
    assert "scholarnet epochs diff" in visitor.get(f"{path}?against={epoch_id}", expect=409).json["detail"]
