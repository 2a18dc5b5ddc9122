"""How reputations moved."""

from scholarnet.models import ReputationChange
from tests.factories.epoch import EpochFactory
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory, key_of


class ReputationChangeFactory(RowFactory[ReputationChange]):
    """12.5 of 100, and before nothing."""

    class Meta:
        model = ReputationChange

    epoch_id = key_of(EpochFactory)
    researcher_id = key_of(ResearcherFactory)
    units = 125_000
    publications = 125_000
