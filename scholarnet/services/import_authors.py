"""The authors of imported publications: who has an ORCID iD is known by it, and others, where it is asked, by name."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from scholarnet.db import chunks
from scholarnet.errors import Invalid
from scholarnet.models import Researcher
from scholarnet.services.import_people import key_of
from scholarnet.services.researchers import clean_orcid, find_by_orcid, find_by_source_key
from scholarnet.sources.references import Name, Reference


@dataclass(frozen=True, slots=True)
class People:
    """Researchers by ORCID iD and, if `is_by_name`, by the venue and the name they have there."""

    is_by_name: bool
    known: dict[str, Researcher]

    def person(self, name: Name, venue: str | None) -> Researcher:
        """Return who that is; somebody new, and not known again, where neither an iD nor a venue's list tells."""
        orcid, key = _orcid(name), self.key(name, venue)
        if orcid:
            return self.known.setdefault(orcid, Researcher(name=name.display, orcid=orcid))
        if key:
            return self.known.setdefault(key, Researcher(name=name.display, source_key=key))
        return Researcher(name=name.display)

    def is_proven(self, name: Name, person: Researcher) -> bool:
        """Whether the entry names an account by the iD that it has proven, and not by a name alone."""
        return person.is_claimed and _orcid(name) == person.orcid

    def key(self, name: Name, venue: str | None) -> str | None:
        """Return the key that the import of the venue's reviews gives an author too."""
        if not (self.is_by_name and venue):
            return None
        try:
            return key_of(venue, "author", name.display)
        except Invalid:  # too long to be one
            return None


def find_people(session: Session, references: Sequence[Reference], *, is_by_name: bool) -> People:
    """Return those who are known already of the authors."""
    people = People(is_by_name, {})
    authors = [(name, reference.venue) for reference in references for name in reference.authors]
    orcids = sorted({orcid for name, _ in authors if (orcid := _orcid(name))})
    for part in chunks(orcids):
        people.known.update(find_by_orcid(session, orcids=part))
    keys = sorted({key for name, venue in authors if not _orcid(name) and (key := people.key(name, venue))})
    for part in chunks(keys):
        people.known.update(find_by_source_key(session, keys=part))
    return people


def _orcid(name: Name) -> str | None:
    try:
        return clean_orcid(name.orcid) if name.orcid else None
    except Invalid:
        return None
