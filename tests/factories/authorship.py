"""Authorships."""

import factory

from scholarnet.models import Authorship
from tests.factories.publication import PublicationFactory
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory, key_of


class AuthorshipFactory(RowFactory[Authorship]):
    """The second author of a publication."""

    class Meta:
        model = Authorship

    publication_id = key_of(PublicationFactory)
    researcher = factory.SubFactory(ResearcherFactory)
    position = 2
    roles = factory.LazyFunction(lambda: ["investigation"])
