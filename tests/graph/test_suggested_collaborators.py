"""Whom somebody could work with: by hand, with the reasons, and nobody who may not be there."""

from math import log

import pytest
from sqlalchemy.orm import Session

from scholarnet.models import Audience, Researcher
from scholarnet.shared_things import Shared
from scholarnet.suggested_collaborators import suggest_collaborators
from tests.factories import (
    CitationFactory,
    PostFactory,
    PublicationFactory,
    ResearcherFactory,
    TagFactory,
    VenueFactory,
)


def people(number: int) -> list[Researcher]:
    return [ResearcherFactory() for _ in range(number)]


def suggested(session: Session, ann: Researcher) -> dict[str, dict[Shared, tuple[int, float]]]:
    found = suggest_collaborators(session, researcher=ann)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        assert one.score == pytest.approx(sum(reason.weight for reason in one.reasons), abs=1e-5)
    return {one.id: {reason.kind: (reason.n, reason.weight) for reason in one.reasons} for one in found}


def test_the_co_authors_of_ones_co_authors_are_suggested_by_how_few_they_have(session: Session) -> None:
    ann, bob, eve, near, far, noise = people(6)
    PublicationFactory(by=[ann, bob], venue=None), PublicationFactory(by=[ann, eve, bob], venue=None)
    PublicationFactory(by=[bob, near], venue=None), PostFactory(by=[eve, near])
    PublicationFactory(by=[eve, far], venue=None), PublicationFactory(by=[noise], venue=None)
    # Bob has written with ann, eve and near; eve with ann, bob, near and far.
    found = suggested(session, ann)
    assert list(found) == [near.public_id, far.public_id]
    assert found[near.public_id] == {Shared.COAUTHOR: (2, pytest.approx(1 / log(3) + 1 / log(4), abs=1e-5))}
    assert found[far.public_id] == {Shared.COAUTHOR: (1, pytest.approx(1 / log(4), abs=1e-5))}
    first = suggest_collaborators(session, researcher=ann, limit=1)
    assert [one.id for one in first] == [near.public_id]
    assert [one["id"] for one in first[0].reasons[0].examples] == [bob.public_id, eve.public_id]


def test_works_cited_together_and_venues_and_tags_are_reasons(session: Session) -> None:
    ann, bob, eve, tom = people(4)
    venue, tag = VenueFactory(), TagFactory()
    mine, theirs = PublicationFactory(by=[ann], venue=venue), PublicationFactory(by=[bob], venue=None)
    citing = PublicationFactory(by=[], venue=None)
    for work in (mine, theirs, PublicationFactory(by=[], venue=None)):
        CitationFactory(citing_id=citing.id, cited_id=work.id)
    PublicationFactory(by=[eve], venue=venue), PublicationFactory(by=[eve], venue=venue)
    PostFactory(by=[ann], tags=[tag]), PostFactory(by=[tom], tags=[tag])
    found = suggested(session, ann)
    assert found == {
        tom.public_id: {Shared.TAG: (1, pytest.approx(1 / log(2), abs=1e-5))},  # two posts have it
        bob.public_id: {Shared.CITED_TOGETHER: (1, pytest.approx(1 / log(3), abs=1e-5))},  # it cites three works
        eve.public_id: {Shared.VENUE: (1, pytest.approx(1 / log(3), abs=1e-5))},  # it has three works, hers count once
    }


def test_nobody_is_suggested_for_what_is_not_public(session: Session) -> None:
    ann, bob, eve = people(3)
    tag = TagFactory()
    PostFactory(by=[ann], tags=[tag])
    for hidden in ({"draft": True}, {"audience": Audience.MEMBERS}):
        PostFactory(by=[bob], tags=[tag], **hidden)
        PostFactory(by=[ann, eve], **hidden), PostFactory(by=[eve, bob], **hidden)
    assert suggested(session, ann) == {}


def test_a_co_author_is_never_suggested_and_who_has_nothing_gets_nobody(session: Session) -> None:
    ann, bob, alone = people(3)
    venue = VenueFactory()
    PublicationFactory(by=[ann], venue=venue), PublicationFactory(by=[bob], venue=venue)
    assert list(suggested(session, ann)) == [bob.public_id]
    PostFactory(by=[ann, bob])
    assert suggested(session, ann) == suggested(session, alone) == {}


def test_the_statements_are_as_many_when_there_are_more_people(session: Session, count_queries) -> None:
    ann, venue = ResearcherFactory(), VenueFactory()
    PublicationFactory(by=[ann, ResearcherFactory()], venue=venue)

    def statements() -> int:
        with count_queries() as sent:
            suggest_collaborators(session, researcher=ann)
        return len(sent)

    PublicationFactory(venue=venue)
    few = statements()
    for _ in range(12):
        PublicationFactory(venue=venue)
    assert statements() == few <= 21
