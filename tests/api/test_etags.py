"""Conditional reads."""

import pytest
from sqlalchemy.orm import Session

from tests.api.calls import Caller, publish, review
from tests.api.fixtures import Join
from tests.factories import PublicationFactory


def test_a_read_is_a_304_until_something_changes(join: Join, visitor: Caller) -> None:
    tom = join("tom")
    post_id = publish(join("rosa"))
    path = f"/posts/{post_id}"
    seen = {"If-None-Match": visitor.get(path).headers["ETag"]}
    unchanged = visitor.get(path, headers=seen)
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    review_path = f"/reviews/{review(tom, post_id)}"
    assert visitor.get(path, headers=seen).status_code == 200  # its score moved
    seen = {"If-None-Match": visitor.get(review_path).headers["ETag"]}
    assert visitor.get(review_path, headers=seen).status_code == 304
    tom.patch(review_path, {"overall": 2}, headers=tom.tag_of(review_path))
    assert visitor.get(review_path, headers=seen).status_code == 200


def test_profiles_and_publications_have_tags(join: Join, visitor: Caller, session: Session) -> None:
    rosa = join("rosa")
    publication = PublicationFactory().public_id
    session.commit()
    for path in (f"/researchers/{rosa.id}", f"/publications/{publication}"):
        seen = {"If-None-Match": visitor.get(path).headers["ETag"]}
        assert visitor.get(path, headers=seen).status_code == 304
    seen = visitor.tag_of(f"/researchers/{rosa.id}")
    rosa.patch(f"/researchers/{rosa.id}", {"profession": "radiographer"}, headers=seen)
    stale = {"If-None-Match": seen["If-Match"]}
    assert visitor.get(f"/researchers/{rosa.id}", headers=stale).json["profession"] == "radiographer"


@pytest.mark.parametrize("given", ['""', "none", 'W/""'])
def test_a_write_is_refused_when_what_it_must_match_is_no_tag(join: Join, given: str) -> None:
    rosa = join("rosa")
    rosa.patch(f"/researchers/{rosa.id}", {"profession": "nurse"}, headers={"If-Match": given}, expect=412)
    assert rosa.get(f"/researchers/{rosa.id}", headers={"If-None-Match": given}).status_code == 200
