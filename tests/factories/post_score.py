"""Scores of posts."""

from datetime import UTC, datetime

from scholarnet.forms import PostKind
from scholarnet.models import PostScore
from tests.factories.epoch import EpochFactory
from tests.factories.post import PostFactory
from tests.factories.row import RowFactory, key_of


class PostScoreFactory(RowFactory[PostScore]):
    class Meta:
        model = PostScore

    epoch_id = key_of(EpochFactory)
    post_id = key_of(PostFactory)
    kind = PostKind.PREPRINT
    value = 6.8
    low = 5.4
    high = 8.1
    sd = 0.8
    best = 5.2
    n_reviews = 3
    n_effective = 2.6
    prior_share = 1.9
    tier_since = datetime(2026, 3, 1, tzinfo=UTC)
    decision_since = datetime(2026, 3, 1, tzinfo=UTC)
