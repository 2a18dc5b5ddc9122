"""By how much one more review by somebody is expected to narrow a post's interval, by what an epoch says in public."""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.models import AccountTrust, Post, PostScore, Researcher, ReviewerFit
from scholarnet.services.clock import clock_of, current_epoch_id
from scholarnet.services.observations import KINDS, forms_table
from scholarnet.services.scores import find_score
from scholarnet.services.trust import trust_given_by
from scoring.arrays import Floats
from scoring.parameters import DEFAULT
from scoring.population import Population, prior_population
from scoring.scale import Scale
from scoring.suggestions import narrowing
from scoring.weight import caps, natural_precision


def expect_narrowing(session: Session, *, post: Post, people: Sequence[Researcher]) -> Floats:
    """Return the share of the interval that a signed review of no stated confidence would take off, float64[people].

    Each is read as the epoch in force fitted their signed reviews, or as a newcomer, and bounded by trust as anybody.
    """
    stored = find_score(session, post=post)
    clock = clock_of(session, stored.epoch_id) if stored else None
    population = clock.population if clock else prior_population(forms_table(), DEFAULT)
    kinds = clock.kinds if clock else KINDS
    natural = _natural_precision(session, population, people)
    n_trusted = np.full(len(people), stored.n_trusted if stored else 0)
    precision = np.minimum(natural, caps(_trust(session, people), n_trusted, DEFAULT))
    return narrowing(_deviation(stored, population, kinds.index(post.kind)), precision)


def _deviation(stored: PostScore | None, population: Population, form: int) -> float:
    """Of θ: the prior's, stretched as the epoch stretches intervals, while nobody has reviewed the post."""
    if stored is None or stored.sd is None:
        return population.q
    return stored.sd / float(Scale.of(np.array([form]), population).step[0])


def _natural_precision(session: Session, population: Population, people: Sequence[Researcher]) -> Floats:
    """A fit of no signed review is not looked at: that there is one tells of reviews which are not signed."""
    rows = session.execute(
        select(ReviewerFit.researcher_id, ReviewerFit.slope, ReviewerFit.variance).where(
            ReviewerFit.epoch_id == current_epoch_id(),
            ReviewerFit.researcher_id.in_([person.id for person in people]),
            ReviewerFit.n_reviews > 0,
        )
    )
    fits = {row.researcher_id: (row.slope, row.variance) for row in rows}
    usual = population.abar, population.newcomer_variance
    slope, variance = np.array([fits.get(person.id, usual) for person in people]).reshape(-1, 2).T
    return natural_precision(slope, variance, DEFAULT)


def _trust(session: Session, people: Sequence[Researcher]) -> Floats:
    """As the epoch in force trusts them."""
    rows = session.execute(
        select(AccountTrust.researcher_id, AccountTrust.trust).where(
            AccountTrust.epoch_id == current_epoch_id(),
            AccountTrust.researcher_id.in_([person.id for person in people]),
        )
    )
    vouched: dict[int, float] = dict(rows.all())
    return np.array(
        [vouched.get(person.id, trust_given_by(person.verification)) for person in people], dtype=np.float64
    )
