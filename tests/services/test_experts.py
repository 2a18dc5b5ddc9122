"""Experts: found by what is public, and by nothing else."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy.orm import Session

from scholarnet.errors import BadQuery, Invalid
from scholarnet.models import Audience, Identity, Post, Researcher
from scholarnet.services import topical_works
from scholarnet.services.experts import Expert, find_experts
from tests.factories import (
    CitationFactory,
    PostFactory,
    PublicationFactory,
    ResearcherFactory,
    ReviewDraftFactory,
    ReviewFactory,
    TagFactory,
)

TOPIC = "perfusion of the kidney"
TITLE = "Renal perfusion without contrast: arterial spin labelling of the kidney"


@pytest.fixture(autouse=True)
def others(session: Session) -> None:  # noqa: ARG001  (noise)
    PublicationFactory()
    ReviewFactory()


def on_topic(**other: object) -> Post:
    return PostFactory(title=TITLE, **other)


def found(session: Session, topic: str = TOPIC, **other: object) -> dict[int, Expert]:
    return {one.known.researcher_id: one for one in find_experts(session, topic=topic, **other)}


def test_people_are_found_by_what_they_published_posted_and_reviewed(session: Session) -> None:
    writer, poster, reviewer = (ResearcherFactory() for _ in range(3))
    publication = PublicationFactory(by=[writer], title=TITLE)
    post = on_topic(by=[poster])
    ReviewFactory(post=post, reviewer=reviewer)
    people = found(session)
    assert set(people) == {writer.id, poster.id, reviewer.id}
    (work,) = people[writer.id].known.works
    assert (work.kind, work.id, work.relation) == ("publication", publication.public_id, "wrote")
    assert people[writer.id].known.terms == ["kidney", "perfusion"]
    (read,) = people[reviewer.id].known.works
    assert (read.kind, read.id, read.title, read.relation) == ("post", post.public_id, TITLE, "reviewed")
    assert people[reviewer.id].known.why == "reviewed, under their name, 1 work with words or tags of this topic"
    assert 0 < read.similarity < 1


def test_whoever_wrote_more_about_it_comes_first_and_has_expertise_1(session: Session) -> None:
    expert, passer_by = ResearcherFactory(), ResearcherFactory()
    PublicationFactory(by=[expert], title="Kidney perfusion in health")
    PublicationFactory(by=[expert], title="Kidney perfusion in disease")
    PublicationFactory(by=[passer_by], title="The liver, the spleen, the kidney and other organs at low field")
    first, second = find_experts(session, topic=TOPIC)
    assert (first.known.researcher_id, second.known.researcher_id) == (expert.id, passer_by.id)
    assert first.known.expertise == 1.0 > second.known.expertise > 0
    assert first.known.n_wrote == 2
    assert find_experts(session, topic=TOPIC, limit=1) == [first]


def test_a_co_author_and_who_is_cited_are_found_without_a_word_in_common(session: Session) -> None:
    expert, colleague, cited = (ResearcherFactory() for _ in range(3))
    citing = PublicationFactory(by=[expert], title=TITLE)
    source = PublicationFactory(by=[cited], title="A tracer that diffuses freely")
    CitationFactory(citing_id=citing.id, cited_id=source.id)
    PublicationFactory(by=[colleague], title="Another tracer")
    assert set(people := found(session)) == {expert.id, cited.id}
    assert people[cited.id].known.n_citations == 1
    assert people[cited.id].known.why == "1 citation between their works and others on the topic"


def test_a_tag_counts_by_its_name(session: Session) -> None:
    author = ResearcherFactory()
    PostFactory(by=[author], title="Forty volunteers", tags=[TagFactory(name="asl")])
    (expert,) = find_experts(session, topic="ASL")
    assert expert.known.researcher_id == author.id
    assert expert.known.tags == ["asl"]
    assert "shares the tags asl" in expert.known.why


def test_what_is_not_public_makes_nobody_an_expert(session: Session) -> None:
    for kept_back in ({"audience": Audience.MEMBERS}, {"audience": Audience.PRIVATE}, {"draft": True}):
        ReviewFactory(post=on_topic(**kept_back, tags=[TagFactory()]))
    assert found(session, viewer=ResearcherFactory()) == {}


def test_an_unsigned_and_a_withdrawn_review_change_nothing(session: Session) -> None:
    author, signed = ResearcherFactory(), ResearcherFactory()
    post = on_topic(by=[author])
    ReviewFactory(post=post, reviewer=signed)
    before = found(session)
    for identity in (Identity.PSEUDONYMOUS, Identity.ANONYMOUS):
        ReviewFactory(post=post, identity=identity, pseudonym="Heron")
    ReviewFactory(post=post, withdrawn_at=post.published_at)
    assert found(session) == before
    assert set(before) == {author.id, signed.id}


def test_who_writes_a_review_does_not_learn_who_else_reviewed(session: Session) -> None:
    reader, other = ResearcherFactory(), ResearcherFactory()
    post = on_topic()
    review = ReviewFactory(post=post, reviewer=other)
    ReviewDraftFactory(post=post, reviewer_id=reader.id)
    assert other.id not in found(session, viewer=reader)
    assert review.reviewer_id in found(session, viewer=ResearcherFactory())


def test_filters_narrow_who_is_shown(session: Session) -> None:
    verified: Researcher = ResearcherFactory()
    PublicationFactory(by=[verified, ResearcherFactory(unverified=True)], title=TITLE)
    assert set(found(session, filters="is_verified:true")) == {verified.id}
    with pytest.raises(BadQuery, match="no field 'color'"):
        find_experts(session, topic=TOPIC, filters="color:red")


def test_a_topic_without_a_word_is_refused(session: Session) -> None:
    for topic in ("", " ", "the of and", "42", "?!"):
        with pytest.raises(Invalid, match="no word"):
            find_experts(session, topic=topic)


def test_the_statements_do_not_grow_with_what_there_is(
    session: Session, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    counts = []
    for _ in range(2):
        post = on_topic(tags=[TagFactory()])
        ReviewFactory.create_batch(4, post=post)
        PublicationFactory.create_batch(4, title=TITLE)
        session.expire_all()
        with count_queries() as statements:
            find_experts(session, topic=TOPIC)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 13


def test_works_with_two_words_are_found_where_each_alone_is_in_too_many(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topical_works, "MOST_HITS", 2)
    for title in ("Kidney", "Perfusion"):
        PublicationFactory.create_batch(3, title=title)
        PostFactory.create_batch(3, title=title)
    both, posted = ResearcherFactory(), ResearcherFactory()
    PublicationFactory(by=[both], title=TITLE)
    on_topic(by=[posted])
    assert {both.id, posted.id} <= set(found(session, topic="kidney perfusion"))
