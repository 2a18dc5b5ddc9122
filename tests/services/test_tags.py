"""Tags: known by their slug, proposed by anybody, accepted by editors."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scholarnet.errors import Conflict, Forbidden, Invalid
from scholarnet.models import Role, Tag, TagStatus
from scholarnet.services.tags import accept_tag, ensure_tags, get_tag, list_tags, propose_tag, slug_of
from tests.factories import ResearcherFactory, TagFactory


@pytest.mark.parametrize(
    ("label", "slug"),
    [
        ("Knee MRI", "knee-mri"),
        ("#Deep  Learning!", "deep-learning"),
        ("état_d'art", "état-d-art"),
        ("放射線", "放射線"),
        ("--", ""),
        ("x" * 79 + " y", "x" * 79),
    ],
)
def test_a_label_has_a_slug(label: str, slug: str) -> None:
    assert slug_of(label) == slug


def test_a_new_tag_is_proposed_by_its_use_and_a_known_one_is_found(session: Session) -> None:
    TagFactory(name="liver")
    known = TagFactory(name="knee-mri", label="Knee MRI")
    tags = ensure_tags(session, labels=["knee mri", "Knee  MRI", "Field Maps"])
    assert tags == {"knee-mri": known, "field-maps": get_tag(session, "field-maps")}
    assert (tags["field-maps"].label, tags["field-maps"].status) == ("Field Maps", TagStatus.PROPOSED)
    assert session.scalar(select(func.count()).select_from(Tag)) == 3
    with pytest.raises(Invalid, match="tags"):
        ensure_tags(session, labels=["!!!"])


def test_a_tag_is_proposed_with_its_place(session: Session) -> None:
    parent = TagFactory(name="mri")
    tag = propose_tag(session, actor=ResearcherFactory(), label="Knee MRI", synonyms=["MRI of the knee"], parent="MRI")
    assert (tag.name, tag.parent_id, tag.status) == ("knee-mri", parent.id, TagStatus.PROPOSED)


def test_a_proposal_is_refused_when_the_tag_is_there_or_empty(session: Session) -> None:
    TagFactory(name="knee-mri")
    with pytest.raises(Conflict):
        propose_tag(session, actor=ResearcherFactory(), label="knee MRI")
    with pytest.raises(Invalid):
        propose_tag(session, actor=ResearcherFactory(), label="!")
    with pytest.raises(Invalid):
        propose_tag(session, actor=ResearcherFactory(), label="Elbow MRI", parent="no such tag")


def test_editors_accept_a_tag(session: Session) -> None:
    tag, other = (TagFactory(status=TagStatus.PROPOSED) for _ in range(2))
    with pytest.raises(Forbidden):
        accept_tag(session, actor=ResearcherFactory(), name=tag.name)
    accept_tag(session, actor=ResearcherFactory(role=Role.EDITOR), name=tag.name)
    assert (tag.status, other.status) == (TagStatus.ACCEPTED, TagStatus.PROPOSED)


def test_the_lexicon_is_listed_by_name(session: Session) -> None:
    for name in ("mri", "ct", "pet"):
        TagFactory(name=name)
    assert [tag.name for tag in session.scalars(list_tags())] == ["ct", "mri", "pet"]
