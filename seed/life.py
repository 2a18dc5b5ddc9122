"""What goes on in a seeded community: who posts, who reviews it when, and what follows from that."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

import numpy as np
from sqlalchemy.orm import Session

from scholarnet.forms import PostKind
from scholarnet.models import Review
from seed import posts, reviews
from seed.people import Person
from seed.plans import Plan
from seed.posts import Work
from seed.timeline import Timeline

REVIEW_DAYS = 40.0  # mean delay of a review
FIELD_WEIGHT = 6.0  # how much likelier somebody of the post's field reviews it
SPARES = 4  # reviewers who stand by for those with a conflict of interest
RENEWED, WITHDRAWN, ANSWERED, REVISED, TAKEN_BACK = 0.25, 0.04, 0.35, 0.3, 0.02


@dataclass(frozen=True, slots=True)
class Life:
    """The people, and the timeline that they fill."""

    session: Session
    rng: np.random.Generator
    people: list[Person]
    moderator: Person
    timeline: Timeline

    def post(self, plan: Plan, authors: list[Person], at: datetime) -> None:
        """Post the work, and find those who will review it."""
        work = posts.draft(self.session, self.rng, plan, authors, at)
        posts.publish(self.session, work, moderator=self.moderator.researcher, at=at)
        reviewers = self._reviewers(work)
        spares = reviewers[plan.n_reviews :]
        for person in reviewers[: plan.n_reviews]:
            self.timeline.add(self._soon(at), partial(self._review, work, person, spares))
        if plan.is_by_ring:
            for person in self.people:
                if person.is_in_ring and person is not authors[0]:
                    self.timeline.after(at, self.rng.uniform(1, 6), partial(self._review, work, person, []))
        self._plan_future(work, at)

    def _plan_future(self, work: Work, at: datetime) -> None:
        days = (self.timeline.end - at).days
        if work.plan.split or work.plan.is_by_ring:
            return
        fate = self.rng.random()
        if fate < RENEWED and work.plan.kind is not PostKind.MICRO and work.plan.n_reviews:
            self.timeline.after(at, days * self.rng.uniform(0.3, 0.6), partial(self._renew, work))
        elif fate > 1 - WITHDRAWN and work.plan.n_reviews < REVIEW_DAYS / 4:
            self.timeline.after(at, days * 0.5, partial(self._withdraw, work))

    def _soon(self, at: datetime) -> datetime:
        """A moment after `at`: mostly within weeks, and before the end."""
        left = (self.timeline.end - at).total_seconds() / 86_400
        delay = self.rng.exponential(REVIEW_DAYS) + 0.5
        return at + (self.timeline.end - at) * float(delay / left if delay < left else self.rng.uniform(0.05, 0.95))

    def _reviewers(self, work: Work) -> list[Person]:
        authors = {author.researcher.id for author in work.authors}
        weight = np.array([_eagerness(person, work) for person in self.people])
        ring = work.plan.is_by_ring  # whose members come on their own
        weight[[person.researcher.id in authors or (ring and person.is_in_ring) for person in self.people]] = 0.0
        n = min(work.plan.n_reviews + SPARES, int((weight > 0).sum()))
        chosen = self.rng.choice(len(weight), size=n, replace=False, p=weight / weight.sum())
        return [self.people[int(one)] for one in chosen]

    def _review(self, work: Work, person: Person, spares: list[Person], at: datetime) -> None:
        if not work.is_open:
            return
        row = reviews.review(self.session, self.rng, work, person, at=at)
        while row is None and spares:
            person = spares.pop()
            row = reviews.review(self.session, self.rng, work, person, at=at)
        if row is not None and not person.is_in_ring:
            self._plan_answer(work, person, row, at)

    def _plan_answer(self, work: Work, person: Person, row: Review, at: datetime) -> None:
        if self.rng.random() < TAKEN_BACK:
            self.timeline.after(at, self.rng.uniform(1, 5), partial(self._take_back, person, row))
        elif self.rng.random() < ANSWERED and row.overall < work.form.tiers["exceptional"]:
            self.timeline.after(at, self.rng.uniform(2, 14), partial(self._respond, work, row))

    def _respond(self, work: Work, row: Review, at: datetime) -> None:
        if work.is_open and row.withdrawn_at is None:
            reviews.respond(self.session, self.rng, work, row, at=at)

    def _take_back(self, person: Person, row: Review, at: datetime) -> None:
        reviews.withdraw(self.session, person, row, at=at)

    def _renew(self, work: Work, at: datetime) -> None:
        posts.renew(self.session, self.rng, work, moderator=self.moderator.researcher, at=at)
        for person, row in work.reviews:
            if row.withdrawn_at is None and self.rng.random() < REVISED:
                reviews.revise(self.session, self.rng, work, person, row, at)
        reviews.address(self.session, work, at=at)

    def _withdraw(self, work: Work, at: datetime) -> None:
        posts.withdraw(self.session, self.rng, work, at=at)


def _eagerness(person: Person, work: Work) -> float:
    """How likely somebody reviews the work; where a community splits, it is the known and busy ones who speak."""
    if work.plan.split:
        return person.activity**2 if person.researcher.is_verified else 0.0
    return person.activity * (FIELD_WEIGHT if person.field is work.topic.field else 1.0)
