"""Idempotency keys: each names one write of one person for a day."""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from scholarnet.db import add_missing, now
from scholarnet.errors import Invalid
from scholarnet.models import IdempotencyKey, Researcher
from scholarnet.writing import begin_writing

KEPT = timedelta(days=1)


def hold_key(session: Session, *, researcher: Researcher, key: str, fingerprint: str) -> IdempotencyKey:
    """Return the row of this key: answered before (it has a status), or new and the caller's to answer.

    Another transaction that has the same key is waited for. Invalid if the key was used for something else.
    """
    begin_writing(session.connection())
    own = (IdempotencyKey.researcher_id == researcher.id, IdempotencyKey.key == key)
    session.execute(delete(IdempotencyKey).where(*own, IdempotencyKey.created_at < now() - KEPT))
    add_missing(session, IdempotencyKey, [{"researcher_id": researcher.id, "key": key, "fingerprint": fingerprint}])
    row = session.scalars(select(IdempotencyKey).where(*own)).one()
    if row.fingerprint != fingerprint:
        raise Invalid("Idempotency-Key", "was used for another request; take a new one for each write")
    return row


def forget_old_keys(session: Session) -> None:
    """Delete the keys that are older than a day."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now() - KEPT))
