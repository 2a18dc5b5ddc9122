"""The ORCID iD of an account: it is verified by signing in at ORCID, and then nobody else's.

What an account types (`stated_orcid`) is a statement: anybody may make it, it shows nothing, and it gives way. The
works that sources name under the iD become the account's, with a record and a way back. An iD says which person works
are by, not that the person is of the field, so it does not verify an account as an address at an institution does.
"""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.errors import Conflict
from scholarnet.models import Confirmation, Researcher
from scholarnet.services import audit
from scholarnet.services.researcher_merges import hand_over
from scholarnet.services.researcher_moves import hold_people

REASON = "The account has proven at ORCID that the iD is its own."


def connect_orcid(session: Session, *, researcher: Researcher, orcid: str) -> Researcher:
    """The person has signed in at ORCID: the iD is theirs, and so are the works of the unclaimed author who carries it.

    Conflict if the account has another verified iD, or another account has this one.
    """
    holder = session.scalar(select(Researcher).where(Researcher.orcid == orcid))
    profile = _profile_of(session, holder)
    hold_people(session, researcher, *(one for one in (holder, profile) if one is not None))
    if researcher.orcid not in {None, orcid}:
        msg = f"your account is connected with {researcher.orcid}; disconnect that first (DELETE /auth/orcid)"
        raise Conflict(msg)
    if holder is not None and holder.is_claimed and holder.id != researcher.id:
        msg = "this ORCID iD is connected with another account"
        raise Conflict(msg, errors={"orcid": ["is in use"]})
    if profile is not None and not profile.is_claimed:
        hand_over(
            session, actor=None, kept=researcher, duplicate=profile, confirmed_by=Confirmation.ORCID, reason=REASON
        )
    if holder is not None:
        holder.orcid = None
        session.flush()
    researcher.orcid, researcher.orcid_verified_at, researcher.stated_orcid = orcid, now(), None
    session.flush()
    others = update(Researcher).where(Researcher.stated_orcid == orcid, Researcher.id != researcher.id)
    session.execute(others.values(stated_orcid=None))
    subject = f"researcher:{researcher.public_id}"
    audit.record(session, actor=researcher, action="researcher.connect_orcid", subject=subject, reason=orcid)
    return researcher


def disconnect_orcid(session: Session, *, researcher: Researcher) -> None:
    """Let go of the iD; the works that it brought stay. Twice is harmless."""
    hold_people(session, researcher)
    if researcher.orcid is None:
        return
    subject, orcid = f"researcher:{researcher.public_id}", researcher.orcid
    researcher.orcid = researcher.orcid_verified_at = None
    session.flush()
    audit.record(session, actor=researcher, action="researcher.disconnect_orcid", subject=subject, reason=orcid)


def _profile_of(session: Session, holder: Researcher | None) -> Researcher | None:
    """The profile that has the works of whoever carries an iD."""
    if holder is None or holder.merged_into_id is None:
        return holder
    return session.get_one(Researcher, holder.merged_into_id)
