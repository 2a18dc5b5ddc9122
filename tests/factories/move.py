"""Moves of tiers and decisions."""

from datetime import UTC, datetime

from scholarnet.models import Decision, Move, MoveCause, MoveKind, MoveReason
from tests.factories.epoch import EpochFactory
from tests.factories.post import PostFactory
from tests.factories.row import RowFactory, key_of


class MoveFactory(RowFactory[Move]):
    """The community accepted a post."""

    class Meta:
        model = Move

    post_id = key_of(PostFactory)
    epoch_id = key_of(EpochFactory)
    kind = MoveKind.DECISION
    before = Decision.UNDER_REVIEW
    after = Decision.ACCEPTED
    reason = MoveReason.ACCEPTABLE
    cause = MoveCause.REVIEWS
    value = 7.5
    low = 7.0
    high = 8.0
    threshold = 6.0
    probability = 0.99
    n_reviews = 4
    n_effective = 3.6
    at = datetime(2026, 3, 1, tzinfo=UTC)
