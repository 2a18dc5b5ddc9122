"""Imports that somebody asked for."""

import factory

from scholarnet.models import ImportJob
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory, key_of


class ImportJobFactory(RowFactory[ImportJob]):
    """A file that waits; only the row, with no object behind it."""

    class Meta:
        model = ImportJob

    researcher_id = key_of(ResearcherFactory)
    format = "bibtex"
    name = "library.bib"
    object_key = factory.Sequence(lambda n: f"{n:032x}")
