"""Votes on the helpfulness of reviews."""

from scholarnet.models import HelpfulnessVote
from tests.factories.researcher import ResearcherFactory
from tests.factories.review import ReviewFactory
from tests.factories.row import RowFactory, key_of


class HelpfulnessVoteFactory(RowFactory[HelpfulnessVote]):
    class Meta:
        model = HelpfulnessVote

    review_id = key_of(ReviewFactory)
    voter_id = key_of(ResearcherFactory)
    is_helpful = True
