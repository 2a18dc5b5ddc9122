"""Experts: people found for a topic in words, among all that is public."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.errors import Invalid
from scholarnet.filters import clauses, parse
from scholarnet.models import Researcher
from scholarnet.services.expertise import Known, in_order, know
from scholarnet.services.lists import RESEARCHERS
from scholarnet.services.researcher_views import ResearcherView, view_researchers
from scholarnet.services.topical_works import Topic
from scholarnet.topics import terms_of


@dataclass(frozen=True, slots=True)
class Expert:
    """Somebody who was found, and by what."""

    person: ResearcherView
    known: Known


def find_experts(
    session: Session, *, topic: str, viewer: Researcher | None = None, filters: str = "", limit: int = 25
) -> list[Expert]:
    """Return who knows most of a topic in words, at most `limit` of the 200 best, narrowed by the list's filters.

    Reviewing counts where it is signed and not withheld from `viewer`; tags count by name. Raises Invalid where there
    is no word in the topic, BadQuery where the filter is none.
    """
    if not terms_of(topic):
        raise Invalid("topic", "there is no word in it to look for")
    conditions = clauses(parse(filters), RESEARCHERS.filters)
    tags = tuple(sorted({topic.strip().lower(), *topic.lower().split()}))
    found = know(session, topic=Topic(title=topic, tags=tags), viewer=viewer)
    people = select(Researcher).where(Researcher.id.in_([one.researcher_id for one in found]), *conditions)
    kept = {person.id: person for person in session.scalars(people)}
    shown = in_order(found, kept)[:limit]
    views = view_researchers(session, [kept[one.researcher_id] for one in shown])
    return [Expert(view, one) for view, one in zip(views, shown, strict=True)]
