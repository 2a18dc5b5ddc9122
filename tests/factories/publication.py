"""Publications."""

import factory

from scholarnet.models import Authorship, Publication, PublicationType
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory
from tests.factories.venue import VenueFactory


class PublicationFactory(RowFactory[Publication]):
    """An article in a journal; `by` names its authors in order, one by default."""

    class Meta:
        model = Publication

    class Params:
        by = factory.LazyFunction(lambda: [ResearcherFactory()])

    doi = factory.Sequence(lambda n: f"10.5555/imaging.{n}")
    type = PublicationType.ARTICLE
    title = factory.Sequence(lambda n: f"Diffusion-weighted imaging of the liver, part {n}")
    year = 2018
    field = "radiology"
    venue = factory.SubFactory(VenueFactory)
    citation_count = 12
    authorships = factory.LazyAttribute(
        lambda row: [Authorship(researcher=person, position=at) for at, person in enumerate(row.by, start=1)]
    )
