"""Publications as references, which is how they come in and go out."""

from typing import Any

from scholarnet.models import Publication, Researcher
from scholarnet.sources.private_fields import is_private
from scholarnet.sources.references import TYPE_NAMES, Name, Reference, as_names, as_values, plain_name

LONGEST_VENUE = 300  # characters; a longer one is kept beside
OF_US = frozenset(("author", "citation-key", "container-title"))  # in `extra` beside the fields of a reference


def extra_of(reference: Reference) -> dict[str, Any]:
    """Return what a reference says of the work beyond the columns; names in parts only where the whole tells less."""
    extra = {name: value for name, value in reference.fields.items() if not is_private(name, value)}
    if any(name != plain_name(name.display, name.orcid) for name in reference.authors):
        extra["author"] = as_values(reference.authors)
    if reference.key:
        extra["citation-key"] = reference.key
    if reference.venue and len(reference.venue) > LONGEST_VENUE:
        extra["container-title"] = reference.venue
    return extra


def fill_extra(
    known: dict[str, Any], said: dict[str, Any], *, is_same_type: bool, takes_authors: bool
) -> dict[str, Any]:
    """Return `known` with what else is `said`, but for another type's names, and the parts of other people's names."""
    fitting = {
        name: value
        for name, value in said.items()
        if (is_same_type or name not in TYPE_NAMES) and (takes_authors or name != "author")
    }
    return fitting | known


def reference_of(publication: Publication) -> Reference:
    """Return a publication, its authors and venue loaded, as a reference; without a key of its own it has its id."""
    extra = publication.extra
    return Reference(
        line=0,
        key=str(extra.get("citation-key") or publication.public_id),
        type=publication.type,
        title=publication.title,
        year=publication.year,
        doi=publication.doi,
        venue=publication.venue.name if publication.venue else extra.get("container-title"),
        authors=_authors(publication),
        abstract=publication.abstract,
        fields={name: value for name, value in extra.items() if name not in OF_US and not is_private(name, value)},
    )


def _authors(publication: Publication) -> tuple[Name, ...]:
    people = [authorship.researcher for authorship in publication.authorships]
    known = as_names(publication.extra.get("author"))
    if len(known) != len(people):
        return tuple(plain_name(person.name, person.orcid or "") for person in people)
    return tuple(_author(person, name) for person, name in zip(people, known, strict=True))


def _author(person: Researcher, known: Name) -> Name:
    """The parts that were imported, unless the person has another name by now."""
    if known.display != person.name:
        return plain_name(person.name, person.orcid or "")
    return Name(known.family, known.given, known.suffix, person.orcid or known.orcid)
