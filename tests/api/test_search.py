"""Search finds what its words begin, on both databases alike, and nothing that readers do not see."""

import pytest
from sqlalchemy.orm import Session

from tests.api.calls import Caller, draft, publish
from tests.api.fixtures import Join
from tests.factories import PublicationFactory

TEXT = {"title": "Low-field MRI of the knee", "abstract": "Müller's T2*-weighted scans (0.55 T), see a/b or x@y.org."}
FOUND = [
    "knee",
    "KNEE mri",
    "kn lo",
    "low-field",
    "low field",
    "field-low",
    "müller",
    "MÜLLER's",
    "t2",
    "0.55",
    "y.org",
]
FOUND += ["y.org", '"knee"', "knee' \"", "knee*", "(knee", "a/b", "weighted:scans", "mri  ,;", "see"]
MISSED = ["nee", "knee hip", "muller", "low-fields", "abstract:knee", "knee OR hip", "56"]


@pytest.mark.parametrize(("words", "is_found"), [(one, True) for one in FOUND] + [(one, False) for one in MISSED])
def test_every_word_must_begin_one_of_the_text(
    visitor: Caller, join: Join, session: Session, words: str, *, is_found: bool
) -> None:
    post = publish(join("rosa"), **TEXT)
    publish(join("tom"), title="Something else", abstract="With other words.")
    publication = PublicationFactory(**TEXT)
    PublicationFactory(title="Something else", abstract=None)
    session.commit()
    posts = visitor.get("/posts", query_string={"search": words}).json["results"]
    works = visitor.get("/publications", query_string={"search": words}).json["results"]
    assert [one["id"] for one in posts] == [post] * is_found
    assert [one["id"] for one in works] == [publication.public_id] * is_found


def test_search_finds_the_shown_version_alone(visitor: Caller, join: Join) -> None:
    rosa = join("rosa")
    post = publish(rosa, title="Knees of old")
    draft(rosa, title="Secret elbows")
    rosa.patch(f"/posts/{post}", {"title": "Shoulders", "abstract": "New."}, headers=rosa.tag_of(f"/posts/{post}"))

    def hits(words: str) -> list[str]:
        return [one["id"] for one in rosa.get("/posts", query_string={"search": words}).json["results"]]

    assert (hits("knees"), hits("shoulders"), hits("elbows")) == ([post], [], [])
    rosa.post(f"/posts/{post}/publish")
    assert (hits("knees"), hits("shoulders")) == ([], [post])
    rosa.post(f"/posts/{post}/withdraw", {})
    gone = visitor.get("/posts", query_string={"search": "new", "filter": "updated_at:>2026-01-01"}).json["results"]
    assert (hits("shoulders"), gone) == ([], [])


def test_a_changed_publication_is_found_by_its_new_words(visitor: Caller, join: Join) -> None:
    rosa = join("rosa")
    work = rosa.post("/publications", {"title": "Knees", "year": 2020}, expect=201).json["id"]
    path = f"/publications/{work}"
    rosa.patch(path, {"title": "Elbows"}, headers=rosa.tag_of(path))
    assert visitor.get("/publications?search=knees").json["results"] == []
    assert [one["id"] for one in visitor.get("/publications?search=elbows").json["results"]] == [work]
