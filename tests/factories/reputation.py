"""Reputations and the lines of their ledger."""

from scholarnet.models import Component, Reputation, ReputationEntry
from tests.factories.epoch import EpochFactory
from tests.factories.publication import PublicationFactory
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory, key_of


class ReputationFactory(RowFactory[Reputation]):
    """12.5 of 100."""

    class Meta:
        model = Reputation

    epoch_id = key_of(EpochFactory)
    researcher_id = key_of(ResearcherFactory)
    units = 125_000
    cohort = "radiology 2010-2014"
    percentile = 0.62


class ReputationEntryFactory(RowFactory[ReputationEntry]):
    """What one publication adds."""

    class Meta:
        model = ReputationEntry

    epoch_id = key_of(EpochFactory)
    researcher_id = key_of(ResearcherFactory)
    component = Component.PUBLICATIONS
    amount = 1.4
    units = 21_000
    publication_id = key_of(PublicationFactory)
