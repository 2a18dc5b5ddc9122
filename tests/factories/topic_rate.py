"""Base rates of topics."""

from scholarnet.models import TopicRate
from tests.factories.epoch import EpochFactory
from tests.factories.row import RowFactory, key_of
from tests.factories.tag import TagFactory


class TopicRateFactory(RowFactory[TopicRate]):
    class Meta:
        model = TopicRate

    epoch_id = key_of(EpochFactory)
    tag_id = key_of(TagFactory)
    rate = 0.1
