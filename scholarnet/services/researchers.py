"""Researchers: accounts, profiles, verification."""

import re
from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from scholarnet.db import now
from scholarnet.errors import Conflict, Invalid, NotFound, named_by
from scholarnet.institutions import is_institutional
from scholarnet.models import Researcher, Role, Verification
from scholarnet.permissions import live_researchers, permit
from scholarnet.services import audit
from scholarnet.services.passwords import hash_password, is_password

HANDLE = re.compile(r"[a-z0-9](?:[a-z0-9_-]{1,38})[a-z0-9]")
ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")


def find_researcher(session: Session, *, handle: str) -> Researcher | None:
    """Return the claimed researcher of that handle."""
    return session.scalar(select(Researcher).where(Researcher.handle == handle.strip().lower()))


def get_researcher(session: Session, public_id: str) -> Researcher:
    """Return the researcher of that id (or ``@handle``); of a profile that was merged, the one that is kept."""
    if public_id.startswith("@"):
        found = find_researcher(session, handle=public_id[1:])
    else:
        found = session.scalar(select(Researcher).where(Researcher.public_id == public_id))
    if found is None:
        raise NotFound("researcher", public_id)
    if found.merged_into_id is not None:
        return session.get_one(Researcher, found.merged_into_id)
    return found


def get_named(session: Session, public_id: str, *, field: str) -> Researcher:
    """Return the researcher whom a field of what was sent names; Invalid if there is none."""
    with named_by(field):
        return get_researcher(session, public_id)


def get_held(session: Session, public_id: str, *, field: str) -> Researcher:
    """Return whom a field names as they are now; nobody else changes them before this transaction has ended."""
    researcher = get_named(session, public_id, field=field)
    session.refresh(researcher, with_for_update={"key_share": True})
    return researcher


def list_researchers() -> Select[Researcher]:
    """Everybody, newest first."""
    people = select(Researcher).where(live_researchers())
    return people.order_by(Researcher.created_at.desc(), Researcher.public_id.desc())


def register(
    session: Session, *, handle: str, name: str, email: str, password: str, role: Role = Role.MEMBER
) -> Researcher:
    """Open an account. An address belongs to nobody until it is verified, so it tells of no other account."""
    handle = handle.strip().lower()
    if not HANDLE.fullmatch(handle):
        raise Invalid("handle", "3 to 40 of a-z, 0-9, - and _, beginning and ending with a letter or digit")
    if find_researcher(session, handle=handle) is not None:
        msg = f"the handle {handle!r} is taken"
        raise Conflict(msg, errors={"handle": ["is taken"]})
    researcher = Researcher(
        handle=handle,
        name=clean_name(name),
        email=email.strip().lower(),
        password_hash=hash_password(password),
        role=role,
        is_claimed=True,
    )
    session.add(researcher)
    session.flush()
    return researcher


def add_unclaimed(session: Session, *, name: str, orcid: str | None = None) -> Researcher:
    """Return the researcher of that ORCID iD, or a new unclaimed one; names alone never identify a person."""
    if orcid is not None:
        orcid = clean_orcid(orcid)
        known = find_by_orcid(session, orcids=[orcid])
        if known:
            return known[orcid]
    researcher = Researcher(name=clean_name(name), orcid=orcid)
    session.add(researcher)
    session.flush()
    return researcher


def find_by_orcid(session: Session, *, orcids: Collection[str]) -> dict[str, Researcher]:
    """Return whom these iDs identify, by iD: accounts that have proven theirs, and unclaimed authors."""
    return _kept(session, Researcher.orcid, orcids)


def find_by_source_key(session: Session, *, keys: Collection[str]) -> dict[str, Researcher]:
    """Return whom earlier imports added under these keys, by key."""
    return _kept(session, Researcher.source_key, keys)


def _kept(
    session: Session, column: InstrumentedAttribute[str | None], values: Collection[str]
) -> dict[str, Researcher]:
    """Who has these values, or what their profile was merged into."""
    person = aliased(Researcher)
    kept = person.id == func.coalesce(Researcher.merged_into_id, Researcher.id)
    rows = session.execute(select(column, person).join(person, kept).where(column.in_(values)))
    return {value: found for value, found in rows if value is not None}


def authenticate(session: Session, *, handle: str, password: str) -> Researcher | None:
    """Return whoever has this handle and password; both wrong answers take the same time."""
    researcher = find_researcher(session, handle=handle)
    right = is_password(password, researcher.password_hash if researcher else None)
    return researcher if right else None


def update_researcher(
    session: Session, *, actor: Researcher, researcher: Researcher, changes: dict[str, Any]
) -> Researcher:
    """Change a profile; `changes` holds new values by field."""
    permit(actor, "researcher.edit", researcher)
    if "name" in changes:
        changes["name"] = clean_name(changes["name"])
    if "orcid" in changes:
        column = "stated_orcid" if researcher.is_claimed else "orcid"
        changes[column] = _stated_orcid(session, changes.pop("orcid"), researcher)
    for field, value in changes.items():
        setattr(researcher, field, value)
    session.flush()
    return researcher


def verify_researcher(
    session: Session,
    *,
    actor: Researcher | None,
    researcher: Researcher,
    reason: str,
    by: Verification = Verification.EDITOR,
) -> Researcher:
    """An editor (None: the command line) stands for this person, `by` their own word or a license they have seen."""
    if actor is not None:
        permit(actor, "researcher.verify")
        if actor.id == researcher.id:
            raise Invalid("researcher", "nobody verifies themselves")
    _verify(researcher, by)
    researcher.verified_by_id = actor.id if actor else None
    audit.record(
        session,
        actor=actor,
        action="researcher.verify",
        subject=f"researcher:{researcher.public_id}",
        reason=reason,
    )
    return researcher


def check_institutional(email: str, *, domains: tuple[str, ...] = ()) -> str:
    """Return the address in lower case; refuse one that no institution gives out."""
    email = email.strip().lower()
    if not is_institutional(email, domains=domains):
        raise Invalid(
            "email",
            "is not known as an address at an institution; use one that is, or ask an editor to verify you",
        )
    return email


def confirm_email(session: Session, *, researcher: Researcher, email: str) -> Researcher:
    """The link was opened: the address is theirs, and it verifies them."""
    take_email(session, researcher=researcher, email=email)
    if not researcher.is_verified:
        _verify(researcher, Verification.EMAIL)
    session.flush()
    return researcher


def take_email(session: Session, *, researcher: Researcher, email: str) -> None:
    """The address is theirs; Conflict if somebody else has proven that it is theirs."""
    if has_other_owner(session, researcher=researcher, email=email):
        msg = "this address was verified by another account meanwhile"
        raise Conflict(msg, errors={"email": ["is in use"]})
    change_unseen(session, researcher=researcher, email=email, is_email_verified=True, email_changed_at=now())


def has_other_owner(session: Session, *, researcher: Researcher, email: str) -> bool:
    """Whether somebody else has verified this address."""
    others = (Researcher.email == email, Researcher.is_email_verified, Researcher.id != researcher.id)
    return bool(session.scalar(select(exists().where(*others))))


def change_unseen(session: Session, *, researcher: Researcher, **values: Any) -> None:
    """Change what is nobody's to see: `updated_at`, which is told to everybody, stays."""
    change = update(Researcher).where(Researcher.id == researcher.id)
    session.execute(change.values(**values, updated_at=Researcher.updated_at))
    session.refresh(researcher)


def _verify(researcher: Researcher, how: Verification) -> None:
    researcher.verification = how
    researcher.verified_at = now()


def clean_name(name: str) -> str:
    """Return the name with its spaces in order, or refuse an empty one."""
    name = " ".join(name.split())
    if not name:
        raise Invalid("name", "must not be empty")
    return name


def clean_orcid(orcid: str) -> str:
    """Return the bare ORCID iD, its check digit (ISO 7064 MOD 11-2) verified."""
    orcid = orcid.strip().removeprefix("https://orcid.org/").upper()
    if not ORCID.fullmatch(orcid) or _check_digit(orcid) != orcid[-1]:
        raise Invalid("orcid", "is not an ORCID iD such as 0000-0002-1825-0097")
    return orcid


def _check_digit(orcid: str) -> str:
    total = 0
    for digit in orcid.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11]


def _stated_orcid(session: Session, orcid: str | None, researcher: Researcher) -> str | None:
    """Return what the profile states from now on: an iD that no other account has proven to be its own."""
    orcid = clean_orcid(orcid) if orcid else None
    if researcher.is_orcid_verified:
        if orcid == researcher.orcid:
            return None  # the verified one says it
        msg = f"{researcher.orcid} is verified; to state another iD, disconnect it first (DELETE /auth/orcid)"
        raise Conflict(msg, errors={"orcid": ["is verified"]})
    holder = session.scalar(select(Researcher).where(Researcher.orcid == orcid)) if orcid else None
    if holder is not None and holder.id != researcher.id and (holder.is_claimed or not researcher.is_claimed):
        msg = "another profile carries this ORCID iD"
        raise Conflict(msg, errors={"orcid": ["is in use"]})
    return orcid
