"""Merging profiles: the works of an unclaimed profile go to the one that is kept, with a record and a way back.

An account is never the duplicate: two accounts are two people with a password each. Two authors of one publication are
two people, and so are two ORCID iDs. An unclaimed profile that has reviews, which may be unsigned, is nobody's: nothing
is merged with it. Posts go from one unclaimed profile to another, and never to an account: it may have reviewed them
unsigned, and whether it became their author, or was refused, would tell. A profile that keeps any of that stays.
"""

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, joinedload

from scholarnet.db import now
from scholarnet.errors import Conflict, Forbidden, Invalid, NotFound
from scholarnet.models import Claim, ClaimState, Confirmation, PostAuthor, Publication, Researcher, ResearcherMerge
from scholarnet.permissions import permit
from scholarnet.services import audit
from scholarnet.services.researcher_moves import (
    has_reviews,
    hold_people,
    move_posts,
    move_publications,
    posts_of,
    reappear,
    shared_works,
    vanish,
    works_of,
)
from scholarnet.services.scores import hold_log

PEOPLE = (joinedload(ResearcherMerge.kept), joinedload(ResearcherMerge.duplicate))


def get_merge(session: Session, public_id: str, *, kept: Researcher) -> ResearcherMerge:
    """Return the merge of that id into `kept`."""
    query = select(ResearcherMerge).where(ResearcherMerge.public_id == public_id, ResearcherMerge.kept_id == kept.id)
    found = session.scalar(query.options(*PEOPLE, joinedload(ResearcherMerge.claim)))
    if found is None:
        raise NotFound("merge", public_id)
    return found


def list_merges(*, actor: Researcher, kept: Researcher) -> Select[ResearcherMerge]:
    """What went into a profile, for its owner and editors, newest first."""
    permit(actor, "merge.read", kept)
    return (
        select(ResearcherMerge)
        .where(ResearcherMerge.kept_id == kept.id)
        .options(*PEOPLE)
        .order_by(ResearcherMerge.created_at.desc(), ResearcherMerge.public_id.desc())
    )


def merge(
    session: Session, *, actor: Researcher, kept: Researcher, duplicate: Researcher, reason: str
) -> ResearcherMerge:
    """An editor says that an unclaimed profile is the person of another."""
    permit(actor, "researcher.merge")
    if actor.id == kept.id:
        msg = "nobody decides what is their own work; another editor has to"
        raise Forbidden(msg)
    hold_log(session)  # before the people, as every write that moves posts does
    hold_people(session, kept, duplicate)
    if duplicate.is_claimed:
        msg = "the duplicate is an account: keep it, and merge the other one into it"
        if kept.is_claimed:
            msg = "both are accounts: nobody merges two accounts, for each has an owner who has to agree"
        raise Conflict(msg)
    for one in (kept, duplicate):
        if not one.is_claimed:
            _refuse_unfit(session, one)
    return hand_over(
        session, actor=actor, kept=kept, duplicate=duplicate, confirmed_by=Confirmation.EDITOR, reason=reason
    )


def hand_over(
    session: Session,
    *,
    actor: Researcher | None,
    kept: Researcher,
    duplicate: Researcher,
    confirmed_by: Confirmation,
    reason: str | None = None,
    claim: Claim | None = None,
) -> ResearcherMerge:
    """Move the works, of a claim those that it is about, write down what moved, and settle open claims of them.

    Both are held (:func:`hold_people`), and the duplicate is unclaimed. Where an ORCID iD shows that it is one person,
    a work that names both stays as it is; otherwise it is a Conflict, as are different iDs.
    """
    _refuse_merged(kept, duplicate)
    works = works_of(session, duplicate)
    if claim is not None and claim.publication_id is not None:
        works = {key: works[key] for key in (claim.publication_id,) if key in works}
    if claim is not None and not works:
        msg = "what was claimed is not there any more"
        raise Conflict(msg)
    shared = shared_works(session, kept=kept, duplicate=duplicate) & works.keys()
    if shared and confirmed_by is not Confirmation.ORCID:
        msg = "both are authors of one publication, and so two people"
        raise Conflict(msg)
    moved = {"publications": [works[key] for key in works if key not in shared], "posts": []}
    how = confirmed_by if kept.is_claimed else None
    move_publications(session, source=duplicate, target=kept, publications=moved["publications"], confirmed_by=how)
    if not kept.is_claimed:
        moved["posts"] = _move_posts(session, kept, duplicate)
    gone = vanish(session, kept=kept, duplicate=duplicate)
    entry = ResearcherMerge(
        kept=kept,
        duplicate=duplicate,
        claim=claim,
        actor_id=actor.id if actor else None,
        confirmed_by=confirmed_by,
        reason=reason,
        is_whole=gone is not None,
        moved=moved | (gone or {"merged": [], "vouches": []}) | _move_orcid(session, kept, duplicate, gone is not None),
    )
    session.add(entry)
    session.flush()
    settled = _settle(session, entry, actor=actor, is_profile=claim is None or claim.publication_id is None)
    entry.moved = entry.moved | {"claims": [*([claim.public_id] if claim else []), *settled]}
    subject = f"researcher:{kept.public_id}"
    told = audit.record(session, actor=actor, action="researcher.merge", subject=subject, reason=reason)
    told.details = {"merge": entry.public_id, "duplicate": duplicate.public_id, "confirmed_by": confirmed_by}
    return entry


def undo_merge(session: Session, *, actor: Researcher, entry: ResearcherMerge) -> None:
    """Give back what moved and is still there, as an editor or the account that got it; twice is harmless.

    Conflict where one of the two went on into another profile since: that is undone first.
    """
    permit(actor, "merge.undo", entry.kept)
    if entry.moved["posts"]:
        hold_log(session)
    hold_people(session, entry.kept, entry.duplicate)
    session.refresh(entry, ["undone_at"], with_for_update=True)
    if entry.undone_at is not None:
        return
    kept, duplicate, moved = entry.kept, entry.duplicate, entry.moved
    if entry.is_whole:
        reappear(session, kept=kept, duplicate=duplicate, moved=moved)
    elif duplicate.merged_into_id is not None or kept.merged_into_id is not None:
        msg = "one of the two profiles was itself merged since; undo that first"
        raise Conflict(msg)
    move_publications(session, source=kept, target=duplicate, publications=moved["publications"], confirmed_by=None)
    move_posts(session, source=kept, target=duplicate, posts=moved["posts"])
    if moved.get("orcid") and moved["orcid"] == kept.orcid:
        _give_orcid(session, kept.orcid, kept, duplicate)
    entry.undone_at, entry.undone_by_id = now(), actor.id
    for one in session.scalars(select(Claim).where(Claim.public_id.in_(moved["claims"]))).all():
        one.state = ClaimState.UNDONE
    session.flush()
    subject = f"researcher:{kept.public_id}"
    told = audit.record(session, actor=actor, action="researcher.unmerge", subject=subject)
    told.details = {"merge": entry.public_id, "duplicate": duplicate.public_id}


def _refuse_unfit(session: Session, unclaimed: Researcher) -> None:
    """One sentence for all who are no authors: who of them is a reviewer is not told."""
    if not works_of(session, unclaimed) and not posts_of(session, unclaimed):
        msg = f"{unclaimed.name} is the author of nothing here, and so nothing to merge"
        raise Conflict(msg)
    if has_reviews(session, unclaimed):
        msg = f"{unclaimed.name} has more than authorships, and is not merged"
        raise Conflict(msg)


def _refuse_merged(kept: Researcher, duplicate: Researcher) -> None:
    if kept.id == duplicate.id:
        raise Invalid("duplicate_id", "is the same profile")
    if kept.merged_into_id is not None or duplicate.merged_into_id is not None or duplicate.is_claimed:
        msg = "one of the two was merged or claimed meanwhile"
        raise Conflict(msg)
    if kept.orcid and duplicate.orcid and kept.orcid != duplicate.orcid:
        msg = "they carry different ORCID iDs, and so are two people"
        raise Conflict(msg)


def _move_posts(session: Session, kept: Researcher, duplicate: Researcher) -> list[str]:
    posts = posts_of(session, duplicate)
    theirs = select(PostAuthor.post_id).where(PostAuthor.researcher_id == duplicate.id)
    if session.scalar(select(exists().where(PostAuthor.researcher_id == kept.id, PostAuthor.post_id.in_(theirs)))):
        msg = "both are authors of one post, and so two people"
        raise Conflict(msg)
    move_posts(session, source=duplicate, target=kept, posts=posts)
    return posts


def _move_orcid(session: Session, kept: Researcher, duplicate: Researcher, is_whole: bool) -> dict[str, str]:  # noqa: FBT001
    """An account gets an iD by proving it, and not so; the duplicate's then leads to it, as its other keys do."""
    if kept.is_claimed or not is_whole or not duplicate.orcid:
        return {}
    orcid = duplicate.orcid
    _give_orcid(session, orcid, duplicate, kept)
    return {"orcid": orcid}


def _give_orcid(session: Session, orcid: str | None, giver: Researcher, taker: Researcher) -> None:
    """One after the other: nobody has it twice."""
    giver.orcid = None
    session.flush()
    taker.orcid = orcid
    session.flush()


def _settle(session: Session, entry: ResearcherMerge, *, actor: Researcher | None, is_profile: bool) -> list[str]:
    """Close the open claims of what moved, in a move of all that there was all; return those that it confirmed."""
    query = select(Claim).where(Claim.author_id == entry.duplicate_id, Claim.state == ClaimState.OPEN)
    if not is_profile and not entry.is_whole:
        moved = select(Publication.id).where(Publication.public_id.in_(entry.moved["publications"]))
        query = query.where(Claim.publication_id.in_(moved))
    claims = session.scalars(query.order_by(Claim.id)).all()
    for one in claims:
        one.state, one.reason = _fate(one, entry)
        one.decided_at, one.decided_by_id = now(), actor.id if actor else None
    session.flush()
    return [one.public_id for one in claims if one.claimant_id == entry.kept_id]


def _fate(claim: Claim, entry: ResearcherMerge) -> tuple[ClaimState, str | None]:
    """What becomes of an open claim of what moved, and why."""
    if claim.claimant_id == entry.kept_id:
        return ClaimState.CONFIRMED, entry.reason
    if not entry.kept.is_claimed:
        return ClaimState.WITHDRAWN, "The author was merged into another profile: claim that."
    return ClaimState.REJECTED, "It was shown to be somebody else's."
