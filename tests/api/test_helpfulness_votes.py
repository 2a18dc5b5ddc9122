"""Votes on reviews: numbers for all, one's own for oneself, and nothing that tells who voted or who wrote unsigned."""

import pytest
from sqlalchemy import Date, select
from sqlalchemy.orm import Session

from scholarnet.models import HelpfulnessVote, Review
from tests.api.calls import Caller, publish, review
from tests.api.fixtures import Join
from tests.factories import HelpfulnessVoteFactory

YES, NO = {"is_helpful": True}, {"is_helpful": False}


def helpful(caller: Caller, review_id: str) -> dict[str, int]:
    return caller.get(f"/reviews/{review_id}").json["helpful"]


def test_votes_are_counted_for_everybody_and_each_account_has_one(
    join: Join, visitor: Caller, session: Session
) -> None:
    rosa, tom, ann, ben, eva = join("rosa"), join("tom"), join("ann"), join("ben"), join("eva")
    HelpfulnessVoteFactory()
    session.commit()
    post = publish(rosa)
    one, other = review(tom, post), review(join(), post)
    assert helpful(visitor, one) == {"yes": 0, "no": 0}
    for voter, says in ((ann, YES), (ann, YES), (ben, YES), (eva, NO)):
        assert voter.put(f"/reviews/{one}/vote", says).status_code == 204
    assert helpful(visitor, one) == {"yes": 2, "no": 1}
    ben.put(f"/reviews/{one}/vote", NO)
    listed = {entry["id"]: entry["helpful"] for entry in visitor.get(f"/posts/{post}/reviews").json["results"]}
    assert listed == {one: {"yes": 1, "no": 2}, other: {"yes": 0, "no": 0}}
    for _ in range(2):
        ben.delete(f"/reviews/{one}/vote")
    assert helpful(visitor, one) == {"yes": 1, "no": 1}
    assert len(session.scalars(select(HelpfulnessVote)).all()) == 3, "no row stays of what is taken back"


def test_a_vote_does_not_count_when_it_is_by_an_author_of_the_post(join: Join, visitor: Caller) -> None:
    rosa, carl, ann = join("rosa"), join("carl"), join("ann")
    mine, others = publish(rosa, authors=[{"researcher_id": one.id} for one in (rosa, carl)]), publish(ann)
    on_mine, on_others = (review(join(), post) for post in (mine, others))
    for voter, says in ((rosa, YES), (carl, NO), (ann, YES)):
        voter.put(f"/reviews/{on_mine}/vote", says)
    assert helpful(visitor, on_mine) == {"yes": 1, "no": 0}, "ann's"
    assert rosa.get(f"/reviews/{on_mine}/vote").json == YES, "one's own is told to oneself all the same"
    rosa.put(f"/reviews/{on_others}/vote", YES)
    assert helpful(visitor, on_others) == {"yes": 1, "no": 0}, "of others' posts she is no author"


def test_a_vote_is_told_to_its_voter_alone(join: Join, visitor: Caller) -> None:
    rosa, tom, ann, eva = join("rosa"), join("tom"), join("ann"), join("eva", role="admin")
    post = publish(rosa)
    one = review(tom, post)
    before = ann.get(f"/reviews/{one}/vote").json
    ann.put(f"/reviews/{one}/vote", NO)
    asked = [caller.get(f"/reviews/{one}/vote").json for caller in (ann, rosa, tom, eva)]
    assert [before, *asked] == [{"is_helpful": None}, NO, *[{"is_helpful": None}] * 3]
    visitor.get(f"/reviews/{one}/vote", expect=401)
    visitor.put(f"/reviews/{one}/vote", YES, expect=401)
    told = [
        caller.get(path).get_data(as_text=True)
        for path in (f"/reviews/{one}", "/reviews", f"/posts/{post}/reviews", f"/graph/export?node=post:{post}&depth=3")
        for caller in (visitor, rosa, tom, eva)
    ]
    assert all(ann.id not in text for text in told)


def test_a_vote_leaves_the_review_as_it_was_and_keeps_a_day_alone(
    join: Join, visitor: Caller, session: Session
) -> None:
    rosa, tom, ann = join("rosa"), join("tom"), join("ann")
    one = review(tom, publish(rosa), identity="anonymous")
    row = select(Review.__table__)
    before, shown = session.execute(row).one(), visitor.get(f"/reviews/{one}")
    session.commit()
    write = tom.tag_of(f"/reviews/{one}")
    ann.put(f"/reviews/{one}/vote", YES)
    assert session.execute(row).one() == before
    session.commit()
    after = visitor.get(f"/reviews/{one}", headers={"If-None-Match": shown.headers["ETag"]})
    assert after.json == shown.json | {"helpful": {"yes": 1, "no": 0}}
    tom.patch(f"/reviews/{one}", {"overall": 3}, headers=write)  # a vote refuses no revision
    kinds = {column.name: type(column.type) for column in HelpfulnessVote.__table__.columns}
    assert set(kinds) == {"review_id", "voter_id", "is_helpful", "created_on"}
    assert kinds["created_on"] is Date


@pytest.mark.parametrize("identity", ["signed", "anonymous"])
def test_only_the_author_of_a_review_is_refused_a_vote_on_it(join: Join, identity: str) -> None:
    """Were the reviewer's colleagues refused as well, whoever tries would learn whose colleague wrote unsigned."""
    rosa, tom, mate, stranger = join("rosa"), join("tom"), join("mate"), join("stranger")
    publish(tom, authors=[{"researcher_id": tom.id}, {"researcher_id": mate.id}])
    one = review(tom, publish(rosa), identity=identity)
    assert "own review" in tom.put(f"/reviews/{one}/vote", YES, expect=403).json["detail"]
    tom.delete(f"/reviews/{one}/vote")
    answers = {(caller.put(f"/reviews/{one}/vote", YES).status_code) for caller in (rosa, mate, stranger)}
    assert answers == {204}
    assert helpful(tom, one) == {"yes": 2, "no": 0}, "but for the author of the post"


def test_nobody_votes_on_what_they_may_not_see_or_is_withdrawn(join: Join, visitor: Caller) -> None:
    rosa, tom, ann, ben = join("rosa"), join("tom"), join("ann"), join("ben")
    post, gone = publish(rosa), publish(rosa)
    one, other = review(tom, post), review(tom, gone)
    for reviewed in (one, other):
        ann.put(f"/reviews/{reviewed}/vote", YES)
    ben.put(f"/posts/{post}/review-draft", {"overall": 5})
    for call in (ben.get, ben.delete):
        call(f"/reviews/{one}/vote", expect=404)
    ben.put(f"/reviews/{one}/vote", YES, expect=404)
    rosa.post(f"/posts/{gone}/withdraw", {})
    ben.put(f"/reviews/{other}/vote", YES, expect=409)
    tom.delete(f"/reviews/{one}")
    ann.put(f"/reviews/{one}/vote", NO, expect=409)
    ann.delete(f"/reviews/{one}/vote")
    assert helpful(visitor, one) is None
    assert "is_helpful" in ann.put(f"/reviews/{other}/vote", {"is_helpful": "perhaps"}, expect=422).json["errors"]
