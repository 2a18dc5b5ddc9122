"""One community to which everything happens that can: after each event every reputation is the sum of its lines."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from api.jobs import run_epoch
from scholarnet.db import now
from scholarnet.forms import PostKind
from scholarnet.models import Component, Identity, Post, Publication, Reputation, ReputationEntry, Researcher, Role
from scholarnet.services.accepted_answers import accept_answer, take_back_answer
from scholarnet.services.addressing import answer_addressed, mark_addressed
from scholarnet.services.claims import claim, decide_claim, get_claim, take_back
from scholarnet.services.clock import current_epoch_id
from scholarnet.services.comments import write_comment
from scholarnet.services.follows import follow, unfollow
from scholarnet.services.helpfulness_votes import take_back_vote, vote
from scholarnet.services.post_publications import link_publication, unlink_publication
from scholarnet.services.post_recommendations import recommend, revoke_recommendation
from scholarnet.services.posts import get_post, withdraw_post
from scholarnet.services.publications import add_publication
from scholarnet.services.researcher_merges import get_merge, merge, undo_merge
from scholarnet.services.reviews import get_review, reveal_review, revise_review, withdraw_review
from scholarnet.services.vouches import revoke_vouch, vouch
from scoring.reputation import COMPONENTS
from tests.factories import PublicationFactory, ResearcherFactory, UnsignedCreditFactory
from tests.services.test_publication_merges import merge as merge_publications
from tests.services.test_publication_merges import undo as part_publications
from tests.services.test_reputations import assert_exact
from tests.services.writing import publish, renew, review

WORKS, POSTS, REVIEWING, COMMUNITY = Component
Units = dict[tuple[int, str], int]


@dataclass(slots=True)
class Life:
    """A community and its epochs, all as of one moment: what differs from one to the next is the event's doing."""

    engine: Engine
    session: Session
    as_of: datetime = field(default_factory=lambda: now() + timedelta(days=130))  # reviews are old enough by then
    units: Units = field(default_factory=dict)

    def then(self, event: Callable[[], object]) -> Units:
        """Let it happen, fit an epoch, and check everybody's ledger; returns what it was before, `units` is after."""
        event()
        self.session.commit()
        run_epoch(self.engine, as_of=self.as_of)
        assert_exact(self.session)
        columns = (Reputation.researcher_id, *(getattr(Reputation, name) for name in COMPONENTS))
        rows = self.session.execute(select(*columns).where(Reputation.epoch_id == current_epoch_id())).all()
        shown = {(who, name): n for who, *all_ in rows for name, n in zip(COMPONENTS, all_, strict=True) if n}
        who_and_what = (ReputationEntry.researcher_id, ReputationEntry.component)
        entries = select(*who_and_what, func.sum(ReputationEntry.units)).group_by(*who_and_what)
        rows = self.session.execute(entries.where(ReputationEntry.epoch_id == current_epoch_id())).all()
        before, self.units = self.units, {(who, component.value): int(n) for who, component, n in rows if n}
        assert self.units == shown
        return before

    def changes(self, who: Researcher, component: Component, event: Callable[[], object]) -> None:
        """Let it happen, and this changes at least."""
        before = self.then(event)
        assert self.of(who, component) != before.get((who.id, component), 0)

    def there_and_back(
        self, who: Researcher, component: Component, event: Callable[[], object], undo: Callable[[], object]
    ) -> None:
        """Let it happen and be undone: everybody has again what they had, to the last unit."""
        before = self.units
        self.changes(who, component, event)
        self.then(undo)
        assert self.units == before

    def post(self, post: Post, by: Researcher) -> Post:
        """The post as a request of its author reads it."""
        return get_post(self.session, post.public_id, viewer=by)

    def of(self, who: Researcher, component: Component) -> int:
        return self.units.get((who.id, component), 0)

    def sources(self, who: Researcher, component: Component) -> list[int]:
        """The keys of the publications, or posts, that have a line of somebody."""
        source = ReputationEntry.publication_id if component is WORKS else ReputationEntry.post_id
        query = select(source).where(ReputationEntry.researcher_id == who.id, ReputationEntry.component == component)
        return sorted(self.session.scalars(query.where(ReputationEntry.epoch_id == current_epoch_id())))


def test_every_ledger_is_exact_after_every_kind_of_event(engine: Engine, session: Session) -> None:
    life, ada = Life(engine, session), ResearcherFactory()
    UnsignedCreditFactory()
    post, noise = publish(session, by=[ada]), publish(session)  # alone, ada would be the median, whatever she has
    for rating in (9.0, 8.0, 9.0, 10.0, 8.0):
        review(session, post=post, overall=rating)
        review(session, post=noise, overall=rating)
    life.then(lambda: None)
    assert {component for _, component in life.units} == {POSTS, REVIEWING}
    marked_and_vouched(life, post, ada)
    acclaimed(life, post)
    reviewed(life, post, ada)
    cited_and_merged(life)
    became_one_work(life, post, ada)
    life.then(lambda: withdraw_post(session, actor=ada, post=life.post(post, ada)))
    assert life.of(ada, POSTS) > 0, "for the other post"
    assert post.id not in life.sources(ada, POSTS)


def marked_and_vouched(life: Life, post: Post, ada: Researcher) -> None:
    """Marks are no votes, and change nobody's reputation; who is vouched for has a vote, and a review, that counts."""
    session, marker, newcomer = life.session, ResearcherFactory(), ResearcherFactory(unverified=True)
    for mark in (recommend, revoke_recommendation):
        before = life.then(lambda mark=mark: mark(session, actor=marker, post_id=post.public_id))
        assert life.units == before
    review(session, post=post, by=newcomer, overall=3.0)
    life.then(lambda: None)
    life.there_and_back(
        ada,
        POSTS,
        lambda: vouch(session, voucher=marker, vouchee=newcomer, reason="We work together."),
        lambda: revoke_vouch(session, voucher=marker, vouchee=newcomer),
    )


def acclaimed(life: Life, post: Post) -> None:
    session, fan = life.session, ResearcherFactory()
    praised = review(session, post=post, overall=9.0)
    author, name = praised.reviewer, praised.public_id
    life.then(lambda: None)
    life.there_and_back(
        author,
        REVIEWING,
        lambda: vote(session, voter=fan, review_id=name, is_helpful=True),
        lambda: take_back_vote(session, voter=fan, review_id=name),
    )
    life.there_and_back(
        author,
        COMMUNITY,
        lambda: follow(session, follower=fan, followed=author),
        lambda: unfollow(session, follower=fan, followed=author),
    )
    question = publish(session, by=[fan], kind=PostKind.QUESTION)
    answer = write_comment(session, author=author, post_id=question.public_id, body="Use the field map.")
    life.there_and_back(
        author,
        COMMUNITY,
        lambda: accept_answer(session, actor=fan, post=life.post(question, fan), comment_id=answer.public_id),
        lambda: take_back_answer(session, actor=fan, post=life.post(question, fan)),
    )


def reviewed(life: Life, post: Post, ada: Researcher) -> None:
    """Submitted, revised, addressed and so faded; unsigned, revealed; withdrawn."""
    session, rita, uma = life.session, ResearcherFactory(), ResearcherFactory()
    written = review(session, post=post, by=rita, overall=2.0)

    def of_rita(viewer: Researcher = rita) -> dict[str, Any]:
        return {"actor": viewer, "review": get_review(session, written.public_id, viewer=viewer)}

    life.changes(ada, POSTS, lambda: None)
    life.changes(ada, POSTS, lambda: revise_review(session, **of_rita(), changes={"overall": 3.0}))
    renew(session, life.post(post, ada), ada)
    mark_addressed(session, **of_rita(ada))
    life.then(lambda: None)
    life.changes(ada, POSTS, lambda: answer_addressed(session, **of_rita(), agrees=True))
    life.changes(ada, POSTS, lambda: withdraw_review(session, **of_rita()))
    hidden = review(session, post=post, by=uma, overall=9.0, identity=Identity.ANONYMOUS)
    vote(session, voter=rita, review_id=hidden.public_id, is_helpful=True)
    life.changes(ada, POSTS, lambda: None)
    assert not any(who == uma.id for who, _ in life.units)
    life.changes(
        uma,
        REVIEWING,
        lambda: reveal_review(session, actor=uma, review=get_review(session, hidden.public_id, viewer=uma)),
    )


def cited_and_merged(life: Life) -> None:
    """Works are added, cited, merged and parted, claimed and given back, and so are people."""
    session, ben, eva = life.session, ResearcherFactory(), ResearcherFactory(role=Role.EDITOR)
    twin = ResearcherFactory(unclaimed=True, name=ben.name)
    work, copy, theirs, noise, _uncited = (
        PublicationFactory(by=[person], year=2018, doi=None, venue=None)
        for person in (ben, ben, twin, ResearcherFactory(), eva)
    )

    def cite(*works: Publication) -> Publication:
        content = {"title": "Livers", "year": 2020}
        names = [one.public_id for one in works]
        return add_publication(session, actor=ResearcherFactory(), content=content, references=names)

    life.then(lambda: None)
    assert life.of(ben, WORKS) == 0, "nobody cites them"
    life.changes(ben, WORKS, lambda: cite(work, copy, theirs, noise))
    for one in (work, copy):
        life.changes(ben, WORKS, lambda one=one: cite(one))
    assert life.sources(ben, WORKS) == [work.id, copy.id]
    before = life.units
    merged = merge_publications(session, eva, work, copy)
    life.changes(ben, WORKS, lambda: None)
    assert life.sources(ben, WORKS) == [work.id], "one work, once"
    life.then(lambda: part_publications(session, eva, merged))
    assert life.units == before
    joined = merge(session, actor=eva, kept=ben, duplicate=twin, reason="One person.")
    life.changes(ben, WORKS, lambda: None)
    assert life.sources(ben, WORKS) == [work.id, copy.id, theirs.id]
    assert life.of(twin, WORKS) == 0
    life.then(lambda: undo_merge(session, actor=eva, entry=get_merge(session, joined.public_id, kept=ben)))
    assert life.units == before
    name = claim(session, actor=ben, author=twin, publication=theirs).public_id
    made = get_claim(session, name, viewer=eva)
    decide_claim(session, actor=eva, claim=made, accepts=True, reason="They showed it.")
    life.changes(ben, WORKS, lambda: None)
    assert life.sources(ben, WORKS) == [work.id, copy.id, theirs.id]
    life.then(lambda: take_back(session, actor=ben, claim=get_claim(session, name, viewer=ben)))
    assert life.units == before
    assert life.of(eva, WORKS) == 0, "nobody cited hers"


def became_one_work(life: Life, post: Post, ada: Researcher) -> None:
    """Of two posts that became two publications of one work, which are merged, the better counts."""
    session, eva = life.session, ResearcherFactory(role=Role.EDITOR)
    again = publish(session, by=[ada])
    for rating in (9.0, 10.0, 10.0, 9.0, 10.0, 10.0):
        review(session, post=again, overall=rating)
    life.changes(ada, POSTS, lambda: None)
    assert life.sources(ada, POSTS) == [post.id, again.id]
    first = link_publication(session, actor=ada, post=life.post(post, ada))
    before = life.units
    life.there_and_back(
        ada,
        POSTS,
        lambda: link_publication(session, actor=ada, post=life.post(again, ada), publication_id=first.public_id),
        lambda: unlink_publication(session, actor=ada, post=life.post(again, ada)),
    )
    second = link_publication(session, actor=ada, post=life.post(again, ada))
    life.then(lambda: None)
    assert life.units == before, "two works"
    merged = merge_publications(session, eva, first, second)
    life.changes(ada, POSTS, lambda: None)
    assert life.sources(ada, POSTS) == [again.id], "the better one"
    life.then(lambda: part_publications(session, eva, merged))
    assert life.units == before
