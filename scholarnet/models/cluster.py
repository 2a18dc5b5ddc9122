"""A cluster: accounts that an epoch found to review together, with the evidence and what its budget does."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from scholarnet.db import Base, PrimaryKey, PublicId
from scholarnet.models.post import Post
from scholarnet.models.reviewer_fit import ReviewerFit
from scholarnet.models.ruling import Ruling


class ClusterEffect(Base):
    """What bounding them does to one post: its score, and what it would be were their reviews counted in full."""

    __tablename__ = "cluster_effect"

    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id", ondelete="CASCADE"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True, index=True)
    n_reviews: Mapped[int]
    value: Mapped[float]
    value_in_full: Mapped[float]

    post: Mapped[Post] = relationship(lazy="raise")


class Cluster(Base):
    """Accounts whose fit names it: `n_items` posts that two or more of them reviewed, `excess` of that over chance and
    `departure` of their ratings from outsiders', both in standard deviations (`scoring.rings`).

    `budget` bounds what they move a post by together, in 1/θ (`scoring.budgets`); null where they have none, because
    their ratings do not depart from others' or because of a `ruling`.
    """

    __tablename__ = "cluster"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    epoch_id: Mapped[int] = mapped_column(ForeignKey("epoch.id", ondelete="CASCADE"), index=True)
    n_items: Mapped[int]
    excess: Mapped[float]
    departure: Mapped[float]
    budget: Mapped[float | None]
    ruling_id: Mapped[int | None] = mapped_column(ForeignKey("ruling.id"))

    members: Mapped[list[ReviewerFit]] = relationship(lazy="raise", order_by=ReviewerFit.researcher_id)
    effects: Mapped[list[ClusterEffect]] = relationship(lazy="raise", order_by=ClusterEffect.post_id)
    ruling: Mapped[Ruling | None] = relationship(lazy="raise")
