"""Revisions of reviews."""

import factory

from scholarnet.models import ReviewRevision
from tests.factories.review import ReviewFactory
from tests.factories.row import RowFactory, key_of


class ReviewRevisionFactory(RowFactory[ReviewRevision]):
    """The second revision of a review."""

    class Meta:
        model = ReviewRevision

    review_id = key_of(ReviewFactory)
    number = 2
    version_number = 1
    ratings = factory.LazyFunction(lambda: {"soundness": 5.0})
    overall = 8.0
    body = "The field map is there now."
