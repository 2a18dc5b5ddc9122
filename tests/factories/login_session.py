"""Login sessions."""

from datetime import date, timedelta

import factory

from scholarnet.db import now
from scholarnet.models import LoginSession
from scholarnet.services.tokens import digest_of
from tests.factories.researcher import ResearcherFactory
from tests.factories.row import RowFactory


class LoginSessionFactory(RowFactory[LoginSession]):
    """A live session; `secret` is what the cookie carries."""

    class Meta:
        model = LoginSession

    class Params:
        secret = factory.Sequence(lambda n: f"secret-{n}")

    researcher = factory.SubFactory(ResearcherFactory)
    digest = factory.LazyAttribute(lambda row: digest_of(row.secret))
    user_agent = "Firefox"
    last_used_on = date(2026, 1, 1)
    expires_at = factory.LazyFunction(lambda: now() + timedelta(days=30))
