"""What an epoch holds of a reviewer."""

from scholarnet.models import ReviewerFit
from tests.factories.epoch import EpochFactory
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory, key_of


class ReviewerFitFactory(RowFactory[ReviewerFit]):
    """A reviewer of average severity and care, trusted as one that is verified."""

    class Meta:
        model = ReviewerFit

    epoch_id = key_of(EpochFactory)
    researcher_id = key_of(ResearcherFactory)
    bias = 0.0
    slope = 1.0
    variance = 0.5
    trust = 0.8
    n_reviews = 12
