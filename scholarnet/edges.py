"""The edges of the graph: what types there are, and in which table each type is stored.

A follow is an edge from who follows to who is followed, since both lists are public. Comments are no nodes: they hang
on one post and lead nowhere else. Votes on reviews are no edges: who cast one is nobody's to know.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import networkx as nx
from sqlalchemy import BindParameter, ColumnElement, Select, String, and_, bindparam, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from scholarnet.db import Key
from scholarnet.id_lists import id_list, is_checked, is_looked_up
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
from scholarnet.permissions import (
    live_publications,
    live_researchers,
    public_posts,
    reviews_visible_to,
    visible_reviews,
)


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
Graph: TypeAlias = "nx.MultiDiGraph[str]"


Column: TypeAlias = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]


@dataclass(frozen=True, slots=True, eq=False)
class End:
    """One end of the edges of a type: what is there, and the column that names it."""

    kind: NodeKind
    column: Column

    @property
    def keys(self) -> BindParameter[Collection[int]]:
        """The parameter with the keys of all nodes of this kind that are asked for."""
        return id_list(f"{self.kind}_keys")

    @property
    def few(self) -> BindParameter[Collection[int]]:
        """The parameter with some of them."""
        return id_list(f"few_{self.kind}_keys")


@dataclass(frozen=True, slots=True, eq=False)
class EdgeSource:
    """Where edges of one type between two kinds of node are stored.

    `is_narrow_at_target`: it is at its target, not at its source, that a node has few edges of this type. What is
    selected has parameters: keys of nodes (see End) and, for a member, `viewer_id`.
    """

    kind: EdgeKind
    source: End
    target: End
    where: ColumnElement[bool] | None = None
    is_narrow_at_target: bool = False

    def ways(self) -> tuple[tuple[End, End], tuple[End, End]]:
        """Both ways along these edges: from which end to which."""
        return (self.source, self.target), (self.target, self.source)

    def beyond(self, near: End, far: End, *, is_one: bool, is_member: bool) -> Select[int, str]:
        """Select keys and public ids at the `far` ends of the edges that the keys at `near` have and one may see.

        In the order of public ids, which are drawn at random: a LIMIT takes a part that nothing decided but chance, and
        the same one each time. Of one node, `few` of it, an index in this order need not be read to its end.
        """
        key, public_id = LABELS[far.kind].selected_columns[:2]
        of_near = (
            near.column == bindparam(f"{near.kind}_key", type_=Key) if is_one else is_looked_up(near.column, near.keys)
        )
        query = select(key, public_id).where(of_near, *self._shown(is_member=is_member)).order_by(public_id)
        if not is_one:
            query = query.distinct()
        if far.column.expression.compare(key):
            return query
        return query.select_from(near.column.class_).join(key.table, key == far.column)

    def among(self, *, is_member: bool) -> Select[int | None, int | None]:
        """Select the edges between nodes with the keys that one may see and that have one of `few` at the narrow end.

        They are looked up there, so that a hub at the other end costs nothing.
        """
        wide = self.source if self.is_narrow_at_target else self.target
        return select(self.source.column, self.target.column).where(
            is_looked_up(self.narrow.column, self.narrow.few),
            is_checked(wide.column, wide.keys),
            *self._shown(is_member=is_member),
        )

    @property
    def narrow(self) -> End:
        """The end at which a node has few edges of this type."""
        return self.target if self.is_narrow_at_target else self.source

    def _shown(self, *, is_member: bool) -> list[ColumnElement[bool]]:
        of_reviews = NodeKind.REVIEW in {self.source.kind, self.target.kind}
        seen = [_visible_reviews(is_member=is_member)] if of_reviews else []
        return seen if self.where is None else [self.where, *seen]


def _visible_reviews(*, is_member: bool) -> ColumnElement[bool]:
    return reviews_visible_to(bindparam("viewer_id", type_=Key)) if is_member else visible_reviews(None)


def _of_public_post(column: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Looked up for each edge: a list of all public posts would be made anew for each statement."""
    return select(Post.id).where(Post.id == column, public_posts()).correlate(column.class_).exists()


LIVE_REVIEW = and_(Review.withdrawn_at.is_(None), _of_public_post(Review.post_id))

_RESEARCHER, _PUBLICATION, _VENUE, _POST, _REVIEW, _TAG = NodeKind

EDGES = (
    EdgeSource(
        EdgeKind.AUTHORED,
        End(_RESEARCHER, Authorship.researcher_id),
        End(_PUBLICATION, Authorship.publication_id),
        is_narrow_at_target=True,
    ),
    EdgeSource(
        EdgeKind.AUTHORED,
        End(_RESEARCHER, PostAuthor.researcher_id),
        End(_POST, PostAuthor.post_id),
        _of_public_post(PostAuthor.post_id),
        is_narrow_at_target=True,
    ),
    EdgeSource(
        EdgeKind.AUTHORED,
        End(_RESEARCHER, Review.reviewer_id),
        End(_REVIEW, Review.id),
        and_(LIVE_REVIEW, Review.identity == Identity.SIGNED),
        is_narrow_at_target=True,
    ),
    EdgeSource(EdgeKind.REVIEWS, End(_REVIEW, Review.id), End(_POST, Review.post_id), LIVE_REVIEW),
    EdgeSource(EdgeKind.CITES, End(_PUBLICATION, Citation.citing_id), End(_PUBLICATION, Citation.cited_id)),
    EdgeSource(
        EdgeKind.VOUCHES,
        End(_RESEARCHER, Vouch.voucher_id),
        End(_RESEARCHER, Vouch.vouchee_id),
        Vouch.revoked_at.is_(None),
    ),
    EdgeSource(EdgeKind.FOLLOWS, End(_RESEARCHER, Follow.follower_id), End(_RESEARCHER, Follow.followed_id)),
    EdgeSource(
        EdgeKind.TAGGED, End(_POST, PostTag.post_id), End(_TAG, PostTag.tag_id), _of_public_post(PostTag.post_id)
    ),
    EdgeSource(
        EdgeKind.PUBLISHED_IN,
        End(_PUBLICATION, Publication.id),
        End(_VENUE, Publication.venue_id),
        live_publications(),
    ),
    EdgeSource(
        EdgeKind.PUBLISHED_AS,
        End(_POST, PostPublication.post_id),
        End(_PUBLICATION, PostPublication.publication_id),
        _of_public_post(PostPublication.post_id),
    ),
)

# The columns of a node: key inside, id outside, label.
LABELS: dict[NodeKind, Select[int, str, str]] = {
    NodeKind.RESEARCHER: select(Researcher.id, Researcher.public_id, Researcher.name).where(live_researchers()),
    NodeKind.PUBLICATION: select(Publication.id, Publication.public_id, Publication.title).where(live_publications()),
    NodeKind.VENUE: select(Venue.id, Venue.public_id, Venue.name),
    NodeKind.POST: select(Post.id, Post.public_id, PostVersion.title)
    .join(PostVersion, and_(PostVersion.post_id == Post.id, PostVersion.number == Post.version_number))
    .where(public_posts()),
    NodeKind.REVIEW: select(Review.id, Review.public_id, literal("review", String)).where(LIVE_REVIEW),
    NodeKind.TAG: select(Tag.id, Tag.name, Tag.label),
}


def labels(kind: NodeKind, *, is_member: bool) -> Select[int, str, str]:
    """Select the columns of the nodes of this kind that one may see; for a member, by the parameter `viewer_id`."""
    return LABELS[kind].where(_visible_reviews(is_member=is_member)) if kind is NodeKind.REVIEW else LABELS[kind]


def name_of(kind: NodeKind, public_id: str) -> str:
    """What a node is called outside."""
    return f"{kind}:{public_id}"
