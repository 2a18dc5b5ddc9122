"""Reputations over time, and people in their order."""

import pytest

from api.jobs import run_epoch
from scholarnet.errors import BadQuery
from scholarnet.services.epochs import current_epoch
from scholarnet.services.reputation_history import list_changes, view_changes
from scholarnet.services.researcher_rankings import rank_researchers
from tests.factories import (
    FollowFactory,
    PublicationFactory,
    ResearcherFactory,
)
from tests.services.test_reputations import LATER, cite


def test_history_says_what_changed_and_leaves_out_what_did_not(engine, session):
    author = ResearcherFactory()
    work = PublicationFactory(by=[author])
    cite(session, (PublicationFactory(year=2019), work))
    for _ in range(2):
        run_epoch(engine, as_of=LATER)
    FollowFactory(followed_id=author.id)
    session.commit()
    run_epoch(engine, as_of=LATER)
    rows = session.scalars(list_changes(session, researcher=author, viewer=None)).all()
    found = view_changes(rows)
    assert [one.changes for one in found] == [
        {"publications": 0.0, "posts": 0.0, "reviewing": 0.0, "community": 7.5},
        {"publications": 22.5, "posts": 0.0, "reviewing": 0.0, "community": 0.0},
    ]
    assert [(one.value, one.change) for one in found] == [(30.0, 7.5), (22.5, 22.5)]
    assert found[0].epoch == current_epoch(session).public_id


@pytest.mark.parametrize("sort", ["reputation", "-reputation"])
def test_researchers_are_paged_by_reputation_with_those_without_last(engine, session, sort):
    people = [ResearcherFactory(fields=["radiology"]) for _ in range(4)]
    for at, person in enumerate(people[:3]):
        for _ in range(at + 1):
            FollowFactory(followed_id=person.id)
    other = ResearcherFactory(fields=["oncology"])
    FollowFactory(followed_id=other.id)
    session.commit()
    run_epoch(engine, as_of=LATER)
    ordered, cursor = [], "*"
    while cursor:
        page = rank_researchers(session, sort=sort, filters="field:radiology", cursor=cursor, per_page=2)
        ordered += [one.id for one in page.people]
        cursor = page.next_cursor
        session.rollback()
        run_epoch(engine, as_of=LATER)  # between two pages
    mine = [one for one in ordered if one in {person.id for person in people}]
    ranked = [person.id for person in people[:3]]
    assert mine == ([*ranked[::-1], people[3].id] if sort == "reputation" else [*ranked, people[3].id])
    assert other.id not in ordered
    assert len(ordered) == len(set(ordered))
    with pytest.raises(BadQuery):
        rank_researchers(session, cursor="bm9uZQ")
