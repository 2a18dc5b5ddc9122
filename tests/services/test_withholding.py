"""What an account that holds an open review of a post is not shown of it, asked of the services."""

import pytest
from sqlalchemy.orm import Session

from scholarnet import graph
from scholarnet.errors import NotFound, Withheld
from scholarnet.models import Post, Researcher, Review
from scholarnet.services.epochs import current_epoch
from scholarnet.services.explanations import explain
from scholarnet.services.post_views import view_posts
from scholarnet.services.reputation_views import explain_reputation
from scholarnet.services.reputations import list_entries
from scholarnet.services.review_drafts import discard_draft, save_draft
from scholarnet.services.reviews import get_review, list_reviews, withdraw_review
from tests.factories import ReputationEntryFactory, ResearcherFactory
from tests.services.writing import publish, review


@pytest.fixture
def ann(post: Post) -> Researcher:
    return ResearcherFactory(name=f"Not {post.authors[0].researcher.name}")


@pytest.fixture
def post(session: Session) -> Post:
    return publish(session)


@pytest.fixture
def theirs(session: Session, post: Post) -> Review:
    return review(session, post=post)


def hold(session: Session, who: Researcher, post: Post) -> None:
    save_draft(session, reviewer=who, post_id=post.public_id, content={})


def test_the_score_is_withheld_from_who_holds_a_draft_alone(
    session: Session, post: Post, ann: Researcher, theirs: Review
) -> None:
    other = publish(session)
    hold(session, ann, post)
    hold(session, ResearcherFactory(), other)
    mine, free = view_posts(session, [post, other], viewer=ann)
    assert (mine.score, mine.is_score_withheld, free.is_score_withheld) == (None, True, False)
    assert free.score is not None
    with pytest.raises(Withheld, match="submit"):
        explain(session, post=post, viewer=ann)
    for viewer in (None, theirs.reviewer, post.authors[0].researcher):
        assert view_posts(session, [post], viewer=viewer)[0].score.n_reviews == 1
        assert explain(session, post=post, viewer=viewer).n_reviews == 1


def test_the_score_is_shown_again_when_the_draft_is_discarded_or_submitted(
    session: Session, post: Post, ann: Researcher, theirs: Review
) -> None:
    hold(session, ann, post)
    discard_draft(session, reviewer=ann, post_id=post.public_id)
    assert explain(session, post=post, viewer=ann).n_reviews == 1
    hold(session, ann, post)
    review(session, post=post, by=ann)
    assert explain(session, post=post, viewer=ann).n_reviews == 2
    assert get_review(session, theirs.public_id, viewer=ann) is theirs


def test_others_reviews_are_withheld_and_ones_own_are_not(
    session: Session, post: Post, ann: Researcher, theirs: Review
) -> None:
    elsewhere = review(session, post=publish(session), by=theirs.reviewer)
    own = review(session, post=post, by=ann)
    withdraw_review(session, actor=ann, review=own)
    hold(session, ann, post)
    with pytest.raises(NotFound):
        get_review(session, theirs.public_id, viewer=ann)
    assert get_review(session, own.public_id, viewer=ann) is own
    assert session.scalars(list_reviews(viewer=ann, post=post)).all() == [own]
    assert set(session.scalars(list_reviews(viewer=ann))) == {own, elsewhere}
    assert session.scalars(list_reviews(viewer=ann, reviewer=theirs.reviewer)).all() == [elsewhere]
    assert set(session.scalars(list_reviews(viewer=None, post=post))) == {own, theirs}


def test_the_graph_leaves_out_what_is_withheld(session: Session, post: Post, ann: Researcher, theirs: Review) -> None:
    node, person = f"review:{theirs.public_id}", f"researcher:{theirs.reviewer.public_id}"
    hold(session, ann, post)
    around = graph.ego(session, node=f"post:{post.public_id}", depth=3, viewer=ann).graph
    assert node not in around
    assert person not in around
    assert node not in graph.ego(session, node=person, viewer=ann).graph
    assert len(graph.path(session, source=person, target=f"post:{post.public_id}", viewer=ann).graph) == 0
    with pytest.raises(NotFound):
        graph.ego(session, node=node, viewer=ann)
    assert node in graph.ego(session, node=f"post:{post.public_id}").graph


def test_ledgers_that_give_the_score_are_withheld(
    session: Session, post: Post, ann: Researcher, theirs: Review
) -> None:
    author = post.authors[0].researcher
    hold(session, ann, post)
    with pytest.raises(Withheld):
        explain_reputation(session, researcher=author, viewer=ann)
    assert explain_reputation(session, researcher=author, viewer=None).value == 0.0
    assert explain_reputation(session, researcher=theirs.reviewer, viewer=ann).value == 0.0
    ReputationEntryFactory(
        epoch_id=current_epoch(session).id,
        researcher_id=theirs.reviewer_id,
        component="reviewing",
        publication_id=None,
        review_id=theirs.id,
    )
    [hidden] = list_entries(session, researcher=theirs.reviewer, viewer=ann)
    [shown] = list_entries(session, researcher=theirs.reviewer, viewer=None)
    assert (hidden.review_id, hidden.title, hidden.units) == (None, None, shown.units)
    assert shown.review_id == theirs.public_id
