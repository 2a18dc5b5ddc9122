"""Editors' overrides of decisions."""

from scholarnet.models import Decision, Override
from tests.factories.post import PostFactory
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory, key_of


class OverrideFactory(RowFactory[Override]):
    """An editor rejected a post."""

    class Meta:
        model = Override

    post_id = key_of(PostFactory)
    actor_id = key_of(ResearcherFactory)
    decision = Decision.REJECTED
    reason = "The data are not the authors'."
