"""Profiles that may be one person's: namesakes with something else in common, or the same ORCID iD; each with why.

Namesakes are found by an index on the name's key, and what they have in common by joins over their works alone, each
done once for all of them.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, Text, case, cast, false, func, literal, or_, select, union
from sqlalchemy.orm import Session, aliased

from scholarnet.models import Authorship, Publication, Researcher
from scholarnet.permissions import live_researchers, permit
from scholarnet.person_names import names_agree
from scholarnet.services.researcher_views import ResearcherView, view_researchers

NAME, ORCID = "name", "orcid"
MOST_CO_AUTHORS = 2_000  # names that namesakes' co-authors are held against, in alphabetical order


@dataclass(frozen=True, slots=True)
class DuplicateView:
    """A profile, and what it has in common: ``name``, ``orcid``, ``coauthor``, ``venue``, ``field``, ``affiliation``.

    A co-author is shared where the names of two agree by their keys.
    """

    researcher: ResearcherView
    reasons: list[str]


def list_duplicates(session: Session, *, actor: Researcher, researcher: Researcher) -> Select[Researcher]:
    """The profiles that may be the same person, most in common first; an ORCID iD counts for more than all else.

    One of the two is unclaimed, and no publication names both. Those whose given names contradict are still among them.
    """
    permit(actor, "duplicate.read", researcher)
    common, works = _in_common(session, researcher)
    n_reasons = func.sum(case((common.c.reason == ORCID, 5), else_=1))
    found = select(common.c.id, n_reasons.label("n")).group_by(common.c.id).subquery()
    beside = _beside(researcher).distinct().subquery()
    query = (
        select(Researcher)
        .join(found, found.c.id == Researcher.id)
        .outerjoin(beside, beside.c.researcher_id == Researcher.id)
        .where(
            beside.c.researcher_id.is_(None),
            Researcher.id != researcher.id,
            live_researchers(),
            or_(Researcher.is_claimed, Researcher.id.in_(select(works.c.id))),
        )
    )
    if researcher.is_claimed:
        query = query.where(~Researcher.is_claimed)
    return query.order_by(found.c.n.desc(), Researcher.public_id)


def view_duplicates(session: Session, rows: Sequence[Researcher], *, researcher: Researcher) -> list[DuplicateView]:
    """Return those of a page whose names do not contradict, or who have the iD, with what they have in common."""
    common, _ = _in_common(session, researcher, among=[row.id for row in rows])
    reasons: dict[int, list[str]] = defaultdict(list)
    for key, reason in session.execute(select(common.c.id, common.c.reason).order_by(common.c.reason)):
        reasons[key].append(reason)
    found = []
    for row, view in zip(rows, view_researchers(session, rows), strict=True):
        agrees = names_agree(row.name, researcher.name)
        if agrees or ORCID in reasons[row.id]:
            found.append(DuplicateView(view, [NAME] * agrees + reasons[row.id]))
    return found


def _in_common(session: Session, researcher: Researcher, *, among: Sequence[int] | None = None) -> tuple[CTE, CTE]:
    """Pairs of a namesake's `id` and a `reason`; and pairs of a namesake's `id` and a work (`publication_id`)."""
    orcid = researcher.shown_orcid
    has_orcid = [column == orcid for column in (Researcher.orcid, Researcher.stated_orcid) if orcid]
    same_name = Researcher.name_key == researcher.name_key
    people = select(Researcher.id).where(or_(same_name, *has_orcid), Researcher.id != researcher.id)
    namesakes = (people if among is None else people.where(Researcher.id.in_(among))).cte()
    works = (
        select(namesakes.c.id, Authorship.publication_id)
        .join(Authorship, Authorship.researcher_id == namesakes.c.id)
        .cte()
    )
    profile = select(namesakes.c.id).join(Researcher, Researcher.id == namesakes.c.id)
    work = select(works.c.id).join(Publication, Publication.id == works.c.publication_id)
    venues, fields = _venues_and_fields(session, researcher)
    found = {
        ORCID: profile.where(or_(false(), *has_orcid)),
        "affiliation": profile.where(_shares_affiliation(researcher)),
        "coauthor": _with_co_authors(works, _co_authors(session, researcher)),
        "field": work.where(Publication.field.in_(fields)),
        "venue": work.where(Publication.venue_id.in_(venues)),
    }
    pairs = (query.add_columns(literal(reason, Text).label("reason")) for reason, query in found.items())
    return union(*pairs).cte(), works


def _venues_and_fields(session: Session, researcher: Researcher) -> tuple[list[int], list[str]]:
    query = select(Publication.venue_id, Publication.field).join(Authorship)
    rows = session.execute(query.where(Authorship.researcher_id == researcher.id).distinct()).all()
    venues = {row.venue_id for row in rows if row.venue_id is not None}
    fields = {row.field for row in rows if row.field is not None} | set(researcher.fields)
    return sorted(venues), sorted(fields)


def _co_authors(session: Session, researcher: Researcher) -> list[str]:
    """The keys of their names: without an iD it is the most that is known."""
    beside = _beside(researcher).distinct().subquery()
    query = select(Researcher.name_key).join(beside, beside.c.researcher_id == Researcher.id)
    names = query.where(Researcher.id != researcher.id).distinct().order_by(Researcher.name_key)
    return list(session.scalars(names.limit(MOST_CO_AUTHORS)))


def _with_co_authors(works: CTE, names: Sequence[str]) -> Select[Any]:
    beside, co_author = aliased(Authorship), aliased(Researcher)
    return (
        select(works.c.id)
        .join(beside, beside.publication_id == works.c.publication_id)
        .join(co_author, co_author.id == beside.researcher_id)
        .where(co_author.id != works.c.id, co_author.name_key.in_(names))
    )


def _beside(researcher: Researcher) -> Select[int]:
    """The keys of all that a publication of this one names, this one among them."""
    own, beside = aliased(Authorship), aliased(Authorship)
    together = select(beside.researcher_id).join(own, own.publication_id == beside.publication_id)
    return together.where(own.researcher_id == researcher.id)


def _shares_affiliation(researcher: Researcher) -> ColumnElement[bool]:
    """By ROR id, or by name as it is written; looked for in the text of the column."""
    text = cast(Researcher.affiliations, Text)
    known = [one.get("ror") or one["name"] for one in researcher.affiliations]
    return or_(false(), *(text.contains(json.dumps(value), autoescape=True) for value in known))
