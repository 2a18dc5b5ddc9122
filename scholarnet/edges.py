"""The edges of the graph: what types there are, and in which table each type is stored.

A follow is an edge from who follows to who is followed, since both lists are public. Comments are no nodes: they hang
on one post and lead nowhere else. Votes on reviews are no edges: who cast one is nobody's to know.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from sqlalchemy import ColumnElement, Select, String, and_, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from scholarnet.models import (
    Authorship,
    Citation,
    Follow,
    Identity,
    Post,
    PostAuthor,
    PostPublication,
    PostTag,
    PostVersion,
    Publication,
    Researcher,
    Review,
    Tag,
    Venue,
    Vouch,
)
from scholarnet.permissions import live_publications, public_posts, visible_reviews


class NodeKind(StrEnum):
    """What a node is."""

    RESEARCHER = "researcher"
    PUBLICATION = "publication"
    VENUE = "venue"
    POST = "post"
    REVIEW = "review"
    TAG = "tag"


class EdgeKind(StrEnum):
    """What an edge says, from its source to its target."""

    AUTHORED = "authored"
    CITES = "cites"
    REVIEWS = "reviews"
    VOUCHES = "vouches"
    FOLLOWS = "follows"
    TAGGED = "tagged"
    PUBLISHED_IN = "published_in"
    PUBLISHED_AS = "published_as"


Node: TypeAlias = tuple[NodeKind, int]
Edge: TypeAlias = tuple[Node, Node, EdgeKind]


@dataclass(frozen=True, slots=True)
class EdgeSource:
    """Where edges of one type between two kinds of node are stored."""

    kind: EdgeKind
    source: NodeKind
    target: NodeKind
    source_id: InstrumentedAttribute[int]
    target_id: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
    where: ColumnElement[bool] | None = None

    def touching(
        self, ids: dict[NodeKind, Collection[int]], *, viewer: Researcher | None
    ) -> Select[int, int | None] | None:
        """Select the edges with an end among `ids` that `viewer` may see, or None where there can be none."""
        ends = [
            column.in_(ids[kind])
            for kind, column in ((self.source, self.source_id), (self.target, self.target_id))
            if ids.get(kind)
        ]
        if not ends:
            return None
        query = select(self.source_id, self.target_id).where(or_(*ends), self.target_id.is_not(None))
        if NodeKind.REVIEW in {self.source, self.target}:
            query = query.where(visible_reviews(viewer))
        return query if self.where is None else query.where(self.where)


def _of_public_post(column: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return column.in_(select(Post.id).where(public_posts()))


LIVE_REVIEW = and_(Review.withdrawn_at.is_(None), _of_public_post(Review.post_id))

EDGES = (
    EdgeSource(
        EdgeKind.AUTHORED,
        NodeKind.RESEARCHER,
        NodeKind.PUBLICATION,
        Authorship.researcher_id,
        Authorship.publication_id,
    ),
    EdgeSource(
        EdgeKind.AUTHORED,
        NodeKind.RESEARCHER,
        NodeKind.POST,
        PostAuthor.researcher_id,
        PostAuthor.post_id,
        _of_public_post(PostAuthor.post_id),
    ),
    EdgeSource(
        EdgeKind.AUTHORED,
        NodeKind.RESEARCHER,
        NodeKind.REVIEW,
        Review.reviewer_id,
        Review.id,
        and_(LIVE_REVIEW, Review.identity == Identity.SIGNED),
    ),
    EdgeSource(EdgeKind.REVIEWS, NodeKind.REVIEW, NodeKind.POST, Review.id, Review.post_id, LIVE_REVIEW),
    EdgeSource(EdgeKind.CITES, NodeKind.PUBLICATION, NodeKind.PUBLICATION, Citation.citing_id, Citation.cited_id),
    EdgeSource(
        EdgeKind.VOUCHES,
        NodeKind.RESEARCHER,
        NodeKind.RESEARCHER,
        Vouch.voucher_id,
        Vouch.vouchee_id,
        Vouch.revoked_at.is_(None),
    ),
    EdgeSource(EdgeKind.FOLLOWS, NodeKind.RESEARCHER, NodeKind.RESEARCHER, Follow.follower_id, Follow.followed_id),
    EdgeSource(
        EdgeKind.TAGGED,
        NodeKind.POST,
        NodeKind.TAG,
        PostTag.post_id,
        PostTag.tag_id,
        _of_public_post(PostTag.post_id),
    ),
    EdgeSource(
        EdgeKind.PUBLISHED_IN,
        NodeKind.PUBLICATION,
        NodeKind.VENUE,
        Publication.id,
        Publication.venue_id,
        live_publications(),
    ),
    EdgeSource(
        EdgeKind.PUBLISHED_AS,
        NodeKind.POST,
        NodeKind.PUBLICATION,
        PostPublication.post_id,
        PostPublication.publication_id,
        _of_public_post(PostPublication.post_id),
    ),
)

# The columns of a node: key inside, id outside, label.
LABELS: dict[NodeKind, Select[int, str, str]] = {
    NodeKind.RESEARCHER: select(Researcher.id, Researcher.public_id, Researcher.name),
    NodeKind.PUBLICATION: select(Publication.id, Publication.public_id, Publication.title).where(live_publications()),
    NodeKind.VENUE: select(Venue.id, Venue.public_id, Venue.name),
    NodeKind.POST: select(Post.id, Post.public_id, PostVersion.title)
    .join(PostVersion, and_(PostVersion.post_id == Post.id, PostVersion.number == Post.version_number))
    .where(public_posts()),
    NodeKind.REVIEW: select(Review.id, Review.public_id, literal("review", String)).where(LIVE_REVIEW),
    NodeKind.TAG: select(Tag.id, Tag.name, Tag.label),
}


def labels(kind: NodeKind, *, viewer: Researcher | None) -> Select[int, str, str]:
    """Select the columns of the nodes of this kind that `viewer` may see."""
    return LABELS[kind].where(visible_reviews(viewer)) if kind is NodeKind.REVIEW else LABELS[kind]
