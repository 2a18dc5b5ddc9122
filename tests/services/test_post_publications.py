"""A post becomes a publication, and stays linked."""

import pytest
from sqlalchemy.orm import Session

from scholarnet.errors import Conflict, Forbidden, Invalid
from scholarnet.graph import ego
from scholarnet.models import Audience, Post, PublicationType
from scholarnet.services.post_publications import find_publication, link_publication, unlink_publication
from scholarnet.services.posts import get_post
from scholarnet.services.publications import get_publication
from tests.factories import PostFactory, PostPublicationFactory, PublicationFactory, ResearcherFactory


def of(session: Session, post: Post) -> Post:
    session.flush()
    return get_post(session, post.public_id, viewer=post.authors[0].researcher)


def test_a_post_becomes_a_publication_once_and_stays_linked(session: Session) -> None:
    ada, ben = ResearcherFactory(), ResearcherFactory()
    PostPublicationFactory()  # noise
    post = of(session, PostFactory(by=[ada, ben]))
    made = link_publication(session, actor=ada, post=post, doi="DOI:10.1000/1")
    assert link_publication(session, actor=ben, post=post) is made
    assert (made.title, made.year, made.doi) == (post.versions[0].title, post.published_at.year, "10.1000/1")
    assert (made.type, [one.researcher for one in made.authorships]) == (PublicationType.PREPRINT, [ada, ben])
    found = get_publication(session, made.public_id)
    assert found.posts == [post]
    edge = (f"post:{post.public_id}", f"publication:{made.public_id}", "published_as")
    assert edge in ego(session, node=edge[0]).graph.edges
    unlink_publication(session, actor=ben, post=post)
    unlink_publication(session, actor=ben, post=post)  # twice is harmless
    assert find_publication(session, post=post) is None
    assert edge not in ego(session, node=edge[0]).graph.edges


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_who_links_a_publication_must_have_written_both(session: Session) -> None:
    ada, famous = ResearcherFactory(), ResearcherFactory()
    theirs, ours = PublicationFactory(by=[famous]), PublicationFactory(by=[famous, ada])
    post = of(session, PostFactory(by=[ada, famous]))  # ada says that they wrote it together
    with pytest.raises(Invalid, match="publication_id"):
        link_publication(session, actor=ada, post=post, publication_id=theirs.public_id)
    with pytest.raises(Forbidden):
        link_publication(session, actor=ResearcherFactory(), post=post, publication_id=theirs.public_id)
    assert link_publication(session, actor=ada, post=post, publication_id=ours.public_id) is ours


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_post_that_not_everybody_sees_is_shown_on_no_publication(session: Session) -> None:
    ada = ResearcherFactory()
    work = PublicationFactory(by=[ada])
    hidden = of(session, PostFactory(by=[ada], audience=Audience.MEMBERS))
    with pytest.raises(Conflict, match="everybody"):
        link_publication(session, actor=ada, post=hidden)
    with pytest.raises(Conflict, match="published"):
        link_publication(session, actor=ada, post=of(session, PostFactory(by=[ada], draft=True)))
    link_publication(session, actor=ada, post=hidden, publication_id=work.public_id)
    session.expire_all()
    assert get_publication(session, work.public_id).posts == []
