"""Recommendations of posts."""

from datetime import UTC, date, datetime

from scholarnet.models import PostRecommendation
from tests.factories.post import PostFactory
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory, key_of


class PostRecommendationFactory(RowFactory[PostRecommendation]):
    class Meta:
        model = PostRecommendation

    post_id = key_of(PostFactory)
    researcher_id = key_of(ResearcherFactory)
    trust = 0.8
    eligibility = 1.0
    created_on = date(2026, 3, 1)
    created_at = datetime(2026, 3, 1, tzinfo=UTC)
