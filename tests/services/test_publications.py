"""Publications: entered once by their DOI, with authors, venue and references."""

import pytest
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.errors import Conflict, Forbidden, Invalid
from scholarnet.models import Researcher, Role
from scholarnet.services.publications import (
    add_publication,
    clean_doi,
    get_publication,
    list_publications,
    update_publication,
)
from tests.factories import CitationFactory, PublicationFactory, ResearcherFactory, VenueFactory

CONTENT = {"title": "On the knee", "year": 2020}


@pytest.fixture
def ada(session: Session) -> Researcher:  # noqa: ARG001  (the factories write to it)
    CitationFactory()  # noise: two publications of others
    return ResearcherFactory()


@pytest.mark.parametrize(
    "doi", ["10.1000/182", "https://doi.org/10.1000/182", "DOI:10.1000/182 ", "http://dx.doi.org/10.1000/182"]
)
def test_a_doi_is_kept_bare(doi: str) -> None:
    assert clean_doi(doi) == "10.1000/182"


@pytest.mark.parametrize(
    "doi", ["", "10.1/182", "11.1000/182", "10.1000/", "10.1000/1 82", "https://example.org/10.1000/182"]
)
def test_a_doi_is_refused_when_it_is_not_one(doi: str) -> None:
    with pytest.raises(Invalid, match="doi"):
        clean_doi(doi)


def test_who_enters_a_publication_is_its_author_unless_others_are_named(session: Session, ada: Researcher) -> None:
    own = add_publication(session, actor=ada, content=CONTENT)
    assert [(one.researcher, one.position) for one in own.authorships] == [(ada, 1)]
    bob = ResearcherFactory()
    authors = [{"name": "Li Wei"}, {"researcher_id": bob.public_id, "roles": ["software"]}]
    theirs = add_publication(session, actor=ada, content=CONTENT, authors=authors)
    session.expire_all()
    found = get_publication(session, theirs.public_id)
    assert [(one.researcher.name, one.roles) for one in found.authorships] == [("Li Wei", []), (bob.name, ["software"])]


@pytest.mark.parametrize("authors", [[{}], [{"researcher_id": "0000000000000"}], [{"name": "Li", "orcid": "1"}]])
def test_an_author_is_refused_when_nobody_is_named(session: Session, ada: Researcher, authors: list[dict]) -> None:
    with pytest.raises(Invalid):
        add_publication(session, actor=ada, content=CONTENT, authors=authors)


def test_an_author_is_refused_when_named_twice(session: Session, ada: Researcher) -> None:
    with pytest.raises(Invalid, match="twice"):
        add_publication(session, actor=ada, content=CONTENT, authors=[{"researcher_id": ada.public_id}] * 2)


def test_a_publication_is_refused_when_its_doi_is_there(session: Session, ada: Researcher) -> None:
    known = PublicationFactory(doi="10.1000/182", by=[ada])
    with pytest.raises(Conflict):
        add_publication(session, actor=ada, content=CONTENT | {"doi": "10.1000/182"})
    other = PublicationFactory(by=[ada])
    with pytest.raises(Conflict):
        update_publication(session, actor=ada, publication=other, changes={"doi": "DOI:10.1000/182"})
    update_publication(session, actor=ada, publication=known, changes={"doi": "10.1000/182", "title": "New"})
    assert known.title == "New"


@pytest.mark.parametrize("year", [1399, now().year + 2])
def test_a_year_is_refused_when_nothing_was_published_then(session: Session, ada: Researcher, year: int) -> None:
    with pytest.raises(Invalid, match="year"):
        add_publication(session, actor=ada, content=CONTENT | {"year": year})


def test_a_venue_is_known_by_its_name(session: Session, ada: Researcher) -> None:
    venue = VenueFactory(name="Radiology")
    first = add_publication(session, actor=ada, content=CONTENT, venue=" Radiology ")
    second = add_publication(session, actor=ada, content=CONTENT, venue="European Radiology")
    assert first.venue is venue
    assert second.venue.name == "European Radiology"


def test_a_publication_is_changed_by_its_authors_and_editors(session: Session, ada: Researcher) -> None:
    one = PublicationFactory(by=[ada])
    for who in (ada, ResearcherFactory(role=Role.EDITOR)):
        update_publication(session, actor=who, publication=one, changes={"title": who.name, "venue": "Chest"})
        assert (one.title, one.venue.name) == (who.name, "Chest")
    with pytest.raises(Forbidden):
        update_publication(session, actor=ResearcherFactory(), publication=one, changes={"title": "Mine"})


def test_references_become_citations(session: Session, ada: Researcher) -> None:
    cited = PublicationFactory()
    citing = add_publication(session, actor=ada, content=CONTENT, references=[cited.public_id, cited.public_id])
    assert session.scalars(list_publications(cited_by=citing)).all() == [cited]
    assert session.scalars(list_publications(cites=cited)).all() == [citing]
    assert session.scalars(list_publications(cited_by=cited)).all() == []
    with pytest.raises(Invalid):
        add_publication(session, actor=ada, content=CONTENT, references=["0000000000000"])


def test_a_researchers_publications_are_listed_newest_first(session: Session, ada: Researcher) -> None:
    first, second = PublicationFactory(by=[ada]), PublicationFactory(by=[ResearcherFactory(), ada])
    assert session.scalars(list_publications(researcher=ada)).all() == [second, first]
    assert len(session.scalars(list_publications()).all()) == 4
