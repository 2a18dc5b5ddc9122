"""Likely duplicates: what agrees, what speaks against it, and the list over all of them."""

import pytest
from sqlalchemy.orm import Session

from scholarnet.models import PublicationType
from scholarnet.services.publication_duplicates import compare, find_duplicates, list_duplicates
from tests.factories import PublicationFactory, ResearcherFactory

PREPRINT = PublicationType.PREPRINT


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    ("changes", "agrees", "against"),
    [
        ({}, ("title", "year", "authors"), 0),
        ({"doi": "10.1000/2"}, ("title", "year", "authors"), 1),
        ({"doi": "10.1000/2", "type": PREPRINT, "year": 2017}, ("title", "year", "authors"), 0),
        ({"year": 2017}, ("title", "authors"), 1),
        ({"doi": "10.1000/1v2", "title": "Other"}, ("doi", "year", "authors"), 1),
        ({"by": ["Ben Berg"]}, ("title", "year"), 1),
        ({"by": []}, ("title", "year"), 0),
        ({"by": ["B. Berg", "A. Lovelace Jr."]}, ("title", "year", "authors"), 0),
        ({"type": PublicationType.BOOK}, ("title", "year", "authors"), 1),
    ],
)
def test_two_publications_agree_in_what_they_share(changes: dict, agrees: tuple[str, ...], against: int) -> None:
    def made(**content: object) -> object:
        people = [ResearcherFactory(name=name) for name in content.pop("by", ["Ada Lovelace"])]
        return PublicationFactory(**{"title": "Knees", "year": 2018, "doi": None} | content, by=people)

    found = compare(made(doi="10.1000/1"), made(**changes))
    assert (found.agrees, len(found.against)) == (agrees, against)
    assert found.is_likely is ("doi" in agrees or ({"title", "year"} <= set(agrees) and not against))


def test_duplicates_are_found_by_title_and_doi_and_listed_once(session: Session) -> None:
    ada, ben = ResearcherFactory(name="Ada Lovelace"), ResearcherFactory(name="Ben Berg")
    knees = [PublicationFactory(title=title, doi=None, by=[ada]) for title in ("Knees", "KNEES!", "Knees")]
    hips = [PublicationFactory(title=title, doi=doi) for title, doi in [("Hip", "10.1000/1"), ("Hips", "10.1000/1.v2")]]
    other = PublicationFactory(title="Knees", by=[ben])  # a namesake
    merged = PublicationFactory(title="Knees", by=[ada], merged_into_id=knees[0].id)
    PublicationFactory(title="Knees", year=2014, by=[ada])
    found = find_duplicates(session, publication=knees[0])
    assert {one.publication.id for one in found if one.is_likely} == {knees[1].id, knees[2].id}
    assert [one.publication for one in found][-1] is other
    assert merged.id not in {one.publication.id for one in found}
    assert [one.publication for one in find_duplicates(session, publication=hips[0])] == [hips[1]]
    pairs, after = [], None
    for _ in range(9):
        page, after = list_duplicates(session, after=after, limit=1)
        pairs += [{one.publication.id, twin.publication.id} for one in page for twin in one.duplicates]
        if after is None:
            break
    ids = [work.id for work in knees]
    assert sorted(map(sorted, pairs)) == [[ids[0], ids[1]], [ids[0], ids[2]], [ids[1], ids[2]]]
