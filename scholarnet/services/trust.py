"""How far an account is trusted, from 0 to 1: by its verification, and along vouches (SCORING.md section 6)."""

from collections.abc import Collection, Mapping

import numpy as np
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased

from scholarnet.models import AccountTrust, Researcher, Verification, Vouch
from scholarnet.services.clock import current_epoch_id
from scoring.parameters import DEFAULT
from scoring.trust import propagate, vouch_share

_given = aliased(Vouch)
_VOUCHERS = (
    select(
        Vouch.voucher_id,
        Researcher.verification,
        AccountTrust.trust,
        select(func.count())
        .where(_given.voucher_id == Vouch.voucher_id, _given.revoked_at.is_(None))
        .correlate(Vouch)
        .scalar_subquery()
        .label("n"),
    )
    .join(Researcher, Researcher.id == Vouch.voucher_id)
    .outerjoin(
        AccountTrust,
        (AccountTrust.researcher_id == Vouch.voucher_id) & (AccountTrust.epoch_id == current_epoch_id()),
    )
    .where(Vouch.vouchee_id == bindparam("vouchee_id"), Vouch.revoked_at.is_(None))
    .order_by(Vouch.voucher_id)
)


def trust_given_by(verification: Verification) -> float:
    """Return the trust of whoever is verified in that way and vouched for by nobody."""
    return DEFAULT.trust_full if verification is not Verification.NONE else 0.0


def trust_of(session: Session, *, researcher: Researcher) -> float:
    """Return the trust of an account between epochs: who vouches for it now, each as the epoch in force trusts them."""
    return trust_from(researcher.verification, shares_of(session, researcher=researcher))


def trust_from(verification: Verification, shares: Mapping[int, float]) -> float:
    """Return the trust of whoever is verified in that way and has these shares of those who vouch."""
    return min(1.0, trust_given_by(verification) + sum(shares.values()))


def shares_of(session: Session, *, researcher: Researcher) -> dict[int, float]:
    """Return what each live vouch adds to somebody's trust, by voucher."""
    rows = session.execute(_VOUCHERS, {"vouchee_id": researcher.id})
    return {
        row.voucher_id: vouch_share(trust_given_by(row.verification) if row.trust is None else row.trust, row.n)
        for row in rows
    }


def read_trust(session: Session, *, researcher_ids: Collection[int]) -> dict[int, float]:
    """Return the trust of these accounts, and of all that vouch or are vouched for, to the fixed point."""
    vouches = session.execute(
        select(Vouch.voucher_id, Vouch.vouchee_id).where(Vouch.revoked_at.is_(None)).order_by(Vouch.id)
    ).all()
    named = sorted({*researcher_ids, *(one for pair in vouches for one in pair)})
    verified = set(session.scalars(select(Researcher.id).where(Researcher.verification != Verification.NONE)))
    place = {researcher_id: at for at, researcher_id in enumerate(named)}
    trust = propagate(
        np.array([researcher_id in verified for researcher_id in named], dtype=np.bool_),
        np.array([place[pair[0]] for pair in vouches], dtype=np.int64),
        np.array([place[pair[1]] for pair in vouches], dtype=np.int64),
    )
    return dict(zip(named, trust.tolist(), strict=True))
