"""Reviews."""

import factory

from scholarnet.models import Recommendation, Review, ReviewRevision
from scholarnet.services.trust import trust_given_by
from tests.factories.post import PostFactory
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory

SAID = ("ratings", "overall", "recommendation", "confidence", "body")


class ReviewFactory(RowFactory[Review]):
    """A signed review of version 1 with its first revision. Only the rows: no score event and no score."""

    class Meta:
        model = Review

    post = factory.SubFactory(PostFactory)
    version_number = 1
    reviewer = factory.SubFactory(ResearcherFactory)
    ratings = factory.LazyFunction(lambda: {"soundness": 4.0})
    overall = 7.0
    recommendation = Recommendation.MINOR_REVISION
    confidence = 4
    body = "Clear and careful. Please give the field map and the readers' agreement."
    trust = factory.LazyAttribute(lambda row: trust_given_by(row.reviewer.verification))
    response = None
    revisions = factory.LazyAttribute(
        lambda row: [
            ReviewRevision(number=1, version_number=row.version_number, **{name: getattr(row, name) for name in SAID})
        ]
    )
