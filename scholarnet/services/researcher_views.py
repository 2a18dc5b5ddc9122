"""Researchers as readers see them: with the reputation of the epoch in force."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from scholarnet.models import Researcher
from scholarnet.models.reputation import UNITS_A_POINT
from scholarnet.services.follows import FollowCounts, count_follows
from scholarnet.services.reputations import units_of


@dataclass(frozen=True, slots=True)
class ResearcherView:
    """A researcher beside their work; `reputation` is 0 to 100, and 0 until an epoch has seen any of it.

    `follows` is None in lists.
    """

    researcher: Researcher
    reputation: float
    follows: FollowCounts | None = None

    @property
    def id(self) -> str:
        """The id outside."""
        return self.researcher.public_id

    @property
    def name(self) -> str:
        """The name."""
        return self.researcher.name

    @property
    def handle(self) -> str | None:
        """The handle; None while unclaimed."""
        return self.researcher.handle


def view_researchers(session: Session, researchers: Sequence[Researcher]) -> list[ResearcherView]:
    """Return many researchers with their reputations, in one statement."""
    units = units_of(session, researcher_ids=[one.id for one in researchers])
    return [ResearcherView(one, units.get(one.id, 0) / UNITS_A_POINT) for one in researchers]


def view_researcher(session: Session, researcher: Researcher) -> ResearcherView:
    """Return one researcher with their reputation."""
    return view_researchers(session, [researcher])[0]


def view_profile(session: Session, researcher: Researcher) -> ResearcherView:
    """Return one researcher with their reputation and how many follow and are followed."""
    return replace(view_researcher(session, researcher), follows=count_follows(session, researcher=researcher))
