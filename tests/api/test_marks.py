"""Recommending, keeping and reading a post: who sees what of it, and that none of it moves a score."""

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from scholarnet.models import PostRecommendation, PostScore, ReadCount, SavedPost, ScoreEvent
from tests.api.calls import Caller, publish, review
from tests.api.fixtures import Join

KEYS = select(PostScore.trending).order_by(PostScore.post_id)


def trending(visitor: Caller) -> list[str]:
    return [one["id"] for one in visitor.get("/posts?sort=trending").json["results"]]


def test_a_recommendation_is_public_once_given_and_moves_trending_but_no_score(join: Join, visitor: Caller) -> None:
    rosa, tom, ann = join("rosa"), join("tom"), join("ann")
    post, other = publish(rosa), publish(rosa)
    before = visitor.get(f"/posts/{post}").json
    assert (before["n_recommendations"], before["score"]["value"]) == (0, None)
    for fan in (tom, tom, ann):
        fan.put(f"/posts/{post}/recommendation")
    tom.put(f"/posts/{other}/recommendation")
    assert trending(visitor) == [post, other]
    listed = visitor.get(f"/posts/{post}/recommendations").json["results"]
    assert {one["researcher"]["id"] for one in listed} == {tom.id, ann.id}
    after = visitor.get(f"/posts/{post}").json
    assert (after["n_recommendations"], after["score"]) == (2, before["score"])
    for fan in (tom, tom, ann):
        fan.delete(f"/posts/{post}/recommendation")
    assert trending(visitor) == [other, post]
    assert visitor.get(f"/posts/{post}/recommendations").json["results"] == []


def test_a_recommendation_given_again_has_its_first_day(join: Join, session: Session) -> None:
    rosa, tom = join("rosa"), join("tom")
    post = publish(rosa)
    tom.put(f"/posts/{post}/recommendation")
    session.execute(update(PostRecommendation).values(created_on=date(2026, 1, 5)))
    session.commit()
    tom.delete(f"/posts/{post}/recommendation")
    tom.put(f"/posts/{post}/recommendation")
    assert rosa.get(f"/posts/{post}/recommendations").json["results"][0]["recommended_on"] == "2026-01-05"


def test_nobody_recommends_their_own_work_nor_what_is_not_published(join: Join) -> None:
    rosa, tom, ines = join("rosa"), join("tom"), join("ines")
    post = publish(rosa, authors=[{"researcher_id": rosa.id}, {"researcher_id": ines.id}])
    for author in (rosa, ines):
        assert "own work" in author.put(f"/posts/{post}/recommendation", expect=403).json["detail"]
    rosa.post(f"/posts/{post}/withdraw", {})
    for action in ("recommendation", "save"):
        tom.put(f"/posts/{post}/{action}", expect=409)
    rosa.put(f"/posts/{post}x/save", expect=404)


def test_what_is_kept_is_seen_by_oneself_alone_and_counted_from_three_on(
    join: Join, visitor: Caller, session: Session
) -> None:
    rosa, *fans = (join(name) for name in ("rosa", "tom", "ann", "ben"))
    post, other = publish(rosa), publish(rosa)
    for number, fan in enumerate(fans):
        assert visitor.get(f"/posts/{post}").json["n_saves"] is None, number
        fan.put(f"/posts/{post}/save")
    fans[0].put(f"/posts/{post}/save")
    assert visitor.get(f"/posts/{post}").json["n_saves"] == 3
    assert fans[2].id not in rosa.get(f"/posts/{post}").get_data(as_text=True)
    fans[0].put(f"/posts/{other}/save")
    assert [one["id"] for one in fans[0].get("/auth/saved").json["results"]] == [other, post]
    assert rosa.get("/auth/saved").json["results"] == []
    fans[0].delete(f"/posts/{post}/save")
    fans[0].delete(f"/posts/{post}/save")
    assert [one["id"] for one in fans[0].get("/auth/saved").json["results"]] == [other]
    assert len(session.scalars(select(SavedPost)).all()) == 3, "no row stays of what is taken back"
    session.commit()
    told = session.scalars(select(ScoreEvent).where(ScoreEvent.kind == "post_marked")).all()
    assert {(line.review_id, str(line.payload)) for line in told} == {(None, "{}")}, "the log names nobody"
    session.commit()


def test_reads_are_a_number_a_day_that_authors_do_not_raise(join: Join, visitor: Caller, session: Session) -> None:
    rosa, tom = join("rosa"), join("tom")
    post = publish(rosa)
    for reader in (visitor, tom, tom, rosa):
        assert reader.post(f"/posts/{post}/reads").status_code == 204
    assert visitor.get(f"/posts/{post}").json["n_reads"] == 3
    (row,) = session.scalars(select(ReadCount)).all()
    assert {column.name for column in ReadCount.__table__.columns} == {"post_id", "day", "n"}
    assert row.n == 3
    session.commit()
    private = publish(rosa, audience="private")
    visitor.post(f"/posts/{private}/reads", expect=404)
    assert trending(visitor) == [post]


def test_who_holds_an_open_review_learns_nothing_of_who_recommends(join: Join) -> None:
    rosa, tom, ann = join("rosa"), join("tom"), join("ann")
    post = publish(rosa)
    ann.put(f"/posts/{post}/recommendation")
    review(ann, post, 9)
    tom.put(f"/posts/{post}/review-draft", {"overall": 5})
    tom.get(f"/posts/{post}/recommendations", expect=403)
    shown = tom.get(f"/posts/{post}").json
    assert (shown["n_recommendations"], shown["n_saves"]) == (None, None)
    for key in ("trending", "controversial", "needs_review", "-trending"):
        assert tom.get(f"/posts?sort={key}").json["results"] == []
        assert [one["id"] for one in ann.get(f"/posts?sort={key}").json["results"]] == [post]


def test_pages_of_a_sort_key_go_on_where_they_ended(join: Join, visitor: Caller) -> None:
    rosa, tom = join("rosa"), join("tom")
    posts = [publish(rosa) for _ in range(4)]
    for post in posts[:2]:
        tom.put(f"/posts/{post}/recommendation")
    for key in ("trending", "-trending", "controversial", "-needs_review", "trending&filter=status:published"):
        whole = [one["id"] for one in visitor.get(f"/posts?sort={key}").json["results"]]
        assert [one["id"] for one in visitor.walk(f"/posts?sort={key}&per_page=1")] == whole
        assert set(whole) == set(posts)
    assert set(trending(visitor)[:2]) == set(posts[:2])


def test_an_unsigned_review_weighs_the_same_whoever_wrote_it_and_whatever_else_they_did(
    join: Join, session: Session
) -> None:
    """Else the place in `trending` would tell that a fan of the post is its anonymous reviewer."""
    rosa, fan, stranger = join("rosa"), join("fan"), join("stranger")
    by_fan, by_stranger = publish(rosa), publish(rosa)
    for post in (by_fan, by_stranger):
        fan.put(f"/posts/{post}/recommendation")
    review(fan, by_fan, 7, identity="anonymous")
    review(stranger, by_stranger, 7, identity="anonymous")
    values = [float(row) for row in session.execute(KEYS).scalars()]
    session.commit()
    assert values[0] == values[1]


def test_trends_refuse_a_window_that_is_none_and_name_the_field(join: Join) -> None:
    eva = join("eva", role="editor", scopes=["read", "write", "review", "admin"])
    for query in ("window=0", "window=91", "kind=poem", "per_page=51", "tag=", "when=now"):
        assert query.partition("=")[0] in eva.get(f"/trends?{query}", expect=422).get_data(as_text=True)
    empty = eva.get("/trends?tag=mri&field=radiology&kind=preprint").json
    assert set(empty) >= {"rising_posts", "rising_tags", "rising_researchers", "contested", "lacking_reviewer"}
    assert all(section == [] for section in empty.values())
