"""Vouches: standing for somebody, and taking it back."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from scholarnet.db import now
from scholarnet.errors import Conflict, Invalid
from scholarnet.models import Researcher, Vouch
from scholarnet.permissions import permit


def find_vouch(session: Session, *, voucher: Researcher, vouchee: Researcher) -> Vouch | None:
    """Return the live vouch between the two."""
    return session.scalar(
        select(Vouch).where(Vouch.voucher_id == voucher.id, Vouch.vouchee_id == vouchee.id, Vouch.revoked_at.is_(None))
    )


def list_vouches(*, vouchee: Researcher) -> Select[Vouch]:
    """The live vouches for somebody with who gives them, newest first."""
    return (
        select(Vouch)
        .join(Vouch.voucher)
        .where(Vouch.vouchee_id == vouchee.id, Vouch.revoked_at.is_(None))
        .options(contains_eager(Vouch.voucher))
        .order_by(Vouch.created_at.desc(), Researcher.public_id)
    )


def vouch(session: Session, *, voucher: Researcher, vouchee: Researcher, reason: str) -> Vouch:
    """Stand for another researcher, once."""
    permit(voucher, "researcher.vouch")
    if voucher.id == vouchee.id:
        raise Invalid("researcher", "nobody vouches for themselves")
    if find_vouch(session, voucher=voucher, vouchee=vouchee) is not None:
        msg = "you vouch for this researcher already"
        raise Conflict(msg)
    row = Vouch(voucher_id=voucher.id, vouchee_id=vouchee.id, reason=reason)
    session.add(row)
    session.flush()
    return row


def revoke_vouch(session: Session, *, voucher: Researcher, vouchee: Researcher) -> None:
    """Take it back; doing it twice is harmless."""
    permit(voucher, "researcher.vouch")
    row = find_vouch(session, voucher=voucher, vouchee=vouchee)
    if row is not None:
        row.revoked_at = now()
        session.flush()
