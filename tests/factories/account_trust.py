"""What an epoch holds of an account that others vouch for."""

from scholarnet.models import AccountTrust
from tests.factories.epoch import EpochFactory
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory, key_of


class AccountTrustFactory(RowFactory[AccountTrust]):
    """Somebody whom others vouch for."""

    class Meta:
        model = AccountTrust

    epoch_id = key_of(EpochFactory)
    researcher_id = key_of(ResearcherFactory)
    trust = 0.4
