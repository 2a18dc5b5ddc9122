"""The publication that a post became, and stays linked to.

The one counts for its citations and the other for its reviews; that is different evidence. Several posts of one
publication are one work, of which the best counts (`scoring.impact.best_of_each`).
"""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from scholarnet.errors import Conflict, Invalid, named_by
from scholarnet.forms import PostKind
from scholarnet.models import (
    Audience,
    Authorship,
    Post,
    PostPublication,
    PostStatus,
    Publication,
    PublicationType,
    Researcher,
)
from scholarnet.permissions import permit, wrote
from scholarnet.services import scores
from scholarnet.services.post_versions import shown_version
from scholarnet.services.publications import WITH_AUTHORS, free_doi, get_live_publication, hold_publication

TYPES = {
    PostKind.PREPRINT: PublicationType.PREPRINT,
    PostKind.CASE: PublicationType.ARTICLE,
    PostKind.DATASET: PublicationType.DATASET,
}


def link_publication(
    session: Session, *, actor: Researcher, post: Post, publication_id: str | None = None, doi: str | None = None
) -> Publication:
    """Link a published post to the publication of that id, or else to the one it is linked to, or a new one made of it.

    Who links must have written both: co-authors are named by who posts, so that naming somebody proves nothing. Raises
    Conflict for what is not published, and for a new one of a post that not everybody may see.
    """
    permit(actor, "post.link", post)
    post.updated_at = scores.next_moment(session)  # and one at a time
    if post.status is not PostStatus.PUBLISHED:
        msg = "only a published post becomes a publication"
        raise Conflict(msg)
    known = find_publication(session, post=post)
    if publication_id is None:
        publication = known or _add(session, actor, post, doi)
    else:
        with named_by("publication_id"):
            publication = get_live_publication(session, publication_id)
        if not wrote(actor, publication):
            raise Invalid("publication_id", "you are not among its authors, and only who wrote both links them")
        hold_publication(session, publication, is_shared=True)
    if known is None:
        session.add(PostPublication(post_id=post.id, publication_id=publication.id, linked_by_id=actor.id))
    else:
        link = session.get_one(PostPublication, post.id, populate_existing=True)
        link.publication_id, link.linked_by_id = publication.id, actor.id
    session.flush()
    return publication


def unlink_publication(session: Session, *, actor: Researcher, post: Post) -> None:
    """Take the link back; the publication stays. Doing it twice is harmless."""
    permit(actor, "post.link", post)
    post.updated_at = scores.next_moment(session)
    session.execute(delete(PostPublication).where(PostPublication.post_id == post.id))
    session.flush()


def find_publication(session: Session, *, post: Post) -> Publication | None:
    """Return the publication that a post is linked to."""
    query = select(Publication).join(PostPublication, PostPublication.publication_id == Publication.id)
    return session.scalar(query.where(PostPublication.post_id == post.id).options(*WITH_AUTHORS))


def _add(session: Session, actor: Researcher, post: Post, doi: str | None) -> Publication:
    if post.audience is not Audience.PUBLIC or post.published_at is None:
        msg = "a publication is for everybody to see; this post is not"
        raise Conflict(msg)
    version = shown_version(post)
    publication = Publication(
        type=TYPES.get(post.kind, PublicationType.OTHER),
        title=version.title,
        abstract=version.abstract,
        year=post.published_at.year,
        doi=free_doi(session, doi) if doi else None,
        created_by_id=actor.id,
        venue=None,
        merged_into=None,
    )
    publication.authorships = [
        Authorship(researcher=author.researcher, position=author.position) for author in post.authors
    ]
    session.add(publication)
    session.flush()
    return publication
