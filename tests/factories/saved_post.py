"""Saves of posts."""

from datetime import UTC, date, datetime

from scholarnet.models import SavedPost
from tests.factories.post import PostFactory
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory, key_of


class SavedPostFactory(RowFactory[SavedPost]):
    class Meta:
        model = SavedPost

    post_id = key_of(PostFactory)
    researcher_id = key_of(ResearcherFactory)
    trust = 0.8
    eligibility = 1.0
    created_on = date(2026, 3, 1)
    created_at = datetime(2026, 3, 1, tzinfo=UTC)
