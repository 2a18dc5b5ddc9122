"""What is kept of an epoch's inputs."""

import itertools
import zlib

import factory

from scholarnet.models import EpochShard, ShardSection
from tests.factories.epoch import EpochFactory
from tests.factories.row import RowFactory, key_of

NUMBERS = itertools.count()


class EpochShardFactory(RowFactory[EpochShard]):
    """A part with no post in it."""

    class Meta:
        model = EpochShard

    epoch_id = key_of(EpochFactory)
    section = ShardSection.POSTS
    number = factory.LazyFunction(lambda: next(NUMBERS))
    content = zlib.compress(b"")
