"""A sign of life of a worker: when it last went through its tasks."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base


class WorkerSign(Base):
    """One row a machine, written at each round; nothing else says that mail goes out and fits are begun."""

    __tablename__ = "worker_sign"

    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    seen_at: Mapped[datetime]
