"""Follows."""

from scholarnet.models import Follow
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory, key_of


class FollowFactory(RowFactory[Follow]):
    class Meta:
        model = Follow

    follower_id = key_of(ResearcherFactory)
    followed_id = key_of(ResearcherFactory)
