"""Declarations of cases."""

import factory

from scholarnet.identifiers import checklist
from scholarnet.models import CaseDeclaration, Consent
from tests.factories.post_version import PostVersionFactory
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory, key_of


class CaseDeclarationFactory(RowFactory[CaseDeclaration]):
    """Written consent, and everything looked through."""

    class Meta:
        model = CaseDeclaration

    version_id = key_of(PostVersionFactory)
    declared_by_id = key_of(ResearcherFactory)
    consent = Consent.WRITTEN
    checklist = factory.LazyFunction(lambda: list(checklist()))
