"""Following: once, in public, in lists by the day, and never oneself."""

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from scholarnet.models import Follow
from tests.api.calls import Caller
from tests.api.fixtures import Join
from tests.factories import FollowFactory, ResearcherFactory


def names(caller: Caller, path: str) -> list[str]:
    return [one["researcher"]["id"] for one in caller.walk(path)]


def test_a_follow_is_one_however_often_it_is_given_and_leaves_no_row_when_it_is_taken_back(
    join: Join, visitor: Caller, session: Session
) -> None:
    rosa, tom, ann = join("rosa"), join("tom"), join("ann")
    FollowFactory()
    nobody = ResearcherFactory(unclaimed=True).public_id
    session.commit()
    for follower, followed in ((tom, rosa.id), (tom, "@rosa"), (ann, rosa.id), (tom, nobody)):
        assert follower.put(f"/researchers/{followed}/follow").status_code == 204
    assert set(names(visitor, f"/researchers/{rosa.id}/followers")) == {tom.id, ann.id}
    assert set(names(visitor, f"/researchers/{tom.id}/following")) == {rosa.id, nobody}
    assert names(visitor, f"/researchers/{tom.id}/followers") == []
    seen = visitor.get(f"/researchers/{rosa.id}")
    assert (seen.json["n_followers"], seen.json["n_following"]) == (2, 0)
    assert visitor.get(f"/researchers/{tom.id}").json["n_following"] == 2
    for _ in range(2):
        tom.delete(f"/researchers/{rosa.id}/follow")
    again = visitor.get(f"/researchers/{rosa.id}", headers={"If-None-Match": seen.headers["ETag"]})
    assert again.json["n_followers"] == 1
    assert len(session.scalars(select(Follow)).all()) == 3


def test_followers_come_newest_day_first_and_each_once_when_paged(
    join: Join, visitor: Caller, session: Session
) -> None:
    rosa, *fans = (join(name) for name in ("rosa", "tom", "ann", "ben"))
    for fan in fans:
        fan.put(f"/researchers/{rosa.id}/follow")
    first = select(Follow.follower_id).order_by(Follow.follower_id).limit(1).scalar_subquery()
    session.execute(update(Follow).where(Follow.follower_id == first).values(created_on=date(2026, 1, 5)))
    session.commit()
    pages = visitor.walk(f"/researchers/{rosa.id}/followers?per_page=1")
    assert pages == visitor.get(f"/researchers/{rosa.id}/followers").json["results"]
    assert {one["researcher"]["id"] for one in pages} == {fan.id for fan in fans}
    assert (pages[-1]["researcher"]["id"], pages[-1]["followed_on"]) == (fans[0].id, "2026-01-05")
    following = visitor.get(f"/researchers/{fans[0].id}/following").json["results"]
    assert [(one["researcher"]["id"], one["followed_on"]) for one in following] == [(rosa.id, "2026-01-05")]


def test_nobody_follows_themselves_nor_somebody_who_is_not_there(join: Join) -> None:
    rosa = join("rosa")
    assert "researcher" in rosa.put(f"/researchers/{rosa.id}/follow", expect=422).json["errors"]
    rosa.put("/researchers/0000000000000/follow", expect=404)
    assert rosa.get(f"/researchers/{rosa.id}").json["n_following"] == 0
