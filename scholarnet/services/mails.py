"""Mail as an outbox: queued with the write that it tells about, taken out when it is sent or given up."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.models import OutgoingMail

FIRST_WAIT = timedelta(minutes=1)
MOST_ATTEMPTS = 11  # the waits double: the last attempt is 17 hours after the first
WAITING = "mail waits"
NOBODY = ""  # a mail that is queued and never sent: who asks cannot tell it from another


def queue_mail(session: Session, *, to: str, subject: str, text: str) -> OutgoingMail:
    """Leave a mail to be sent once the transaction is committed."""
    mail = OutgoingMail(recipient=to, subject=subject, text=text, next_attempt_at=now())
    session.add(mail)
    session.flush()
    session.info[WAITING] = True
    return mail


def take_notice(session: Session) -> bool:
    """Return whether this session queued mail since it was last asked."""
    return bool(session.info.pop(WAITING, False))


def count_waiting(session: Session) -> int:
    """Count the mails that wait to be sent."""
    return session.scalar(select(func.count()).select_from(OutgoingMail).where(OutgoingMail.recipient != NOBODY)) or 0


def claim_mail(session: Session) -> OutgoingMail | None:
    """Take the next mail and put its next attempt off, so that no other worker sends it meanwhile."""
    due = select(OutgoingMail).where(OutgoingMail.next_attempt_at <= now())
    first = due.order_by(OutgoingMail.next_attempt_at, OutgoingMail.id).limit(1)
    mail = session.scalar(first.with_for_update(skip_locked=True))
    if mail is not None:
        mail.next_attempt_at = now() + FIRST_WAIT * 2**mail.attempts
        mail.attempts += 1
        session.flush()
    return mail


def settle(session: Session, *, mail: OutgoingMail, send: Callable[[OutgoingMail], bool]) -> bool:
    """Send a claimed mail; take it out when it is sent or was tried often enough. Return whether it was sent."""
    is_sent = send(mail)
    if is_sent or mail.attempts >= MOST_ATTEMPTS:
        session.delete(mail)
        session.flush()
    return is_sent
