"""Merges of publications."""

import factory

from scholarnet.models import PublicationMerge
from tests.factories.publication import PublicationFactory
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory, key_of


class PublicationMergeFactory(RowFactory[PublicationMerge]):
    """The record of a merge; the publications are left as they are."""

    class Meta:
        model = PublicationMerge

    kept_id = key_of(PublicationFactory)
    duplicate_id = key_of(PublicationFactory)
    merged_by_id = key_of(ResearcherFactory)
    moved = factory.LazyFunction(dict)
