"""Citations."""

from scholarnet.models import Citation
from tests.factories.publication import PublicationFactory
from tests.factories.row import RowFactory, key_of


class CitationFactory(RowFactory[Citation]):
    class Meta:
        model = Citation

    citing_id = key_of(PublicationFactory)
    cited_id = key_of(PublicationFactory)
