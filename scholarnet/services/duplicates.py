"""Profiles that may be one person's: namesakes with something else in common, or the same ORCID iD; each with why.

Namesakes are found by an index on the name's key, and what they have in common by set-wise SQL over their works alone.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from scholarnet.models import Authorship, Publication, Researcher
from scholarnet.permissions import permit
from scholarnet.person_names import names_agree
from scholarnet.services.researcher_views import ResearcherView, view_researchers

NAME = "name"


@dataclass(frozen=True, slots=True)
class DuplicateView:
    """A profile, and what it has in common: ``name``, ``orcid``, ``coauthor``, ``venue``, ``field``, ``affiliation``.

    A co-author is shared where the names of two agree by their keys.
    """

    researcher: ResearcherView
    reasons: list[str]


def list_duplicates(*, actor: Researcher, researcher: Researcher) -> Select[Researcher]:
    """The profiles that may be the same person, most in common first.

    One of the two is unclaimed, and no publication names both. Those whose given names contradict are still among them.
    """
    permit(actor, "duplicate.read", researcher)
    common = _in_common(researcher)
    together = aliased(Authorship)
    is_co_author = exists().where(
        Authorship.researcher_id == Researcher.id,
        together.publication_id == Authorship.publication_id,
        together.researcher_id == researcher.id,
    )
    has_works = exists().where(Authorship.researcher_id == Researcher.id)
    evidence = [common[name] for name in ("coauthor", "venue", "field", "affiliation")]
    found = or_(common["orcid"], and_(Researcher.name_key == researcher.name_key, or_(*evidence)))
    query = select(Researcher).where(
        *(or_(*_same_key(researcher)), found, Researcher.id != researcher.id, Researcher.merged_into_id.is_(None)),
        *(~is_co_author, or_(Researcher.is_claimed, has_works)),
    )
    if researcher.is_claimed:
        query = query.where(~Researcher.is_claimed)
    n_reasons: ColumnElement[int] = sum(
        (case((one, 1), else_=0) for one in evidence), case((common["orcid"], 4), else_=0)
    )
    return query.order_by(n_reasons.desc(), Researcher.public_id)


def view_duplicates(session: Session, rows: Sequence[Researcher], *, researcher: Researcher) -> list[DuplicateView]:
    """Return those of a page whose names do not contradict, with what they have in common, in one statement."""
    common = _in_common(researcher)
    columns = [fact.label(name) for name, fact in common.items()]
    ids = [one.id for one in rows]
    facts = {row[0]: row[1:] for row in session.execute(select(Researcher.id, *columns).where(Researcher.id.in_(ids)))}
    views = zip(rows, view_researchers(session, rows), strict=True)
    found = [
        DuplicateView(view, [NAME] * names_agree(row.name, researcher.name) + _true(common, facts[row.id]))
        for row, view in views
    ]
    return [one for one in found if {NAME, "orcid"} & set(one.reasons)]


def _true(common: dict[str, ColumnElement[bool]], facts: Sequence[Any]) -> list[str]:
    return [name for name, fact in zip(common, facts, strict=True) if fact]


def _same_key(researcher: Researcher) -> list[ColumnElement[bool]]:
    """What an index finds."""
    same = [Researcher.name_key == researcher.name_key]
    orcid = researcher.shown_orcid
    return same + [column == orcid for column in (Researcher.orcid, Researcher.stated_orcid) if orcid]


def _in_common(researcher: Researcher) -> dict[str, ColumnElement[bool]]:
    """What a row of `Researcher` has in common with this one, by reason."""
    own = select(Authorship.publication_id).where(Authorship.researcher_id == researcher.id)
    orcid = researcher.shown_orcid
    theirs = select(Publication.id).join(Authorship).where(Authorship.researcher_id == Researcher.id)
    venues = select(Publication.venue_id).where(Publication.id.in_(own), Publication.venue_id.is_not(None))
    fields = select(Publication.field).where(Publication.id.in_(own), Publication.field.is_not(None))
    return {
        "orcid": or_(Researcher.orcid == orcid, Researcher.stated_orcid == orcid) if orcid else false(),
        "coauthor": _shares_co_author(researcher, own),
        "venue": theirs.where(Publication.venue_id.in_(venues)).exists(),
        "field": theirs.where(or_(Publication.field.in_(fields), Publication.field.in_(researcher.fields))).exists(),
        "affiliation": _shares_affiliation(researcher),
    }


def _shares_co_author(researcher: Researcher, own: Select[Any]) -> ColumnElement[bool]:
    """Whether a name among their co-authors is one among this one's: without an iD it is the most that is known."""
    mine, my_co_author = aliased(Authorship), aliased(Researcher)
    names = (
        select(my_co_author.name_key)
        .join(mine, mine.researcher_id == my_co_author.id)
        .where(mine.publication_id.in_(own), my_co_author.id != researcher.id)
    )
    place, beside, co_author = aliased(Authorship), aliased(Authorship), aliased(Researcher)
    return (
        select(place.publication_id)
        .join(beside, beside.publication_id == place.publication_id)
        .join(co_author, co_author.id == beside.researcher_id)
        .where(place.researcher_id == Researcher.id, co_author.id != Researcher.id, co_author.name_key.in_(names))
        .exists()
    )


def _shares_affiliation(researcher: Researcher) -> ColumnElement[bool]:
    """By ROR id, or by name as it is written; looked for in the text of the column."""
    text = cast(Researcher.affiliations, Text)
    known = [one.get("ror") or one["name"] for one in researcher.affiliations]
    return or_(false(), *(text.contains(json.dumps(value), autoescape=True) for value in known))
