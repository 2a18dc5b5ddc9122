"""Claims."""

import factory

from scholarnet.models import Claim
from tests.factories.publication import PublicationFactory
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory


class ClaimFactory(RowFactory[Claim]):
    """An open claim of the one unclaimed author of a publication, by a namesake."""

    class Meta:
        model = Claim

    claimant = factory.LazyAttribute(lambda row: ResearcherFactory(name=row.author.name))
    author = factory.SubFactory(ResearcherFactory, unclaimed=True)
    publication = factory.LazyAttribute(lambda row: PublicationFactory(by=[row.author]))
    statement = "It is my thesis work."
