"""Reviews of a seeded community, and what their authors and those of the post make of them."""

from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from scholarnet.errors import ConflictOfInterest
from scholarnet.models import Identity, Review
from scholarnet.services import addressing, responses, reviews
from seed.judgements import choose_identity, judge, push
from seed.lexicon import lexicon
from seed.people import Person
from seed.posts import Work
from seed.texts import pick


def review(session: Session, rng: np.random.Generator, work: Work, person: Person, *, at: datetime) -> Review | None:
    """Review the work, unless the rules find a conflict of interest."""
    try:
        row = reviews.submit_review(
            session,
            reviewer=person.researcher,
            post_id=work.post.public_id,
            content=_content(rng, work, person),
            identity=Identity.SIGNED if person.is_in_ring or work.plan.split else choose_identity(rng),
        )
    except ConflictOfInterest:
        return None
    row.created_at = row.updated_at = at
    row.created_on = at.date()
    for revision in reviews.list_revisions(session, review=row):
        revision.created_at = at
    session.flush()
    work.reviews.append((person, row))
    return row


def _content(rng: np.random.Generator, work: Work, person: Person) -> dict[str, object]:
    if person.is_in_ring and work.plan.is_by_ring:
        return push(rng, work.form)
    camp = work.plan.split if len(work.reviews) % 2 else -work.plan.split
    return judge(rng, person, work.form, work.topic, work.quality + camp)


def revise(session: Session, rng: np.random.Generator, work: Work, person: Person, row: Review, at: datetime) -> None:
    """Judge the new version."""
    changes = judge(rng, person, work.form, work.topic, work.quality)
    reviews.revise_review(session, actor=person.researcher, review=row, changes=changes)
    row.updated_at = at
    reviews.list_revisions(session, review=row)[-1].created_at = at
    session.flush()


def withdraw(session: Session, person: Person, row: Review, *, at: datetime) -> None:
    """Take the review back."""
    reviews.withdraw_review(session, actor=person.researcher, review=row)
    row.withdrawn_at = row.updated_at = at
    session.flush()


def respond(session: Session, rng: np.random.Generator, work: Work, row: Review, *, at: datetime) -> None:
    """Answer as an author of the post; half of the time the next version will have just what was asked for."""
    author = work.authors[0].researcher
    body = pick(rng, lexicon()["answers"]["responses"])
    response = responses.respond(session, actor=author, review=row, body=body)
    response.created_at = response.updated_at = at
    if rng.random() < 0.5:
        work.promised.append(row)
    session.flush()


def address(session: Session, work: Work, *, at: datetime) -> None:
    """Mark what the new version does: who was promised it agrees, and of the others one in six disputes it."""
    version = work.post.version_number
    left = [(who, row) for who, row in work.reviews if row.withdrawn_at is None and row.version_number < version]
    for number, (person, row) in enumerate(left):
        addressing.mark_addressed(session, actor=work.authors[0].researcher, review=row)
        row.addressed_at = row.updated_at = at
        agrees = row in work.promised
        if agrees or number % 6 == 5:
            addressing.answer_addressed(session, actor=person.researcher, review=row, agrees=agrees)
            row.answered_on, row.updated_at = at.date(), at
    session.flush()
