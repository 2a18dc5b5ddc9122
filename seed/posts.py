"""Posts of a seeded community: published, brought out anew, taken back."""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from scholarnet.forms import Form, PostKind, form_of
from scholarnet.identifiers import checklist
from scholarnet.models import Consent, Post, PostStatus, Researcher, Review
from scholarnet.services import cases, moderation, posts
from seed.lexicon import lexicon
from seed.people import Person
from seed.plans import Plan
from seed.texts import Topic, choose_topic, pick, post_content

TAGS_A_POST = 2
IMPROVEMENT = 0.6  # points of quality that a new version gains


@dataclass(slots=True, eq=False)
class Work:
    """A post and what the seed alone knows of it; `quality` is that of its latest version."""

    plan: Plan
    topic: Topic
    authors: list[Person]
    quality: float
    post: Post
    reviews: list[tuple[Person, Review]] = field(default_factory=list)
    promised: list[Review] = field(default_factory=list)  # whose wishes the next version will fulfil

    @property
    def form(self) -> Form:
        """The form it is reviewed by."""
        return form_of(self.plan.kind)

    @property
    def is_open(self) -> bool:
        """Whether it can be reviewed and changed."""
        return self.post.status is PostStatus.PUBLISHED


def draft(session: Session, rng: np.random.Generator, plan: Plan, authors: list[Person], at: datetime) -> Work:
    """Begin a post."""
    topic = choose_topic(rng, authors[0].field)
    tags = [topic.field.tags[int(one)] for one in rng.permutation(len(topic.field.tags))[:TAGS_A_POST]]
    post = posts.create_post(
        session,
        author=authors[0].researcher,
        kind=plan.kind,
        content=post_content(rng, plan.kind, topic),
        tags=[topic.field.name, *tags],
        authors=[{"researcher_id": author.researcher.public_id} for author in authors],
    )
    post.created_at = post.updated_at = at
    session.flush()
    return Work(plan, topic, authors, plan.quality, post)


def publish(session: Session, work: Work, *, moderator: Researcher, at: datetime) -> None:
    """Publish the draft; a case by a moderator's release."""
    if work.plan.kind is PostKind.CASE:
        declare(session, work)
    posts.publish_post(session, actor=work.authors[0].researcher, post=work.post)
    if work.plan.kind is PostKind.CASE:
        moderation.release_post(session, actor=moderator, post=work.post, reason=lexicon()["answers"]["releases"])
    if work.post.version_number == 1:
        work.post.published_at = at
    work.post.updated_at = at
    session.flush()


def declare(session: Session, work: Work) -> None:
    """Declare the patient's written consent and the whole checklist."""
    content = {"consent": Consent.WRITTEN, "checklist": list(checklist())}
    cases.declare(session, actor=work.authors[0].researcher, post=work.post, content=content)


def renew(session: Session, rng: np.random.Generator, work: Work, *, moderator: Researcher, at: datetime) -> None:
    """Bring out the next version, which answers the reviews and is a little better."""
    changes = {"changes": pick(rng, lexicon()["answers"]["changes"])}
    posts.edit_post(session, actor=work.authors[0].researcher, post=work.post, changes=changes)
    publish(session, work, moderator=moderator, at=at)
    work.quality += IMPROVEMENT


def withdraw(session: Session, rng: np.random.Generator, work: Work, *, at: datetime) -> None:
    """Take the post back."""
    reason = pick(rng, lexicon()["answers"]["withdrawals"])
    posts.withdraw_post(session, actor=work.authors[0].researcher, post=work.post, reason=reason)
    work.post.withdrawn_at = work.post.updated_at = at
    session.flush()
