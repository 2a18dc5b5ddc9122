"""What publications were before they were merged into others: by that a bibliography finds them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.models import Publication, PublicationMerge, Researcher
from scholarnet.services.merge_moves import Moves
from scholarnet.services.publication_duplicates import family_of


@dataclass(frozen=True, slots=True)
class Merged:
    """The publication that now stands for one, and the DOI and first author's family name that this one had."""

    into: Publication
    doi: str | None
    family: str


def read_merged(session: Session, publications: Sequence[Publication]) -> dict[int, Merged]:
    """Return by key what those of the publications that are merged were; what they were merged into is among them."""
    known = {one.id: one for one in publications}
    ids = [one.id for one in publications if one.merged_into_id is not None]
    if not ids:
        return {}
    query = select(PublicationMerge.duplicate_id, PublicationMerge.moved).where(
        PublicationMerge.duplicate_id.in_(ids), PublicationMerge.undone_at.is_(None)
    )
    moved = {duplicate_id: Moves(**moves) for duplicate_id, moves in session.execute(query)}
    first = {moves.authors[0][0] for moves in moved.values() if moves.authors}
    names = dict(session.execute(select(Researcher.id, Researcher.name).where(Researcher.id.in_(first))).all())
    return {
        key: Merged(
            into=known[known[key].merged_into_id or 0],
            doi=moves.doi,
            family=family_of(names[moves.authors[0][0]]) if moves.authors else "",
        )
        for key, moves in moved.items()
    }
