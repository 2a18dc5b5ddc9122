"""Lines of the score log, and its head."""

from typing import Any

import factory

from scholarnet.models import ScoreEvent, ScoreEventKind, ScoreLog
from tests.factories.post import PostFactory
from tests.factories.row import RowFactory, key_of


class ScoreLogFactory(RowFactory[ScoreLog]):
    """The one row there is, with whatever is given changed."""

    class Meta:
        model = ScoreLog

    @classmethod
    def _create(cls, model_class: type[ScoreLog], *_: Any, **columns: Any) -> ScoreLog:
        session = cls._meta.sqlalchemy_session_factory()
        log: ScoreLog = session.get_one(model_class, 1, populate_existing=True)
        for name, value in columns.items():
            setattr(log, name, value)
        session.flush()
        return log


def _next_sequence() -> int:
    log = ScoreLogFactory()
    log.last_sequence += 1
    return log.last_sequence


class ScoreEventFactory(RowFactory[ScoreEvent]):
    """The next line."""

    class Meta:
        model = ScoreEvent

    sequence = factory.LazyFunction(_next_sequence)
    kind = ScoreEventKind.POST_PUBLISHED
    post_id = key_of(PostFactory)
    payload = factory.LazyFunction(lambda: {"version": 1})
