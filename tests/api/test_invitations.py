"""Invitations through the API: byte for byte the same for the inviter, whatever the invited does unseen."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from tests.api.calls import Caller, publish, review
from tests.api.fixtures import Join


@pytest.fixture
def rosa(join: Join) -> Caller:
    return join("rosa")


def test_the_inviters_view_stays_the_same_when_the_invited_accepts_and_reviews_unseen(rosa: Caller, join: Join) -> None:
    ada, eva = join("ada"), join("eva", role="editor", scopes=["read", "write", "admin"])
    post = publish(rosa)
    invitation = rosa.post(f"/posts/{post}/invitations", {"researcher_id": "@ada"}).json["id"]
    paths = (f"/posts/{post}/invitations", f"/invitations/{invitation}")
    before = [who.get(path).data for who in (rosa, eva) for path in paths]
    before.append(eva.get("/researchers/@ada/load").data)
    ada.post(f"/invitations/{invitation}/accept", {})
    ada.put(f"/posts/{post}/review-draft", {"overall": 4})
    review(ada, post, 4, identity="anonymous")
    after = [who.get(path).data for who in (rosa, eva) for path in paths]
    after.append(eva.get("/researchers/@ada/load").data)
    assert after == before
    again = {"researcher_id": "@ada"}
    assert rosa.post(f"/posts/{post}/invitations", again, expect=409).json["detail"].startswith("this person holds")


def test_the_invited_answers_and_the_inviter_is_told_when_they_like(rosa: Caller, join: Join) -> None:
    ada, post = join("ada"), publish(rosa)
    invitation = rosa.post(f"/posts/{post}/invitations", {"researcher_id": ada.id}).json["id"]
    (own,) = ada.get("/invitations").json["results"]
    assert (own["id"], own["status"], own["title"]) == (invitation, "open", "Knee MRI at 0.55 T")
    ada.post(f"/invitations/{invitation}/decline", {"reason": "No time.", "tells_inviter": True})
    assert rosa.get(f"/invitations/{invitation}").json["decline_reason"] == "No time."
    ada.post(f"/invitations/{invitation}/accept", {}, expect=409)
    rosa.delete(f"/invitations/{invitation}")
    assert ada.get("/invitations").json["results"] == []


def test_an_invitation_is_nobody_elses(rosa: Caller, join: Join, visitor: Caller) -> None:
    tom, post = join("tom"), publish(rosa)
    invitation = rosa.post(f"/posts/{post}/invitations", {"researcher_id": join("ada").id}).json["id"]
    tom.get(f"/invitations/{invitation}", expect=404)
    tom.get(f"/posts/{post}/invitations", expect=403)
    tom.post(f"/posts/{post}/invitations", {"researcher_id": tom.id}, expect=403)
    tom.post(f"/invitations/{invitation}/accept", {}, expect=404)
    tom.delete(f"/invitations/{invitation}", expect=404)
    tom.get("/researchers/@ada/load", expect=403)
    visitor.get("/invitations", expect=401)


def test_two_inviters_at_the_same_time_send_one_invitation(app: Flask, rosa: Caller, join: Join) -> None:
    post, ada = publish(rosa), join("ada")
    eva = join("eva", role="editor", scopes=["read", "write", "admin"])
    rosa.get("/openapi.json")  # the document is made once, by one thread

    def send(who: Caller) -> int:
        headers = {"Authorization": f"Bearer {who.token}"}
        client = app.test_client(use_cookies=False)
        body = {"researcher_id": ada.id}
        return client.post(f"/api/v1/posts/{post}/invitations", json=body, headers=headers).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, (rosa, eva))) == [201, 409]
    assert len(ada.get("/invitations").json["results"]) == 1
