"""Profiles that may be one person's: found by name and what is in common, with reasons, a page at a time."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from scholarnet.errors import Forbidden
from scholarnet.models import Authorship, Publication, Researcher, Role
from scholarnet.person_names import name_key, names_agree
from scholarnet.services.duplicates import list_duplicates, view_duplicates
from tests.api.calls import Caller
from tests.api.fixtures import Join, app, attachments, join
from tests.factories import PublicationFactory, ResearcherFactory, VenueFactory

__all__ = ["app", "attachments", "join"]
ORCID = "0000-0002-1825-0097"


def unclaimed(name: str = "Anna Weil", **columns: object) -> Researcher:
    plain = {"affiliations": [], "fields": [], "career_start": None, "profession": None}
    return ResearcherFactory(unclaimed=True, name=name, **plain | columns)


def work(*people: Researcher, **columns: object) -> Publication:
    return PublicationFactory(by=list(people), **{"venue": None, "field": None} | columns)


def reasons(session: Session, researcher: Researcher) -> dict[str, list[str]]:
    editor = ResearcherFactory(role=Role.EDITOR)
    rows = session.scalars(list_duplicates(session, actor=editor, researcher=researcher)).all()
    found = view_duplicates(session, rows, researcher=researcher)
    return {one.researcher.id: one.reasons for one in found}


def test_each_reason_is_found_and_the_most_in_common_comes_first(session: Session) -> None:
    venue, ror = VenueFactory(), "https://ror.org/02catss52"
    anna = unclaimed(affiliations=[{"name": "Hôpital „Nord“"}, {"name": "X", "ror": ror}])
    work(anna, unclaimed("Bo Li"), venue=venue, field="imaging")
    by_orcid = ResearcherFactory(name="Eve Other", stated_orcid=ORCID, affiliations=[])
    anna.orcid = ORCID
    coauthor, at_venue, in_field, at_home, both = (unclaimed("A. Weil") for _ in range(5))
    work(coauthor, unclaimed("B. Li"))
    work(at_venue, venue=venue)
    work(in_field, field="imaging")
    work(at_home)
    at_home.affiliations = [{"name": "Hôpital „Nord“"}]
    work(both, unclaimed("Li, Bo"), venue=venue)
    account = ResearcherFactory(name="Anna Weil", affiliations=[{"name": "Y", "ror": ror}], fields=[])
    session.flush()
    found = reasons(session, anna)
    assert list(found)[:2] == [by_orcid.public_id, both.public_id]
    assert found == {
        by_orcid.public_id: ["orcid"],
        both.public_id: ["name", "coauthor", "venue"],
        coauthor.public_id: ["name", "coauthor"],
        at_venue.public_id: ["name", "venue"],
        in_field.public_id: ["name", "field"],
        at_home.public_id: ["name", "affiliation"],
        account.public_id: ["name", "affiliation"],
    }
    assert account.public_id not in reasons(session, ResearcherFactory(name="Anna Weil"))


def test_no_namesake_is_found_who_is_somebody_else(session: Session) -> None:
    anna, kept = unclaimed(), unclaimed("Zoe Zed")
    shared = {"field": "imaging"}
    work(anna, **shared)
    work(unclaimed("Adam Weil"), **shared)  # the same key, another given name
    work(unclaimed("Anna Weiler"), **shared)
    work(unclaimed(), field="cardiology")  # nothing in common but the name
    work(unclaimed(), anna, **shared)  # beside her on one work
    work(unclaimed(merged_into_id=kept.id), **shared)
    unclaimed(fields=["imaging"])  # the author of nothing
    assert reasons(session, anna) == {}


def test_duplicates_are_for_the_owner_and_editors(session: Session) -> None:
    anna = ResearcherFactory()
    list_duplicates(session, actor=anna, researcher=anna)
    with pytest.raises(Forbidden):
        list_duplicates(session, actor=ResearcherFactory(), researcher=anna)


def test_hundreds_of_namesakes_are_read_a_page_at_a_time(
    join: Join, session: Session, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    anna = unclaimed()
    work(anna, field="imaging")
    names = [{"name": "Anna Weil", "public_id": f"{at:013d}"} for at in range(400)]
    people = session.scalars(insert(Researcher).returning(Researcher.id), names).all()
    works = [{"title": f"T {at}", "year": 2000, "field": "imaging"} for at in range(400)]
    keys = session.scalars(insert(Publication).returning(Publication.id), works).all()
    places = [
        {"publication_id": key, "researcher_id": one, "position": 1} for key, one in zip(keys, people, strict=True)
    ]
    session.execute(insert(Authorship), places)
    path = f"/researchers/{anna.public_id}/duplicates?per_page=150"
    editor: Caller = join(role="editor")
    with count_queries() as statements:
        first = editor.get(path).json
    assert len(statements) < 12
    assert first["meta"]["next_cursor"]
    found = [one["researcher"]["id"] for one in editor.walk(path)]
    assert found == [f"{at:013d}" for at in range(400)]


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("Anna Weil", "A. Weil", True),
        ("Anna Maria Weil", "A. M. Weil", True),
        ("Anna Maria Weil", "Anna Weil", True),
        ("Weil, Anna", "Anna Weil", True),
        ("Ánna Weïl", "ANNA WEIL", True),
        ("Jean-Luc Picard", "J.-L. Picard", True),
        ("Vincent van Gogh", "V. Gogh", True),
        ("John Smith Jr.", "John Smith", True),
        ("Smith, John, Jr.", "J. Smith", True),
        ("Weil", "Anna Weil", True),
        ("王小明", "王小明", True),
        ("Anna Weil", "Adam Weil", False),
        ("Anna Maria Weil", "Anna Berta Weil", False),
        ("Anna Weil", "Anna Weiler", False),
        ("王小明", "王大明", False),
        ("???", "!!!", False),
    ],
)
def test_names_agree_unless_a_part_contradicts(one: str, other: str, agree: bool) -> None:  # noqa: FBT001
    assert names_agree(one, other) is names_agree(other, one) is agree


@pytest.mark.parametrize(
    ("name", "key"),
    [("Anna Maria Weil", "weil a"), ("Weil, A.", "weil a"), ("Müller", "muller"), ("???", "???"), ("Jr.", "jr")],
)
def test_the_key_of_a_name_is_family_and_initial(name: str, key: str) -> None:
    assert name_key(name) == key
