"""What an epoch holds of one person's review of one post."""

from scholarnet.models import ReviewFit
from tests.factories.epoch import EpochFactory
from tests.factories.post import PostFactory
from tests.factories.researcher import ResearcherFactory
from tests.factories.review import ReviewFactory
from tests.factories.row import RowFactory, key_of


class ReviewFitFactory(RowFactory[ReviewFit]):
    """A signed review read as its author's others are, of which the push defence left half."""

    class Meta:
        model = ReviewFit

    epoch_id = key_of(EpochFactory)
    post_id = key_of(PostFactory)
    reviewer_id = key_of(ResearcherFactory)
    review_id = key_of(ReviewFactory)
    is_signed = True
    bias = 0.0
    slope = 1.0
    variance = 0.5
    push = 0.5
