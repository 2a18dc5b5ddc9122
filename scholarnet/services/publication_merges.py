"""Merging a publication into another, with a record and a way back.

Merges wait for each other, and hold both publications, lower key first, so that nothing is written to them meanwhile.
A merge is undone before the earlier ones over the same publications, or over what cites them or is cited by them; what
was changed of the kept one since stays.
"""

from collections.abc import Collection

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from scholarnet.db import chunks, now
from scholarnet.errors import Conflict, Forbidden, Invalid, NotFound, named_by
from scholarnet.models import Publication, PublicationMerge, Researcher
from scholarnet.permissions import edits, permit
from scholarnet.services import audit
from scholarnet.services.merge_moves import Moves, move, take_back
from scholarnet.services.publication_duplicates import Candidate, compare
from scholarnet.services.publications import WITH_AUTHORS, get_publication

QUEUE = 6_020  # of PostgreSQL's advisory locks


def merge_publications(
    session: Session, *, actor: Researcher, publication: Publication, duplicate_id: str, reason: str | None = None
) -> PublicationMerge:
    """Merge the publication named `duplicate_id` into `publication`.

    Authors merge what is likely the same (`publication_duplicates`), editors anything. An author could enter a work of
    the same title with friends among its authors, who would get the other's citations by the merge: so where somebody
    known is an author of one alone, an editor decides. Raises Conflict where one of the two was merged already.
    """
    with named_by("duplicate_id"):
        duplicate = get_publication(session, duplicate_id)
    if duplicate.id == publication.id:
        raise Invalid("duplicate_id", "is the publication itself")
    _hold(session, publication, duplicate)
    for one in (publication, duplicate):
        if one.merged_into_id is not None:
            msg = f"publication {one.public_id} was merged into another already"
            raise Conflict(msg)
        permit(actor, "publication.merge", one)
    candidate = compare(publication, duplicate)
    if not edits(actor):
        _refuse_doubtful(publication, candidate)
    moves = move(session, kept=publication, duplicate=duplicate)
    duplicate.merged_into = publication
    publication.updated_at = duplicate.updated_at = now()
    merge = PublicationMerge(
        kept=publication, duplicate=duplicate, merged_by_id=actor.id, reason=reason, moved=moves.as_dict()
    )
    session.add(merge)
    session.flush()
    _record(session, actor, "publication.merge", merge)
    return merge


def undo_merge(session: Session, *, actor: Researcher, merge: PublicationMerge) -> None:
    """Take a merge back; undoing it twice is harmless. Raises Conflict where something stands in the way."""
    permit(actor, "publication.unmerge", merge)
    kept, duplicate = merge.kept, merge.duplicate
    _hold(session, kept, duplicate)
    session.refresh(merge, ["undone_at"])
    if merge.undone_at is not None:
        return
    moves = Moves(**merge.moved)
    _refuse_later(session, merge, {kept.id, duplicate.id, *moves.cites, *moves.cited_by})
    if moves.doi and moves.doi not in {duplicate.doi, kept.doi} and _is_taken(session, moves.doi):
        msg = f"the DOI {moves.doi} is another publication's by now"
        raise Conflict(msg)
    take_back(session, kept=kept, duplicate=duplicate, moves=moves)
    duplicate.merged_into = None
    merge.undone_at = kept.updated_at = duplicate.updated_at = now()
    merge.undone_by_id = actor.id
    session.flush()
    _record(session, actor, "publication.unmerge", merge)


def get_merge(session: Session, *, publication: Publication, public_id: str) -> PublicationMerge:
    """Return a merge into the publication."""
    query = list_merges(publication=publication).where(PublicationMerge.public_id == public_id)
    merge = session.scalar(query)
    if merge is None:
        raise NotFound("merge", public_id)
    return merge


def list_merges(*, publication: Publication) -> Select[PublicationMerge]:
    """What was merged into the publication, the latest first; what was undone too."""
    return (
        select(PublicationMerge)
        .where(PublicationMerge.kept_id == publication.id)
        .options(joinedload(PublicationMerge.kept), joinedload(PublicationMerge.duplicate))
        .order_by(PublicationMerge.created_at.desc(), PublicationMerge.public_id.desc())
    )


def _hold(session: Session, *publications: Publication) -> None:
    """Queue behind other merges, and read both as they are with nobody else writing; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(QUEUE)))
    query = (
        select(Publication)
        .where(Publication.id.in_([one.id for one in publications]))
        .order_by(Publication.id)
        .with_for_update(of=Publication)
        .execution_options(populate_existing=True)
    )
    session.scalars(query.options(*WITH_AUTHORS)).all()


def _refuse_doubtful(publication: Publication, candidate: Candidate) -> None:
    if not candidate.is_likely:
        msg = f"only editors merge what may be two works: {', '.join(candidate.against)}"
        raise Forbidden(msg)
    ours, theirs = (
        {place.researcher for place in one.authorships if place.researcher.is_identified}
        for one in (publication, candidate.publication)
    )
    if ours != theirs:
        names = ", ".join(sorted(person.name for person in ours ^ theirs))
        msg = f"only editors merge works of which somebody known is an author of one alone: {names}"
        raise Forbidden(msg)


def _refuse_later(session: Session, merge: PublicationMerge, ids: Collection[int]) -> None:
    for some in chunks(sorted(ids)):
        later = session.scalar(
            select(PublicationMerge.public_id)
            .where(
                PublicationMerge.id > merge.id,
                PublicationMerge.undone_at.is_(None),
                or_(PublicationMerge.kept_id.in_(some), PublicationMerge.duplicate_id.in_(some)),
            )
            .order_by(PublicationMerge.id.desc())
        )
        if later is not None:
            msg = f"the later merge {later} is built on this one; undo that first"
            raise Conflict(msg)


def _is_taken(session: Session, doi: str) -> bool:
    return session.scalar(select(Publication.id).where(Publication.doi == doi)) is not None


def _record(session: Session, actor: Researcher, action: str, merge: PublicationMerge) -> None:
    subject = f"publication:{merge.kept.public_id}"
    entry = audit.record(session, actor=actor, action=action, subject=subject, reason=merge.reason)
    entry.details = {"merge": merge.public_id, "duplicate": merge.duplicate.public_id}
