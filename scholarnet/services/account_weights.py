"""What the weight of an account's reviews is made of, for its owner."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scholarnet.models import Cluster, Researcher, ReviewerFit, Verification
from scholarnet.services.clock import clock_of, current_epoch_id
from scholarnet.services.observations import forms_table
from scholarnet.services.trust import shares_of, trust_from, trust_given_by
from scoring.parameters import DEFAULT
from scoring.population import prior_population
from scoring.weight import caps, natural_precision


@dataclass(frozen=True, slots=True)
class VouchShare:
    """What one who vouches adds to the trust."""

    researcher: Researcher
    share: float


@dataclass(frozen=True, slots=True)
class AccountWeight:
    """`trust` (0 to 1), the epoch's where it has met the account, sets `cap`; what it is made of is as of now.

    A signed review of stated confidence 3 weighs the lesser of `precision` and `cap`, in 1/θ², before any budget.
    `bias` in standard deviations of ratings and `slope`, 1 for the average reviewer, are as the epoch in force fitted
    them to `n_reviews` signed reviews, and of nothing unsigned. `n_members` accounts, this one among them, share a
    `budget` on each post; None where nothing bounds them together.
    """

    trust: float
    verification: Verification
    by_verification: float
    by_vouches: list[VouchShare]
    bias: float
    slope: float
    precision: float
    cap: float
    n_reviews: int
    budget: float | None
    n_members: int


def weigh_account(session: Session, *, researcher: Researcher) -> AccountWeight:
    """Return the parts; a newcomer's for whom the epoch in force has not met."""
    epoch_id = session.scalar(select(current_epoch_id()))
    population = clock_of(session, epoch_id).population if epoch_id else prior_population(forms_table(), DEFAULT)
    fit = session.get(ReviewerFit, (epoch_id, researcher.id)) if epoch_id else None
    shares = shares_of(session, researcher=researcher)
    trust = fit.trust if fit else trust_from(researcher.verification, shares)
    usual = population.newcomers(trust)
    bias, slope, variance = (getattr(fit or usual, name) for name in ("bias", "slope", "variance"))
    cluster = session.get(Cluster, fit.cluster_id) if fit and fit.cluster_id else None
    return AccountWeight(
        trust=trust,
        verification=researcher.verification,
        by_verification=trust_given_by(researcher.verification),
        by_vouches=_vouches(session, shares),
        bias=float(np.squeeze(bias)),
        slope=float(np.squeeze(slope)) / population.abar,
        precision=float(natural_precision(np.ravel(slope), np.ravel(variance), DEFAULT)[0]),
        cap=float(caps(np.array([trust]), np.zeros(1, dtype=np.int64), DEFAULT)[0]),
        n_reviews=fit.n_reviews if fit else 0,
        budget=cluster.budget if cluster else None,
        n_members=_count_members(session, cluster),
    )


def _vouches(session: Session, shares: dict[int, float]) -> list[VouchShare]:
    people = session.scalars(select(Researcher).where(Researcher.id.in_(shares)).order_by(Researcher.public_id))
    return [VouchShare(person, shares[person.id]) for person in people]


def _count_members(session: Session, cluster: Cluster | None) -> int:
    if cluster is None or cluster.budget is None:
        return 1
    return session.scalar(select(func.count()).where(ReviewerFit.cluster_id == cluster.id)) or 1
