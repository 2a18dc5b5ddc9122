"""Credit for unsigned reviews."""

from scholarnet.models import UnsignedCredit
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory, key_of


class UnsignedCreditFactory(RowFactory[UnsignedCredit]):
    """That of a quarter long ago."""

    class Meta:
        model = UnsignedCredit

    researcher_id = key_of(ResearcherFactory)
    quarter = "2020-Q3"
    amount = 0.6
