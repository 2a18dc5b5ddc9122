"""Invitations to review."""

from datetime import timedelta

import factory

from scholarnet.db import now
from scholarnet.models import Answer, Invitation
from tests.factories.post import PostFactory
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory


class InvitationFactory(RowFactory[Invitation]):
    """An invitation nobody has answered, due in three weeks."""

    class Meta:
        model = Invitation

    post = factory.SubFactory(PostFactory)
    inviter = factory.SubFactory(ResearcherFactory)
    invited = factory.SubFactory(ResearcherFactory)
    answer = Answer.NONE
    due_at = factory.LazyFunction(lambda: now() + timedelta(days=21))
