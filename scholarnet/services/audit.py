"""The audit trail."""

from sqlalchemy.orm import Session

from scholarnet.models import AuditEntry, Researcher


def record(
    session: Session, *, actor: Researcher | None, action: str, subject: str, reason: str | None = None
) -> AuditEntry:
    """Write down that `actor` (None: the command line) did `action` to `subject` (``noun:public id``)."""
    entry = AuditEntry(actor_id=actor.id if actor else None, action=action, subject=subject, reason=reason)
    session.add(entry)
    session.flush()
    return entry
