"""Publications, their authors and citations."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import LoaderOption

from scholarnet.db import now
from scholarnet.errors import Conflict, Invalid, NotFound, named_by
from scholarnet.id_lists import IdList, is_looked_up
from scholarnet.models import Authorship, Citation, Publication, PublicationType, Researcher
from scholarnet.permissions import live_publications, permit
from scholarnet.search import matching
from scholarnet.services.researchers import add_unclaimed, get_named
from scholarnet.services.venues import ensure_venue

DOI = re.compile(r"10\.\d{4,9}/\S{1,240}")
WITH_AUTHORS: tuple[LoaderOption, ...] = (
    selectinload(Publication.authorships).joinedload(Authorship.researcher),
    joinedload(Publication.venue),
    joinedload(Publication.merged_into),
    selectinload(Publication.posts),
)


def clean_doi(doi: str) -> str:
    """Return the bare DOI in lower case; DOIs are compared without regard to case."""
    bare = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)", "", doi.strip().lower())
    if not DOI.fullmatch(bare):
        raise Invalid("doi", f"{doi!r} is not a DOI such as 10.1000/182")
    return bare


def get_publication(session: Session, public_id: str) -> Publication:
    """Return the publication of that id with its authors and venue."""
    found = session.scalar(select(Publication).where(Publication.public_id == public_id).options(*WITH_AUTHORS))
    if found is None:
        raise NotFound("publication", public_id)
    return found


def get_live_publication(session: Session, public_id: str) -> Publication:
    """Return the publication of that id, or what it was merged into."""
    found = get_publication(session, public_id)
    if found.merged_into_id is None:
        return found
    return session.scalars(
        select(Publication).where(Publication.id == found.merged_into_id).options(*WITH_AUTHORS)
    ).one()


def hold_publication(session: Session, publication: Publication, *, is_shared: bool = False) -> None:
    """Let nobody merge it (nor change it, unless shared) before this transaction ends; Conflict where it was merged."""
    session.execute(
        select(Publication.id).where(Publication.id == publication.id).with_for_update(key_share=True, read=is_shared)
    )
    session.refresh(publication, Publication.__table__.columns.keys())
    if publication.merged_into_id is not None:
        msg = "it was merged into another publication, which `merged_into` names; change that"
        raise Conflict(msg)


def list_publications(
    *,
    researcher: Researcher | None = None,
    cited_by: Publication | None = None,
    cites: Publication | None = None,
    search: str = "",
    found: Sequence[int] | None = None,
    with_tombstones: bool = False,
) -> Select[Publication]:
    """Publications with authors and venue, newest entry first: all, of one researcher, or along citations.

    What was merged into another is among them for who asks for tombstones alone.

    `search` keeps those whose title and abstract have words that begin with all of its words, and
    `found` are their keys where they are few (`search.find_rare`).
    """
    query = (
        select(Publication).options(*WITH_AUTHORS).order_by(Publication.created_at.desc(), Publication.public_id.desc())
    ).where(*matching(Publication, search))
    if found is not None:
        query = query.where(is_looked_up(Publication.id, bindparam("found", found, IdList(), unique=True)))
    if not with_tombstones:
        query = query.where(live_publications())
    if researcher is not None:
        theirs = select(Authorship.publication_id).where(Authorship.researcher_id == researcher.id)
        query = query.where(Publication.id.in_(theirs))
    if cited_by is not None:
        query = query.join(Citation, Citation.cited_id == Publication.id).where(Citation.citing_id == cited_by.id)
    if cites is not None:
        query = query.join(Citation, Citation.citing_id == Publication.id).where(Citation.cited_id == cites.id)
    return query


def add_publication(
    session: Session,
    *,
    actor: Researcher,
    content: dict[str, Any],
    authors: list[dict[str, Any]] | None = None,
    venue: str | None = None,
    references: list[str] | None = None,
) -> Publication:
    """Enter a publication; who enters it is its author unless the authors say otherwise.

    `authors` name a ``researcher_id``, or a ``name`` and perhaps an ``orcid``; `references` are publication ids.
    """
    permit(actor, "publication.create")
    content = _clean(session, content, publication=None)
    publication = Publication(**content, created_by_id=actor.id)
    publication.venue = ensure_venue(session, name=venue) if venue else None
    publication.authorships = [
        Authorship(researcher=person, position=position, roles=roles)
        for position, (person, roles) in enumerate(_people(session, actor, authors), start=1)
    ]
    session.add(publication)
    session.flush()
    with named_by("references"):
        cited = {one.id: one for one in (get_live_publication(session, public_id) for public_id in references or [])}
    for key in sorted(cited):  # in this order, so that nobody waits in a circle
        hold_publication(session, cited[key], is_shared=True)
        _cite(session, citing=publication, cited=cited[key])
    session.flush()
    return publication


def update_publication(
    session: Session, *, actor: Researcher, publication: Publication, changes: dict[str, Any]
) -> Publication:
    """Change what is known of it; its authors stay."""
    permit(actor, "publication.edit", publication)
    venue = changes.pop("venue", None)
    for field, value in _clean(session, changes, publication=publication).items():
        setattr(publication, field, value)
    if venue:
        publication.venue = ensure_venue(session, name=venue)
    session.flush()
    return publication


def _cite(session: Session, *, citing: Publication, cited: Publication) -> None:
    if citing.id == cited.id:
        raise Invalid("references", "a publication does not cite itself")
    session.add(Citation(citing_id=citing.id, cited_id=cited.id))


def _people(
    session: Session, actor: Researcher, authors: list[dict[str, Any]] | None
) -> list[tuple[Researcher, list[str]]]:
    people: dict[int, tuple[Researcher, list[str]]] = {}
    for author in authors or []:
        person = resolve_author(session, author)
        if person.id in people:
            raise Invalid("authors", f"{person.name} is named twice")
        people[person.id] = person, list(author.get("roles") or [])
    return list(people.values()) or [(actor, [])]


def resolve_author(session: Session, author: dict[str, Any]) -> Researcher:
    """Return the researcher an entry of a list of authors names."""
    if author.get("researcher_id"):
        return get_named(session, author["researcher_id"], field="authors")
    if not author.get("name"):
        raise Invalid("authors", "each needs a researcher_id or a name")
    return add_unclaimed(session, name=author["name"], orcid=author.get("orcid"))


def _clean(session: Session, content: dict[str, Any], *, publication: Publication | None) -> dict[str, Any]:
    content = dict(content)
    if content.get("year") is not None and not 1400 <= content["year"] <= now().year + 1:
        raise Invalid("year", f"must be 1400 to {now().year + 1}")
    if content.get("type"):
        content["type"] = PublicationType(content["type"])
    if content.get("doi"):
        content["doi"] = free_doi(session, content["doi"], of=publication)
    return content


def free_doi(session: Session, doi: str, *, of: Publication | None = None) -> str:
    """Return the DOI, bare; Conflict where a publication other than `of` has it."""
    doi = clean_doi(doi)
    holder = session.scalar(select(Publication.id).where(Publication.doi == doi))
    if holder is not None and (of is None or holder != of.id):
        msg = f"the DOI {doi} is entered already"
        raise Conflict(msg, errors={"doi": ["is entered already"]})
    return doi
