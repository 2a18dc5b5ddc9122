"""What is counted of citations, by hand and against `scoring` on the same rows."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import numpy as np
import pytest
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.models import Publication, PublicationType, Researcher
from scholarnet.services.citation_metrics import (
    MOST_WORKS,
    impact_factors,
    measure_publication,
    measure_researcher,
)
from scoring.citations import impact_factors as impact_factors_of
from tests.factories import CitationFactory, PublicationFactory, ResearcherFactory, VenueFactory


@pytest.fixture
def ada(session: Session) -> Researcher:  # noqa: ARG001  (the factories write to it)
    return ResearcherFactory()


@pytest.fixture
def readers(session: Session) -> list[Publication]:  # noqa: ARG001  (the factories write to it)
    """Works by somebody else that cite: two of 2019, one of 2021."""
    by = [ResearcherFactory()]
    return [PublicationFactory(by=by, year=year, field="physics", venue=None) for year in (2019, 2019, 2021)]


def cited_by(work: Publication, readers: list[Publication]) -> Publication:
    for reader in readers:
        CitationFactory(citing_id=reader.id, cited_id=work.id)
    return work


def test_a_researcher_is_counted_as_by_hand(session: Session, ada: Researcher, readers: list[Publication]) -> None:
    thrice, twice, never = (
        cited_by(PublicationFactory(by=[ada], venue=None), readers[:n]).public_id for n in (3, 2, 0)
    )
    PublicationFactory(venue=None)  # of another, in the same field, year and type, and cited by nobody
    found = measure_researcher(session, researcher=ada)
    assert (found.h_index, found.i10, found.n_works, found.n_citations) == (2, 0, 3, 5)
    assert [tuple(one) for one in found.citations_per_year] == [(2019, 4), (2021, 1)]
    # Four works: 0, 0, 2 and 3 citations, mean ranks 1½, 1½, 3 and 4.
    assert [(one.id, one.citations, one.percentile, one.among) for one in found.works] == [
        (thrice, 3, 3.5 / 4, 4),
        (twice, 2, 2.5 / 4, 4),
        (never, 0, 1 / 4, 4),
    ]


def test_a_researcher_without_works_has_nothing(session: Session, ada: Researcher) -> None:
    found = measure_researcher(session, researcher=ada)
    assert (found.h_index, found.i10, found.n_works, found.n_citations, found.works) == (0, 0, 0, 0, [])
    assert found.citations_per_year == []


@pytest.mark.parametrize(
    "other", [{"field": "physics"}, {"field": None}, {"year": 2017}, {"type": PublicationType.BOOK}]
)
def test_a_work_is_compared_only_within_its_field_year_and_type(
    session: Session, readers: list[Publication], other: dict[str, object]
) -> None:
    work = cited_by(PublicationFactory(venue=None), readers)
    cited_by(PublicationFactory(venue=None, **other), readers[:1])
    found = measure_publication(session, publication=work)
    assert (found.citations, found.percentile, found.among) == (3, 0.5, 1)


def test_works_of_no_stated_field_are_compared_with_each_other(session: Session, readers: list[Publication]) -> None:
    work = cited_by(PublicationFactory(venue=None, field=None), readers)
    PublicationFactory(venue=None, field=None)
    found = measure_publication(session, publication=work)
    assert (found.percentile, found.among) == (0.75, 2)


def test_the_statements_are_as_many_when_there_are_more_works(
    session: Session, ada: Researcher, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    venues = [VenueFactory(), VenueFactory()]
    for n in range(4):
        PublicationFactory(by=[ada], year=2010 + n, venue=venues[n % 2])
    session.flush()
    with count_queries() as statements:
        measure_researcher(session, researcher=ada)
        impact_factors(session, venues=venues)
    assert len(statements) == 3 + 2


def test_the_most_cited_works_are_shown_when_there_are_many(session: Session, ada: Researcher) -> None:
    works = [PublicationFactory(by=[ada], venue=None) for _ in range(MOST_WORKS + 1)]
    CitationFactory(citing_id=works[0].id, cited_id=works[-1].id)
    found = measure_researcher(session, researcher=ada)
    assert (found.n_works, len(found.works), found.works[0].id) == (MOST_WORKS + 1, MOST_WORKS, works[-1].public_id)


def test_impact_factors_agree_with_the_arrays(session: Session) -> None:
    random, by = np.random.default_rng(4), [ResearcherFactory()]
    venues = [VenueFactory() for _ in range(3)]
    of, year = random.integers(-1, 2, 24), random.integers(2010, 2016, 24)  # the third venue has no works
    works = [
        PublicationFactory(by=by, venue=venues[v] if v >= 0 else None, year=int(y))
        for v, y in zip(of, year, strict=True)
    ]
    pairs = np.array(sorted({(a, b) for a, b in random.integers(0, 24, (90, 2)) if a != b}))
    for a, b in pairs:
        CitationFactory(citing_id=works[a].id, cited_id=works[b].id)
    ours = impact_factors(session, venues=venues)
    theirs = impact_factors_of(of, year, *pairs.T, 3)
    rows = list(zip(theirs.venue, theirs.year, theirs.numerator, theirs.denominator, strict=True))
    got = [(v, one.year, one.numerator, one.denominator) for v in range(3) for one in reversed(ours[v])]
    assert got == rows
    assert sum(one.numerator for one in ours[0]) > 0
    assert ours[2] == []
    lately = impact_factors(session, venues=venues, since=2014)
    assert lately == [[one for one in found if one.year >= 2014] for found in ours]


def test_an_impact_factor_is_not_told_before_its_year(session: Session) -> None:
    venue, this_year = VenueFactory(), now().year
    PublicationFactory(venue=venue, year=this_year - 1)
    assert [(one.year, one.value) for one in impact_factors(session, venues=[venue])[0]] == [(this_year, 0.0)]
