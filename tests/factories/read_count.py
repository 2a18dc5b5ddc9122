"""Counts of reads."""

from datetime import date

from scholarnet.models import ReadCount
from tests.factories.post import PostFactory
from tests.factories.row import RowFactory, key_of


class ReadCountFactory(RowFactory[ReadCount]):
    class Meta:
        model = ReadCount

    post_id = key_of(PostFactory)
    day = date(2026, 3, 1)
    n = 3
