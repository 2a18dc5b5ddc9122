"""Researchers."""

from datetime import UTC, datetime
from functools import cache

import factory

from scholarnet.models import Researcher, Verification
from scholarnet.services.passwords import hash_password
from tests.factories.row import RowFactory

PASSWORD = "a good long password"


@cache
def hash_of_password() -> str:
    """The hash of PASSWORD, made once: Argon2 is slow by design."""
    return hash_password(PASSWORD)


class ResearcherFactory(RowFactory[Researcher]):
    """A claimed account, verified by an address at a university; everybody's password is PASSWORD."""

    class Meta:
        model = Researcher

    class Params:
        unclaimed = factory.Trait(
            handle=None,
            email=None,
            is_email_verified=False,
            password_hash=None,
            is_claimed=False,
            verification=Verification.NONE,
            verified_at=None,
        )
        unverified = factory.Trait(is_email_verified=False, verification=Verification.NONE, verified_at=None)

    handle = factory.Sequence(lambda n: f"researcher-{n}")
    name = factory.Faker("name")
    email = factory.LazyAttribute(lambda row: f"{row.handle}@radiology.example.edu")
    is_email_verified = True
    password_hash = factory.LazyFunction(hash_of_password)
    affiliations = factory.LazyFunction(lambda: [{"name": "University Hospital", "ror": "https://ror.org/02catss52"}])
    fields = factory.LazyFunction(lambda: ["radiology"])
    profession = "radiologist"
    career_start = 2012
    is_claimed = True
    verification = Verification.EMAIL
    verified_at = datetime(2025, 3, 1, 9, tzinfo=UTC)
