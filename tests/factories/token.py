"""Bearer tokens."""

import factory

from scholarnet.models import Scope, Token
from scholarnet.services.tokens import digest_of
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory


class TokenFactory(RowFactory[Token]):
    """A live token; `secret` is what its holder sends."""

    class Meta:
        model = Token

    class Params:
        secret = factory.Sequence(lambda n: f"sn_secret-{n}")

    researcher = factory.SubFactory(ResearcherFactory)
    name = "notebook"
    digest = factory.LazyAttribute(lambda row: digest_of(row.secret))
    scopes = factory.LazyFunction(lambda: [Scope.READ.value, Scope.REVIEW.value, Scope.WRITE.value])
