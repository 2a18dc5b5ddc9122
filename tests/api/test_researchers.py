"""Profiles, verification, vouches, collaborators."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.models import AuditEntry, Researcher, Vouch
from tests.api.calls import Caller, publish
from tests.api.fixtures import Join
from tests.factories import PublicationFactory

ADMIN = ["read", "write", "admin"]


def test_a_profile_is_found_by_id_and_by_handle(join: Join, visitor: Caller) -> None:
    rosa = join("rosa", fields=["radiology"], career_start=2012)
    join("tom")
    profile = visitor.get(f"/researchers/{rosa.id}").json
    assert visitor.get("/researchers/@Rosa").json == profile
    assert (profile["handle"], profile["fields"], profile["career_start"]) == ("rosa", ["radiology"], 2012)
    assert (profile["is_claimed"], profile["is_verified"], profile["reputation"]) == (True, True, 0.0)
    assert not {"email", "password_hash", "source_key", "is_email_verified"} & profile.keys()


def test_a_profile_is_changed_by_its_owner(join: Join, visitor: Caller) -> None:
    rosa, tom, admin = join("rosa"), join("tom"), join("adm", role="admin")
    path = f"/researchers/{rosa.id}"
    change = {"orcid": "https://orcid.org/0000-0002-1825-0097", "fields": ["cardiology"], "name": " Rosa  M "}
    rosa.patch(path, change, expect=428)
    tag = rosa.tag_of(path)
    changed = rosa.patch(path, change, headers=tag).json
    assert (changed["orcid"], changed["fields"], changed["name"]) == ("0000-0002-1825-0097", ["cardiology"], "Rosa M")
    assert changed["is_orcid_verified"] is False
    rosa.patch(path, change, headers=tag, expect=412)
    tom.patch(path, change, headers=tom.tag_of(path), expect=403)
    admin.patch(path, {"biography": "Left the network."}, headers=admin.tag_of(path))
    own = f"/researchers/{tom.id}"
    tom.patch(own, {"orcid": "0000-0002-1825-0097"}, headers=tom.tag_of(own))  # a statement excludes nobody
    assert visitor.get(path).json["biography"] == "Left the network."


@pytest.mark.parametrize(
    ("field", "value"),
    [("orcid", "0000-0002-1825-0098"), ("name", " "), ("role", "admin"), ("career_start", 1800), ("is_verified", True)],
)
def test_a_profile_is_not_changed_when_a_field_is_wrong(join: Join, field: str, value: object) -> None:
    rosa = join("rosa")
    path = f"/researchers/{rosa.id}"
    refused = rosa.patch(path, {field: value}, headers=rosa.tag_of(path), expect=422)
    assert refused.json["errors"].keys() == {field}


def test_an_editor_verifies_a_person(join: Join, session: Session) -> None:
    tom, eva = join("tom", unverified=True), join("eva", role="editor", scopes=ADMIN)
    path, why = f"/researchers/{tom.id}/verification", {"reason": "Known from the congress."}
    eva.put(path, {}, expect=422)
    verified = eva.put(path, why).json
    assert (verified["id"], verified["is_verified"], verified["verification"]) == (tom.id, True, "editor")
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject, entry.reason) == ("researcher.verify", f"researcher:{tom.id}", why["reason"])
    session.rollback()


def test_nobody_else_verifies_and_nobody_themselves(join: Join) -> None:
    tom = join("tom", unverified=True)
    eva, narrow = join("eva", role="editor", scopes=ADMIN, unverified=True), join("ed", role="editor")
    why = {"reason": "It is me."}
    for other in (tom, narrow):
        other.put(f"/researchers/{tom.id}/verification", why, expect=403)
    eva.put(f"/researchers/{eva.id}/verification", why, expect=422)
    eva.put("/researchers/0000000000000/verification", why, expect=404)
    assert not tom.get(f"/researchers/{tom.id}").json["is_verified"]
    assert not eva.get(f"/researchers/{eva.id}").json["is_verified"]


def test_a_vouch_is_given_once_and_taken_back(join: Join, session: Session) -> None:
    rosa, tom = join("rosa"), join("tom")
    path, why = f"/researchers/{tom.id}/vouch", {"reason": "We trained together."}
    rosa.put(path, why, expect=204)
    rosa.put(path, why, expect=409)
    rosa.put(f"/researchers/{rosa.id}/vouch", why, expect=422)
    rosa.delete(path, expect=204)
    rosa.delete(path, expect=204)
    rosa.put(path, why, expect=204)
    assert [row.revoked_at is None for row in session.scalars(select(Vouch).order_by(Vouch.id))] == [False, True]
    session.rollback()


def test_who_vouches_for_somebody_is_listed_with_the_reason_and_weighs_for_them(join: Join, visitor: Caller) -> None:
    rosa, ann, tom = join("rosa"), join("ann"), join("tom", unverified=True)
    assert tom.get("/auth/me").json["weight"]["trust"] == 0.0
    for one in (rosa, ann):
        one.put(f"/researchers/{tom.id}/vouch", {"reason": f"{one.handle} trained with Tom."}, expect=204)
        one.put(f"/researchers/{(ann if one is rosa else rosa).id}/vouch", {"reason": "Noise."}, expect=204)
    ann.delete(f"/researchers/{tom.id}/vouch", expect=204)
    (entry,) = visitor.walk(f"/researchers/{tom.id}/vouches")
    assert (entry["voucher"]["handle"], entry["reason"]) == ("rosa", "rosa trained with Tom.")
    weight = tom.get("/auth/me").json["weight"]
    assert (weight["trust"], weight["by_verification"]) == (pytest.approx(0.8 * 0.8 / 7), 0.0)
    assert weight["by_vouches"][0]["id"] == rosa.id
    assert weight["verification"] == "none"
    visitor.get(f"/researchers/{'0' * 13}/vouches", expect=404)


def test_collaborators_come_with_the_works_they_share(join: Join, visitor: Caller, session: Session) -> None:
    rosa, tom, ann = join("rosa"), join("tom"), join("ann")
    publish(rosa, authors=[{"researcher_id": tom.id}], audience="members")  # not public: not counted
    people = {one.handle: one for one in session.scalars(select(Researcher))}
    for others, year in ((["tom", "ann"], 2015), (["tom"], 2019)):
        PublicationFactory(by=[people["rosa"], *(people[name] for name in others)], year=year)
    PublicationFactory(by=[people["ann"], people["tom"]], year=2020)  # noise
    session.commit()
    assert visitor.get(f"/researchers/{rosa.id}/collaborators").json["results"] == [
        {"id": tom.id, "name": "Tom", "works": 2, "latest_year": 2019},
        {"id": ann.id, "name": "Ann", "works": 1, "latest_year": 2015},
    ]


def test_a_researchers_publications_are_their_own(join: Join, visitor: Caller, session: Session) -> None:
    rosa = join("rosa")
    own = PublicationFactory(by=[session.scalars(select(Researcher)).one()]).public_id
    PublicationFactory()  # noise
    session.commit()
    for path in (f"/researchers/{rosa.id}/publications", f"/publications?researcher={rosa.id}"):
        assert [one["id"] for one in visitor.get(path).json["results"]] == [own]
    visitor.get("/publications?researcher=0000000000000", expect=422)


def test_a_reputation_is_nothing_before_an_epoch(join: Join, visitor: Caller) -> None:
    assert visitor.get(f"/researchers/{join().id}/reputation").json["shares"] == []
    visitor.get("/researchers/0000000000000/reputation", expect=404)
