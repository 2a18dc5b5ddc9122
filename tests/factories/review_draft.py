"""Open reviews."""

import factory

from scholarnet.models import ReviewDraft
from tests.factories.post import PostFactory
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory, key_of


class ReviewDraftFactory(RowFactory[ReviewDraft]):
    class Meta:
        model = ReviewDraft

    reviewer_id = key_of(ResearcherFactory)
    post = factory.SubFactory(PostFactory)
    content = factory.LazyFunction(lambda: {"overall": 6.0})
