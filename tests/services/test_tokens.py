"""Tokens: shown once, stored hashed, live until revoked or expired."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.errors import Invalid, NotFound
from scholarnet.models import Role
from scholarnet.services.tokens import create_token, find_token, list_tokens, revoke_token
from tests.factories import ResearcherFactory, TokenFactory


@pytest.fixture(autouse=True)
def _noise(session: Session) -> None:  # noqa: ARG001  (the factories write to it)
    TokenFactory()


def test_a_token_is_found_by_its_secret_and_stored_without_it(session: Session, count_queries) -> None:
    ada = ResearcherFactory()
    token, secret = create_token(session, researcher=ada, name="notebook", scopes=["write", "read", "read"])
    assert secret.startswith("sn_")
    assert all(secret not in str(value) for value in vars(token).values())
    assert token.scopes == ["read", "write"]
    session.expire_all()
    with count_queries() as statements:
        assert find_token(session, secret=secret).researcher.id == token.researcher_id
    assert len(statements) <= 2
    assert find_token(session, secret=secret + "x") is None


def test_two_tokens_have_two_secrets(session: Session) -> None:
    ada = ResearcherFactory()
    secrets = {create_token(session, researcher=ada, name="same", scopes=["read"])[1] for _ in range(2)}
    assert len(secrets) == 2


def test_a_token_is_dead_when_it_is_revoked(session: Session) -> None:
    token = TokenFactory(secret="sn_1")
    assert find_token(session, secret="sn_1") is token
    revoke_token(session, researcher=token.researcher, public_id=token.public_id)
    revoked_at = token.revoked_at
    revoke_token(session, researcher=token.researcher, public_id=token.public_id)
    assert token.revoked_at == revoked_at is not None
    assert find_token(session, secret="sn_1") is None


def test_a_token_is_dead_when_it_has_expired(session: Session) -> None:
    TokenFactory(secret="sn_old", expires_at=now() - timedelta(seconds=1))
    TokenFactory(secret="sn_new", expires_at=now() + timedelta(hours=1))
    assert find_token(session, secret="sn_old") is None
    assert find_token(session, secret="sn_new") is not None


def test_a_token_is_refused_when_it_would_be_born_dead(session: Session) -> None:
    with pytest.raises(Invalid, match="expires_at"):
        create_token(session, researcher=ResearcherFactory(), name="old", scopes=["read"], expires_at=now())


def test_the_admin_scope_is_for_editors_and_above(session: Session) -> None:
    with pytest.raises(Invalid, match="scopes"):
        create_token(session, researcher=ResearcherFactory(), name="all", scopes=["admin"])
    editor = ResearcherFactory(role=Role.EDITOR)
    assert create_token(session, researcher=editor, name="all", scopes=["admin"])[0].scopes == ["admin"]


def test_nobody_revokes_the_token_of_another(session: Session) -> None:
    token = TokenFactory(secret="sn_1")
    with pytest.raises(NotFound):
        revoke_token(session, researcher=ResearcherFactory(role=Role.ADMIN), public_id=token.public_id)
    assert find_token(session, secret="sn_1") is token


def test_a_list_holds_ones_own_live_tokens_newest_first(session: Session) -> None:
    ada = ResearcherFactory()
    first, second = TokenFactory(researcher=ada), TokenFactory(researcher=ada)
    TokenFactory(researcher=ada, revoked_at=now())
    assert session.scalars(list_tokens(researcher=ada)).all() == [second, first]
