"""The day on which a token or a login session was last used: of their owner's interest, and no record of habits."""

from datetime import date
from typing import TypeAlias

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.models import LoginSession, Token

Used: TypeAlias = Token | LoginSession


def today() -> date:
    """Return the day that it is in UTC."""
    return now().date()


def is_first_of_day(used: Used) -> bool:
    """Whether this use is to be written down."""
    return used.last_used_on is None or used.last_used_on < today()


def note_use(session: Session, *, table: type[Used], key: int) -> None:
    """Move the day of the row's last use to this one; never back, and not while another transaction holds the row."""
    free = (
        select(table.id)
        .where(table.id == key, or_(table.last_used_on.is_(None), table.last_used_on < today()))
        .with_for_update(skip_locked=True, key_share=True)
    )
    session.execute(update(table).where(table.id == free.scalar_subquery()).values(last_used_on=today()))
