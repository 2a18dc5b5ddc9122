"""Responses to reviews."""

import factory

from scholarnet.models import Response
from tests.factories.researcher import ResearcherFactory
from tests.factories.review import ReviewFactory
from tests.factories.row import RowFactory, key_of


class ResponseFactory(RowFactory[Response]):
    class Meta:
        model = Response

    review_id = key_of(ReviewFactory)
    author = factory.SubFactory(ResearcherFactory)
    body = "Thank you: the field map is in figure 3."
