"""How much goes on around the posts of a topic: what `trending` is measured against, frozen in an epoch."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from scholarnet.db import Base


class TopicRate(Base):
    """`rate` is B of `scoring.trending`: the decayed sum of events that a post of the tag has on an ordinary day."""

    __tablename__ = "topic_rate"

    epoch_id: Mapped[int] = mapped_column(ForeignKey("epoch.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), primary_key=True)
    rate: Mapped[float]
