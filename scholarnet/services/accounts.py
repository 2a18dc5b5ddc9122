"""Passwords of accounts: changed by their owner, and set anew by a mail."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.errors import Invalid
from scholarnet.models import Researcher, Token
from scholarnet.services.login_sessions import end_sessions
from scholarnet.services.mails import NOBODY, queue_mail
from scholarnet.services.passwords import hash_password, is_password
from scholarnet.services.researchers import change_unseen, find_researcher

SUBJECT = "Set a new password for ScholarNet"


def change_password(session: Session, *, researcher: Researcher, current_password: str, new_password: str) -> None:
    """Change one's own password; every session ends."""
    if not is_password(current_password, researcher.password_hash):
        raise Invalid("current_password", "is wrong")
    _set(session, researcher, new_password)


def find_account(session: Session, *, handle: str | None = None, email: str | None = None) -> Researcher | None:
    """Return the account of that handle, or whose verified address that is."""
    if handle:
        found = find_researcher(session, handle=handle)
        return found if found is not None and found.email and found.password_hash else None
    address = (email or "").strip().lower()
    return session.scalar(select(Researcher).where(Researcher.email == address, Researcher.is_email_verified))


def offer_reset(session: Session, *, researcher: Researcher | None, token: str) -> None:
    """Mail the token; where there is no such account the same is done for nobody, so that time does not tell."""
    recipient = researcher.email if researcher is not None and researcher.email else NOBODY
    text = (
        f"With this token you set a new password within an hour:\n\n{token}\n\nIf you did not ask for it, do nothing."
    )
    queue_mail(session, to=recipient, subject=SUBJECT, text=text)


def reset_password(session: Session, *, researcher: Researcher, password: str) -> None:
    """Set a new password; every session and every token ends."""
    _set(session, researcher, password)
    session.execute(
        update(Token).where(Token.researcher_id == researcher.id, Token.revoked_at.is_(None)).values(revoked_at=now())
    )


def _set(session: Session, researcher: Researcher, password: str) -> None:
    """End the sessions after the write that a new one waits for (login_sessions.begin_session)."""
    change_unseen(session, researcher=researcher, password_hash=hash_password(password))
    end_sessions(session, researcher=researcher)
