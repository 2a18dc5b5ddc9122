"""Clusters, and what their budgets do."""

import factory

from scholarnet.models import Cluster, ClusterEffect, ScoreLog
from tests.factories.epoch import EpochFactory
from tests.factories.post import PostFactory
from tests.factories.row import RowFactory, key_of, session_in_use


def _epoch_in_force() -> int:
    log = session_in_use().get(ScoreLog, 1)
    if log.current_epoch_id is None:
        log.current_epoch_id = EpochFactory().id
    return log.current_epoch_id


class ClusterFactory(RowFactory[Cluster]):
    """Who reviewed five posts together, unlike others, and has the usual budget; members come with their fits.

    It is of the epoch in force, which there is afterwards; only on those can be ruled.
    """

    class Meta:
        model = Cluster

    epoch_id = factory.LazyFunction(_epoch_in_force)
    n_items = 5
    excess = 6.0
    departure = 8.0
    budget = 1.5
    ruling = None
    effects = factory.LazyFunction(list)


class ClusterEffectFactory(RowFactory[ClusterEffect]):
    """A post that three of them would have lifted by two points."""

    class Meta:
        model = ClusterEffect

    cluster_id = key_of(ClusterFactory)
    post = factory.SubFactory(PostFactory)
    n_reviews = 3
    value = 5.5
    value_in_full = 7.5
