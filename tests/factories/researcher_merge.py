"""Merges of profiles."""

import factory

from scholarnet.models import Confirmation, ResearcherMerge
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory


class ResearcherMergeFactory(RowFactory[ResearcherMerge]):
    """An editor's, of two unclaimed profiles with nothing in the one that went."""

    class Meta:
        model = ResearcherMerge

    kept = factory.SubFactory(ResearcherFactory, unclaimed=True)
    duplicate = factory.LazyAttribute(lambda row: ResearcherFactory(unclaimed=True, merged_into_id=row.kept.id))
    confirmed_by = Confirmation.EDITOR
    reason = "The same address on both."
    is_whole = True
    moved = factory.LazyFunction(lambda: {"publications": [], "posts": [], "merged": [], "vouches": [], "claims": []})
