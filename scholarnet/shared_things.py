"""What two people can have in common in the public graph: co-authors, works that cite both, tags and venues."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import CompoundSelect, Select, func, select, union
from sqlalchemy.orm import aliased

from scholarnet.models import Authorship, Citation, Post, PostAuthor, PostTag, Publication, Researcher, Tag, Venue
from scholarnet.permissions import public_posts

AnySelect: TypeAlias = Select[*tuple[Any, ...]]
Pairs: TypeAlias = AnySelect | CompoundSelect[*tuple[Any, ...]]


class Shared(StrEnum):
    """What two people can have in common."""

    COAUTHOR = "coauthor"
    CITED_TOGETHER = "cited_together"
    TAG = "tag"
    VENUE = "venue"


@dataclass(frozen=True, slots=True)
class Thing:
    """`own` selects the things of a person, `people` pairs of each thing and who has it, `size` how many share each."""

    own: Callable[[int], AnySelect]
    people: Callable[[Collection[int]], Pairs]
    size: Callable[[Collection[int]], AnySelect]
    names: Select[int, str, str]


def coauthor_pairs(people: Collection[int]) -> CompoundSelect[int, int]:
    """Pairs of each of them and everybody they wrote with, each once: publications, and public posts."""
    one, other = aliased(Authorship), aliased(Authorship)
    posted, beside = aliased(PostAuthor), aliased(PostAuthor)
    return union(
        select(one.researcher_id, other.researcher_id.label("who"))
        .join(other, other.publication_id == one.publication_id)
        .where(one.researcher_id.in_(people), other.researcher_id != one.researcher_id),
        select(posted.researcher_id, beside.researcher_id)
        .join(beside, beside.post_id == posted.post_id)
        .join(Post, Post.id == posted.post_id)
        .where(posted.researcher_id.in_(people), beside.researcher_id != posted.researcher_id, public_posts()),
    )


def _own_coauthors(researcher_id: int) -> Select[int]:
    found = coauthor_pairs([researcher_id]).subquery()
    return select(found.c.who).join(Researcher, Researcher.id == found.c.who).order_by(Researcher.public_id)


def _n_coauthors(people: Collection[int]) -> AnySelect:
    one, who = coauthor_pairs(people).subquery().c
    return select(one, func.count(who)).group_by(one)


def _citing(researcher_id: int) -> Select[int]:
    """Works that cite theirs, those drawn first whose public id is: chance, and nothing else."""
    return (
        select(Publication.id)
        .where(
            Publication.id.in_(
                select(Citation.citing_id)
                .join(Authorship, Authorship.publication_id == Citation.cited_id)
                .where(Authorship.researcher_id == researcher_id)
            )
        )
        .order_by(Publication.public_id)
    )


def _cited_by(works: Collection[int]) -> AnySelect:
    return (
        select(Citation.citing_id, Authorship.researcher_id)
        .join(Authorship, Authorship.publication_id == Citation.cited_id)
        .where(Citation.citing_id.in_(works))
        .distinct()
    )


def _own_tags(researcher_id: int) -> Select[int]:
    return (
        select(PostTag.tag_id)
        .join(PostAuthor, PostAuthor.post_id == PostTag.post_id)
        .join(Post, Post.id == PostTag.post_id)
        .where(PostAuthor.researcher_id == researcher_id, public_posts())
        .group_by(PostTag.tag_id)
        .order_by(func.count().desc(), PostTag.tag_id)
    )


def _tagged(tags: Collection[int]) -> AnySelect:
    return (
        select(PostTag.tag_id, PostAuthor.researcher_id)
        .join(PostAuthor, PostAuthor.post_id == PostTag.post_id)
        .join(Post, Post.id == PostTag.post_id)
        .where(PostTag.tag_id.in_(tags), public_posts())
        .distinct()
    )


def _own_venues(researcher_id: int) -> AnySelect:
    return (
        select(Publication.venue_id)
        .join(Authorship, Authorship.publication_id == Publication.id)
        .where(Authorship.researcher_id == researcher_id, Publication.venue_id.is_not(None))
        .group_by(Publication.venue_id)
        .order_by(func.count().desc(), Publication.venue_id)
    )


def _published_in(venues: Collection[int]) -> AnySelect:
    return (
        select(Publication.venue_id, Authorship.researcher_id)
        .join(Authorship, Authorship.publication_id == Publication.id)
        .where(Publication.venue_id.in_(venues))
        .distinct()
    )


def _n_references(works: Collection[int]) -> AnySelect:
    return select(Citation.citing_id, func.count()).where(Citation.citing_id.in_(works)).group_by(Citation.citing_id)


def _n_posts(tags: Collection[int]) -> AnySelect:
    return (
        select(PostTag.tag_id, func.count())
        .join(Post, Post.id == PostTag.post_id)
        .where(PostTag.tag_id.in_(tags), public_posts())
        .group_by(PostTag.tag_id)
    )


def _n_works(venues: Collection[int]) -> AnySelect:
    return (
        select(Publication.venue_id, func.count())
        .where(Publication.venue_id.in_(venues))
        .group_by(Publication.venue_id)
    )


THINGS = {
    Shared.COAUTHOR: Thing(
        _own_coauthors,
        coauthor_pairs,
        _n_coauthors,
        select(Researcher.id, Researcher.public_id, Researcher.name),
    ),
    Shared.CITED_TOGETHER: Thing(
        _citing, _cited_by, _n_references, select(Publication.id, Publication.public_id, Publication.title)
    ),
    Shared.TAG: Thing(_own_tags, _tagged, _n_posts, select(Tag.id, Tag.name, Tag.label)),
    Shared.VENUE: Thing(_own_venues, _published_in, _n_works, select(Venue.id, Venue.public_id, Venue.name)),
}
