"""How often a post was read on a day: a number, and nothing of who read it."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base


class ReadCount(Base):
    """It enters no score and no trend: whoever can ask for a page can raise it."""

    __tablename__ = "read_count"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    n: Mapped[int]
