"""A whole community from one random seed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import numpy as np
from sqlalchemy.orm import Session

from scholarnet.errors import Invalid
from scholarnet.forms import PostKind
from scholarnet.services import posts as post_services
from scholarnet.services import vouches
from seed import posts
from seed.discussion import add_discussion
from seed.lexicon import lexicon
from seed.life import Life
from seed.marks import add_marks
from seed.people import KNOWN, Person, add_people
from seed.plans import Plan, draw_plans
from seed.publications import add_publications
from seed.texts import pick
from seed.timeline import Timeline

FEWEST = 20
MOST_CO_AUTHORS = 2
MODERATOR, ROSA = (next(at for at, one in enumerate(KNOWN) if one.handle == handle) for handle in ("mona", "rosa"))


def grow(
    session: Session,
    *,
    n_researchers: int,
    seed: int,
    now: datetime,
    on_progress: Callable[[int, int], None] | None = None,
) -> None:
    """Fill an empty network with `n_researchers` people and two years of what they did up to `now`.

    Everything but ids follows from `seed`. Flushes and does not commit. `on_progress` is told what is done and how
    much there is, in actions; the second number grows, because one thing leads to another.
    """
    if n_researchers < FEWEST:
        raise Invalid("researchers", f"must be at least {FEWEST}: fewer do not make a community")
    rng = np.random.default_rng(seed)
    people = add_people(session, rng, n=n_researchers, at=now)
    add_publications(session, rng, people, seed=seed, at=now)
    _add_vouches(session, rng, people)
    timeline = Timeline(now)
    life = Life(session, rng, people, people[MODERATOR], timeline)
    _plan_posts(life, now)
    for done in timeline.run():
        if on_progress is not None:
            on_progress(done, done + len(timeline))
    _leave_unfinished(session, rng, people[ROSA], now)
    add_marks(session, people, seed=seed, now=now)
    add_discussion(session, people, seed=seed, now=now)


def _plan_posts(life: Life, now: datetime) -> None:
    ring = [person for person in life.people if person.is_in_ring]
    honest = [person for person in life.people if not person.is_in_ring]
    plans = draw_plans(life.rng, n_researchers=len(life.people), n_ring=len(ring))
    for number, plan in enumerate(plans):
        able = [person for person in honest if plan.kind is not PostKind.CASE or _shows_cases(person)]
        first = life.people[ROSA] if number == 0 else able[int(life.rng.integers(len(able)))]
        authors = [ring.pop()] if plan.is_by_ring else [first, *_co_authors(life.rng, first, honest)]
        if plan.kind is PostKind.CASE:  # nobody releases their own
            authors = [author for author in authors if author is not life.moderator]
            authors = authors if authors and _shows_cases(authors[0]) else [life.people[ROSA]]
        life.timeline.add(now - timedelta(days=plan.age_days), partial(life.post, plan, authors))


def _shows_cases(person: Person) -> bool:
    return person.field.has_cases and person.researcher.is_verified


def _co_authors(rng: np.random.Generator, first: Person, honest: list[Person]) -> list[Person]:
    others = [person for person in honest if person.field is first.field and person is not first]
    return [others[int(one)] for one in rng.permutation(len(others))[: int(rng.integers(0, MOST_CO_AUTHORS + 1))]]


def _add_vouches(session: Session, rng: np.random.Generator, people: list[Person]) -> None:
    """One in three stands for a colleague of the field; in the ring everybody for the next."""
    ring = [person for person in people if person.is_in_ring]
    pairs = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    for person in people:
        others = [one for one in people if one.field is person.field and one is not person]
        if others and not person.is_in_ring and rng.random() < 1 / 3:
            pairs.append((person, others[int(rng.integers(len(others)))]))
    for voucher, vouchee in pairs:
        reason = pick(rng, lexicon()["answers"]["vouches"])
        row = vouches.vouch(session, voucher=voucher.researcher, vouchee=vouchee.researcher, reason=reason)
        row.created_at = max(voucher.researcher.created_at, vouchee.researcher.created_at)
    session.flush()


def _leave_unfinished(session: Session, rng: np.random.Generator, rosa: Person, now: datetime) -> None:
    """Rosa has a draft that nobody else sees, and a case that waits for the moderator."""
    posts.draft(session, rng, Plan(PostKind.PREPRINT, 6.0, 0, 1.0), [rosa], now - timedelta(days=1))
    case = posts.draft(session, rng, Plan(PostKind.CASE, 6.0, 0, 1.0), [rosa], now - timedelta(days=2))
    posts.declare(session, case)
    post_services.publish_post(session, actor=rosa.researcher, post=case.post)
