"""What moderators decided."""

from scholarnet.models import ModerationDecision, ModerationOutcome
from tests.factories.post_version import PostVersionFactory
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory, key_of


class ModerationDecisionFactory(RowFactory[ModerationDecision]):
    """A release."""

    class Meta:
        model = ModerationDecision

    version_id = key_of(PostVersionFactory)
    moderator_id = key_of(ResearcherFactory)
    outcome = ModerationOutcome.RELEASED
    reason = "Consent is there; nobody can be recognised."
