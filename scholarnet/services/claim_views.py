"""Claims as their sides see them: with the reason, if there is one, why an editor has to decide."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from scholarnet.models import Claim, ClaimState
from scholarnet.person_names import names_agree


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim; `needs_editor` says why a co-author's word would not be enough, and is null where it is."""

    claim: Claim
    needs_editor: str | None


def view_claims(session: Session, claims: Sequence[Claim]) -> list[ClaimView]:
    """Return many claims, their people loaded, in one statement."""
    other = aliased(Claim)
    same = and_(
        other.author_id == Claim.author_id,
        or_(
            other.publication_id == Claim.publication_id, other.publication_id.is_(None), Claim.publication_id.is_(None)
        ),
    )
    rejected = exists().where(same, other.claimant_id == Claim.claimant_id, other.state == ClaimState.REJECTED)
    disputed = exists().where(same, other.claimant_id != Claim.claimant_id, other.state == ClaimState.OPEN)
    query = select(Claim.id, rejected, disputed).where(Claim.id.in_([one.id for one in claims]))
    facts = {row[0]: (row[1], row[2]) for row in session.execute(query)}
    return [ClaimView(one, _objection(one, *facts[one.id])) for one in claims]


def view_claim(session: Session, claim: Claim) -> ClaimView:
    """Return one claim."""
    return view_claims(session, [claim])[0]


def objection_to(session: Session, claim: Claim) -> str | None:
    """Return why an editor has to decide on a claim, or nothing."""
    return view_claim(session, claim).needs_editor


def _objection(claim: Claim, was_rejected: bool, is_disputed: bool) -> str | None:  # noqa: FBT001
    if claim.state is not ClaimState.OPEN:
        return None
    if not names_agree(claim.claimant.name, claim.author.name):
        return "the names of claimant and author do not agree"
    if is_disputed:
        return "somebody else claims the same author"
    return "it was rejected before" if was_rejected else None
