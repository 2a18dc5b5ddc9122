"""Bearer tokens: opaque, stored hashed, with scopes; revocable and expiring."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Select, bindparam, delete, or_, select
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.errors import Invalid, NotFound
from scholarnet.loaded_rows import as_loaded
from scholarnet.models import Researcher, Role, Scope, Token
from scholarnet.permissions import RANK

PREFIX = "sn_"  # so that a leaked token is recognised for what it is
KEPT = timedelta(days=30)  # of a token that has ended: who asks what it was still finds out


_TOKEN, _OWNER = ([column.name for column in table.__table__.columns] for table in (Token, Researcher))
_OF_DIGEST = (
    select(*(getattr(Token, name) for name in _TOKEN), *(getattr(Researcher, name) for name in _OWNER))
    .join(Researcher, Researcher.id == Token.researcher_id)
    .where(Token.digest == bindparam("digest"))
)


def digest_of(token: str) -> str:
    """Return what is stored of a token: it has 256 random bits, so a fast hash is safe."""
    return hashlib.sha256(token.encode()).hexdigest()


def create_token(
    session: Session,
    *,
    researcher: Researcher,
    name: str,
    scopes: list[str],
    expires_at: datetime | None = None,
) -> tuple[Token, str]:
    """Return the row and the token itself, which nobody can show again."""
    if Scope.ADMIN in scopes and RANK[researcher.role] < RANK[Role.EDITOR]:
        raise Invalid("scopes", "'admin' is for editors, moderators and administrators")
    if expires_at is not None and expires_at <= now():
        raise Invalid("expires_at", "lies in the past")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token(
        researcher_id=researcher.id,
        name=name,
        digest=digest_of(secret),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
    )
    session.add(token)
    session.flush()
    return token, secret


def find_token(session: Session, *, secret: str) -> Token | None:
    """Return the live token of that secret, with its researcher."""
    row = session.connection().execute(_OF_DIGEST, {"digest": digest_of(secret)}).one_or_none()
    if row is None:
        return None
    found = dict(zip(_TOKEN, row, strict=False))
    if found["revoked_at"] is not None or (found["expires_at"] is not None and found["expires_at"] <= now()):
        return None
    owner = as_loaded(session, Researcher, dict(zip(_OWNER, row[len(_TOKEN) :], strict=True)))
    return as_loaded(session, Token, found | {"researcher": owner})


def list_tokens(*, researcher: Researcher) -> Select[Token]:
    """Their tokens that are not revoked, newest first."""
    return (
        select(Token)
        .where(Token.researcher_id == researcher.id, Token.revoked_at.is_(None))
        .order_by(Token.created_at.desc(), Token.public_id.desc())
    )


def revoke_token(session: Session, *, researcher: Researcher, public_id: str) -> None:
    """End one of their own tokens; doing it twice is harmless."""
    token = session.scalar(select(Token).where(Token.public_id == public_id, Token.researcher_id == researcher.id))
    if token is None:
        raise NotFound("token", public_id)
    token.revoked_at = token.revoked_at or now()
    session.flush()


def forget_ended(session: Session) -> None:
    """Delete the tokens that expired or were revoked 30 days ago."""
    since = now() - KEPT
    session.execute(delete(Token).where(or_(Token.expires_at < since, Token.revoked_at < since)))
