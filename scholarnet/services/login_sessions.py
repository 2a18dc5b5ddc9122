"""Login sessions: begun by a password, opaque, stored hashed. One that ends before it expires is deleted."""

import secrets
from datetime import timedelta

from sqlalchemy import Select, delete, select, true
from sqlalchemy.orm import Session, joinedload

from scholarnet.db import now
from scholarnet.errors import NotFound, NotSignedIn
from scholarnet.models import LoginSession, Researcher
from scholarnet.models.login_session import LONGEST_AGENT
from scholarnet.services.tokens import digest_of

LASTS = timedelta(days=30)


def begin_session(session: Session, *, researcher: Researcher, user_agent: str = "") -> str:
    """Return the secret of a new session, which nobody can show again.

    NotSignedIn if the password is no longer the one that was looked at: its change ended the sessions, and is waited
    for here, so that none slips through beside it.
    """
    same = select(Researcher.id).where(
        Researcher.id == researcher.id, Researcher.password_hash == researcher.password_hash
    )
    if session.scalar(same.with_for_update(read=True)) is None:
        msg = "the password was changed meanwhile: sign in with the new one"
        raise NotSignedIn(msg)
    secret = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            researcher_id=researcher.id,
            digest=digest_of(secret),
            user_agent=clean_user_agent(user_agent),
            last_used_on=now().date(),
            expires_at=now() + LASTS,
        )
    )
    session.flush()
    return secret


def clean_user_agent(text: str) -> str | None:
    """Return what a browser says of itself as one short line of what can be printed; None if that is nothing."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())[:LONGEST_AGENT].rstrip() or None


def find_session(session: Session, *, secret: str) -> LoginSession | None:
    """Return the live session of that secret, with its researcher."""
    query = select(LoginSession).where(LoginSession.digest == digest_of(secret), LoginSession.expires_at > now())
    return session.scalar(query.options(joinedload(LoginSession.researcher)))


def list_sessions(*, researcher: Researcher) -> Select[LoginSession]:
    """Their sessions that live, newest first."""
    return (
        select(LoginSession)
        .where(LoginSession.researcher_id == researcher.id, LoginSession.expires_at > now())
        .order_by(LoginSession.created_at.desc(), LoginSession.public_id.desc())
    )


def revoke_session(session: Session, *, researcher: Researcher, public_id: str) -> None:
    """End one of their own sessions."""
    own = (LoginSession.researcher_id == researcher.id, LoginSession.public_id == public_id)
    if session.scalar(delete(LoginSession).where(*own).returning(LoginSession.id)) is None:
        raise NotFound("session", public_id)


def end_sessions(session: Session, *, researcher: Researcher, but: LoginSession | None = None) -> None:
    """End all their sessions, or all `but` one."""
    others = LoginSession.id != but.id if but else true()
    session.execute(delete(LoginSession).where(LoginSession.researcher_id == researcher.id, others))


def end_session(session: Session, *, login_session: LoginSession) -> None:
    """End this session; one that has ended meanwhile is none the worse for it."""
    session.execute(delete(LoginSession).where(LoginSession.id == login_session.id))


def forget_expired(session: Session) -> None:
    """Delete the sessions that have expired."""
    session.execute(delete(LoginSession).where(LoginSession.expires_at <= now()))
