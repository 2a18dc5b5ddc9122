"""Claims of authorship: an account says that an unclaimed author is itself, and somebody who can know confirms it.

Who can know is an editor, or a co-author of every work that the claim is about. A ring of accounts must not hand works
around, so a co-author's word counts only where

- the account is verified, and is not the claimant;
- its own place in the work rests on an ORCID iD or an editor's word, never on another co-author's, or it entered the
  work itself, and could have named the claimant then: so what begins with one false place ends with that place;
- nothing was merged into the work: whose place was shown in one of the two was so in a list without the other's names;
- the names agree, nobody else claims the same, and it was not rejected before: else an editor decides.

An author who carries an ORCID iD is claimed by proving the iD alone (`orcid_sign_in`), which needs nobody's word. Until
then nobody but claimant, those who may answer, and editors learns of a claim. Each can be undone.
"""

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from scholarnet.db import now
from scholarnet.errors import Conflict, Forbidden, Invalid, NotFound
from scholarnet.models import (
    Authorship,
    Claim,
    ClaimState,
    Confirmation,
    Publication,
    PublicationMerge,
    Researcher,
    ResearcherMerge,
)
from scholarnet.permissions import edits, permit
from scholarnet.services import audit
from scholarnet.services.claim_views import objection_to
from scholarnet.services.researcher_merges import hand_over, undo_merge
from scholarnet.services.researcher_moves import hold_people, shared_works, works_of

MOST_OPEN = 50  # claims of one account that wait
GROUNDED = (Confirmation.ORCID, Confirmation.EDITOR)
WHOLE = (joinedload(Claim.claimant), joinedload(Claim.author), joinedload(Claim.publication))
_NEWEST_FIRST = select(Claim).options(*WHOLE).order_by(Claim.created_at.desc(), Claim.public_id.desc())


def get_claim(session: Session, public_id: str, *, viewer: Researcher) -> Claim:
    """Return the claim, for the claimant, for co-authors who may answer it or did, and for editors."""
    is_side = or_(
        Claim.claimant_id == viewer.id,
        Claim.decided_by_id == viewer.id,
        and_(Claim.state == ClaimState.OPEN, _answered_by(viewer)),
    )
    found = session.execute(select(Claim, is_side).where(Claim.public_id == public_id).options(*WHOLE)).one_or_none()
    if found is None or not (found[1] or edits(viewer)):
        raise NotFound("claim", public_id)
    return found[0]


def list_claims(*, claimant: Researcher) -> Select[Claim]:
    """One's own claims, newest first."""
    return _NEWEST_FIRST.where(Claim.claimant_id == claimant.id)


def list_claims_to_decide(*, actor: Researcher) -> Select[Claim]:
    """The open claims of others that wait for one's word: as a co-author, or all of them for an editor."""
    waiting = _NEWEST_FIRST.where(Claim.state == ClaimState.OPEN, Claim.claimant_id != actor.id)
    return waiting if edits(actor) else waiting.where(_answered_by(actor))


def find_author(publication: Publication, *, position: int | None = None, author_id: str | None = None) -> Researcher:
    """Return the author whom a place (from 1) or an id names; Invalid if there is none. The authors must be loaded."""
    if (position is None) == (author_id is None):
        raise Invalid("position", "say either the position or the author_id")
    for place in publication.authorships:
        if place.position == position or place.researcher.public_id == author_id:
            return place.researcher
    field = "author_id" if position is None else "position"
    raise Invalid(field, "is no author of this publication")


def claim(
    session: Session,
    *,
    actor: Researcher,
    author: Researcher,
    publication: Publication | None = None,
    statement: str | None = None,
) -> Claim:
    """Say that an unclaimed author, of one publication or of all of theirs, is oneself."""
    permit(actor, "claim.make")
    hold_people(session, actor, author)
    if author.is_claimed:
        msg = "this is an account already; if it is not that person's work, tell an editor"
        raise Conflict(msg)
    if author.merged_into_id is not None or not works_of(session, author):
        msg = "there is no publication of this author to be claimed"
        raise Conflict(msg)
    if author.orcid is not None:
        msg = (
            "this author carries an ORCID iD: connect it with your account (POST /auth/orcid), and the works are yours"
        )
        raise Conflict(msg)
    if shared_works(session, kept=actor, duplicate=author):
        msg = "you are an author of the same publication already, and so somebody else"
        raise Conflict(msg)
    _refuse_repeated(session, actor, author, publication)
    made = Claim(claimant=actor, author=author, publication=publication, statement=statement)
    session.add(made)
    session.flush()
    return made


def decide_claim(session: Session, *, actor: Researcher, claim: Claim, accepts: bool, reason: str) -> Claim:
    """Confirm or reject a claim, as a co-author or an editor; Forbidden says why a co-author's word is not enough."""
    permit(actor, "claim.decide")
    hold_people(session, claim.claimant, claim.author)  # so that whoever decides on this author waits here
    session.refresh(claim, ["state"], with_for_update=True)
    if actor.id == claim.claimant_id:
        msg = "nobody decides on their own claim"
        raise Forbidden(msg)
    if claim.state is not ClaimState.OPEN:
        msg = f"the claim is {claim.state.value} already"
        raise Conflict(msg)
    if not edits(actor):
        _refuse_word(session, actor, claim, accepts=accepts)
    claim.reason, claim.decided_at, claim.decided_by_id = reason, now(), actor.id
    claim.state = ClaimState.CONFIRMED if accepts else ClaimState.REJECTED
    session.flush()
    if accepts:
        how = Confirmation.EDITOR if edits(actor) else Confirmation.COAUTHOR
        hand_over(
            session,
            actor=actor,
            kept=claim.claimant,
            duplicate=claim.author,
            confirmed_by=how,
            reason=reason,
            claim=claim,
        )
    action = "claim.confirm" if accepts else "claim.reject"
    audit.record(session, actor=actor, action=action, subject=f"claim:{claim.public_id}", reason=reason)
    return claim


def take_back(session: Session, *, actor: Researcher, claim: Claim) -> None:
    """Withdraw one's open claim, or undo a confirmed one, as its claimant or an editor; twice is harmless."""
    permit(actor, "claim.undo")
    if actor.id != claim.claimant_id and not (edits(actor) and claim.state is not ClaimState.OPEN):
        msg = "an open claim is its claimant's to withdraw; decide on it instead"
        raise Forbidden(msg)
    hold_people(session, claim.claimant, claim.author)
    session.refresh(claim, ["state"], with_for_update=True)
    if claim.state is ClaimState.OPEN:
        claim.state = ClaimState.WITHDRAWN
        session.flush()
    elif claim.state is ClaimState.CONFIRMED:
        undo_merge(session, actor=actor, entry=_merge_of(session, claim))


def _merge_of(session: Session, claim: Claim) -> ResearcherMerge:
    """What the confirmation moved: its own move, or one that confirmed it as well."""
    pair = (ResearcherMerge.kept_id == claim.claimant_id, ResearcherMerge.duplicate_id == claim.author_id)
    query = select(ResearcherMerge).where(*pair, ResearcherMerge.undone_at.is_(None))
    parts = (joinedload(ResearcherMerge.kept), joinedload(ResearcherMerge.duplicate))
    return next(one for one in session.scalars(query.options(*parts)) if claim.public_id in one.moved["claims"])


def _answered_by(actor: Researcher) -> ColumnElement[bool]:
    """Whether `actor` has a place that bears witness in each work of a claim, in one at least."""
    if not actor.is_verified:
        return Claim.id.is_(None)
    works = select(Authorship.publication_id).where(
        Authorship.researcher_id == Claim.author_id,
        or_(Claim.publication_id.is_(None), Authorship.publication_id == Claim.publication_id),
    )
    has_merged = exists().where(PublicationMerge.kept_id == Publication.id, PublicationMerge.undone_at.is_(None))
    seen = (
        select(Authorship.publication_id)
        .join(Publication, Publication.id == Authorship.publication_id)
        .where(
            Authorship.researcher_id == actor.id,
            or_(Authorship.confirmed_by.in_(GROUNDED), Publication.created_by_id == actor.id),
            ~has_merged,
        )
    )
    is_unseen = works.where(Authorship.publication_id.not_in(seen))
    return and_(Claim.claimant_id != actor.id, works.exists(), ~is_unseen.exists())


def _refuse_word(session: Session, actor: Researcher, claim: Claim, *, accepts: bool) -> None:
    if not session.scalar(select(exists().where(Claim.id == claim.id, _answered_by(actor)))):
        msg = (
            "only a verified co-author of the work, whose own place does not rest on a co-author's word, may answer,"
            " and an editor where something was merged into it"
        )
        raise Forbidden(msg)
    objection = objection_to(session, claim)
    if accepts and objection is not None:
        msg = f"an editor decides on this claim: {objection}"
        raise Forbidden(msg)


def _refuse_repeated(session: Session, actor: Researcher, author: Researcher, publication: Publication | None) -> None:
    own = (Claim.claimant_id == actor.id, Claim.state == ClaimState.OPEN)
    place = Claim.publication_id == publication.id if publication else Claim.publication_id.is_(None)
    if session.scalar(select(exists().where(*own, Claim.author_id == author.id, place))):
        msg = "you have claimed this already"
        raise Conflict(msg)
    if (session.scalar(select(func.count()).where(*own)) or 0) >= MOST_OPEN:
        msg = f"at most {MOST_OPEN} open claims at a time; wait for an answer, or withdraw one"
        raise Conflict(msg)
