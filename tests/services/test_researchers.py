"""Researchers: accounts, profiles, ORCID iDs, verification."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.errors import Conflict, Forbidden, Invalid, NotFound
from scholarnet.institutions import is_institutional
from scholarnet.models import AuditEntry, Researcher, Role, Verification
from scholarnet.services.passwords import hash_password, is_password
from scholarnet.services.researchers import (
    add_unclaimed,
    authenticate,
    check_institutional,
    clean_orcid,
    confirm_email,
    find_researcher,
    get_researcher,
    list_researchers,
    register,
    update_researcher,
    verify_researcher,
)
from tests.factories import PASSWORD, ResearcherFactory

ORCID = "0000-0002-1825-0097"
ACCOUNT = {"handle": "ada", "name": "Ada Lovelace", "email": "Ada@Uni.example.edu ", "password": PASSWORD}


@pytest.fixture(autouse=True)
def noise(session: Session) -> list[Researcher]:  # noqa: ARG001  (the factories write to it)
    return [ResearcherFactory(), ResearcherFactory(unclaimed=True)]


def test_an_account_is_a_claimed_unverified_member(session: Session) -> None:
    ada = register(session, **ACCOUNT | {"handle": " Ada "})
    assert (ada.handle, ada.email, ada.role, ada.is_claimed) == ("ada", "ada@uni.example.edu", Role.MEMBER, True)
    assert (ada.is_verified, ada.is_email_verified) == (False, False)
    assert PASSWORD not in ada.password_hash
    assert get_researcher(session, ada.public_id) is get_researcher(session, "@ADA") is ada


def test_a_handle_is_refused_when_it_is_taken(session: Session) -> None:
    ResearcherFactory(handle="ada")
    with pytest.raises(Conflict) as error:
        register(session, **ACCOUNT | {"handle": "ADA"})
    assert error.value.errors.keys() == {"handle"}


@pytest.mark.parametrize("handle", ["", "ab", "-ada", "ada-", "a da", "ädä", "a" * 41, "ada\n"])
def test_a_handle_is_refused_when_it_is_not_one(session: Session, handle: str) -> None:
    if handle == "ada\n":
        assert register(session, **ACCOUNT | {"handle": handle}).handle == "ada"
        return
    with pytest.raises(Invalid, match="handle"):
        register(session, **ACCOUNT | {"handle": handle})


def test_an_address_may_be_typed_twice_and_verified_once(session: Session) -> None:
    first, second = register(session, **ACCOUNT), register(session, **ACCOUNT | {"handle": "eve"})
    confirm_email(session, researcher=first, email=first.email)
    with pytest.raises(Conflict):
        confirm_email(session, researcher=second, email=first.email)
    assert (first.verification, second.verification) == (Verification.EMAIL, Verification.NONE)
    confirm_email(session, researcher=first, email=first.email)


def test_a_confirmed_address_keeps_an_editors_word(session: Session) -> None:
    ada = register(session, **ACCOUNT)
    verify_researcher(session, actor=ResearcherFactory(role=Role.EDITOR), researcher=ada, reason="Known.")
    confirm_email(session, researcher=ada, email="ada@other.edu")
    assert (ada.verification, ada.email, ada.is_email_verified) == (Verification.EDITOR, "ada@other.edu", True)


@pytest.mark.parametrize("password", ["", "short-one", "x" * 257])
def test_a_password_is_refused_when_it_is_too_short_or_too_long(session: Session, password: str) -> None:
    with pytest.raises(Invalid, match="password"):
        register(session, **ACCOUNT | {"password": password})


def test_a_password_is_the_one_or_not() -> None:
    hashed = hash_password(PASSWORD)
    assert hashed.startswith("$argon2id$")
    assert is_password(PASSWORD, hashed)
    assert not is_password(PASSWORD + "!", hashed)
    assert not is_password("nobody has this password", None)


def test_a_person_signs_in_with_handle_and_password(session: Session) -> None:
    ada = ResearcherFactory(handle="ada")
    assert authenticate(session, handle="Ada", password=PASSWORD) is ada
    assert authenticate(session, handle="ada", password="another password") is None
    assert authenticate(session, handle="nobody", password=PASSWORD) is None
    ResearcherFactory(handle="ghost", password_hash=None)
    assert authenticate(session, handle="ghost", password=PASSWORD) is None


def test_a_name_alone_never_identifies_a_person(session: Session) -> None:
    first, second = add_unclaimed(session, name="Li Wei"), add_unclaimed(session, name=" Li  Wei ")
    assert first.id != second.id
    assert (second.name, second.is_claimed, second.handle) == ("Li Wei", False, None)
    with pytest.raises(Invalid, match="name"):
        add_unclaimed(session, name=" ")


def test_an_orcid_identifies_a_person(session: Session) -> None:
    known = ResearcherFactory(orcid=ORCID)
    assert add_unclaimed(session, name="Josiah Carberry", orcid=f"https://orcid.org/{ORCID}") is known


@pytest.mark.parametrize("orcid", [ORCID, f" https://orcid.org/{ORCID}", "0000-0002-1694-233x"])
def test_an_orcid_is_taken_when_its_check_digit_is_right(orcid: str) -> None:
    assert clean_orcid(orcid) in {ORCID, "0000-0002-1694-233X"}


@pytest.mark.parametrize(
    "orcid", ["0000-0002-1825-0098", "0000-0002-1852-0097", "0000000218250097", "", "0000-0002-1694-2330"]
)
def test_an_orcid_is_refused_when_its_check_digit_is_wrong(orcid: str) -> None:
    with pytest.raises(Invalid, match="orcid"):
        clean_orcid(orcid)


def test_a_profile_is_its_owners_to_change(session: Session) -> None:
    ada = ResearcherFactory()
    update_researcher(session, actor=ada, researcher=ada, changes={"name": " Ada  King ", "orcid": ORCID})
    assert (ada.name, ada.orcid, ada.stated_orcid) == ("Ada King", None, ORCID)
    update_researcher(session, actor=ada, researcher=ada, changes={"orcid": ORCID})
    for stranger in (ResearcherFactory(), ResearcherFactory(role=Role.MODERATOR)):
        with pytest.raises(Forbidden):
            update_researcher(session, actor=stranger, researcher=ada, changes={"name": "Eve"})
    admin = ResearcherFactory(role=Role.ADMIN)
    assert update_researcher(session, actor=admin, researcher=ada, changes={"name": "Ada"}).name == "Ada"


def test_a_stated_orcid_excludes_and_identifies_nobody(session: Session) -> None:
    unclaimed, ada, eve = ResearcherFactory(unclaimed=True, orcid=ORCID), ResearcherFactory(), ResearcherFactory()
    for one in (ada, eve):
        update_researcher(session, actor=one, researcher=one, changes={"orcid": ORCID})
    assert ada.stated_orcid == eve.stated_orcid == ORCID
    assert add_unclaimed(session, name="Ada", orcid=ORCID) is unclaimed


def test_an_orcid_is_refused_when_another_account_has_proven_it(session: Session) -> None:
    ResearcherFactory(orcid=ORCID, orcid_verified_at=now())
    ada = ResearcherFactory()
    with pytest.raises(Conflict) as error:
        update_researcher(session, actor=ada, researcher=ada, changes={"orcid": ORCID})
    assert error.value.errors.keys() == {"orcid"}


def test_a_verified_orcid_is_not_overwritten_by_typing(session: Session) -> None:
    ada = ResearcherFactory(orcid=ORCID, orcid_verified_at=now())
    update_researcher(session, actor=ada, researcher=ada, changes={"orcid": ORCID})
    for typed in ("0000-0002-1694-233X", None):
        with pytest.raises(Conflict, match="disconnect"):
            update_researcher(session, actor=ada, researcher=ada, changes={"orcid": typed})
    assert (ada.orcid, ada.stated_orcid) == (ORCID, None)


def test_an_editor_verifies_and_it_is_written_down(session: Session) -> None:
    editor, ada = ResearcherFactory(role=Role.EDITOR), ResearcherFactory(unverified=True)
    verify_researcher(session, actor=editor, researcher=ada, reason="Met at the congress.")
    assert (ada.verification, ada.verified_by_id) == (Verification.EDITOR, editor.id)
    assert ada.verified_at is not None
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.actor_id, entry.subject) == (editor.id, f"researcher:{ada.public_id}")
    assert entry.reason == "Met at the congress."


def test_verifying_is_refused_when_a_member_or_the_person_themselves_does_it(session: Session) -> None:
    ada, editor = ResearcherFactory(unverified=True), ResearcherFactory(role=Role.EDITOR)
    with pytest.raises(Forbidden):
        verify_researcher(session, actor=ResearcherFactory(), researcher=ada, reason="A friend.")
    with pytest.raises(Invalid):
        verify_researcher(session, actor=editor, researcher=editor, reason="It is me.")
    assert not ada.is_verified


@pytest.mark.parametrize(
    ("email", "is_one"),
    [
        ("ada@mit.edu", True),
        ("ada@cs.ox.ac.uk", True),
        ("ada@uni.edu.au", True),
        ("ada@nih.gov", True),
        ("ada@who.int", True),
        ("ada@trust.nhs.uk", True),
        ("ada@gmail.com", False),
        ("ada@edu.example.com", False),
        ("ada@notedu", False),
        ("ada@fakeedu.com", False),
        ("ada@mit.edu.evil.com", False),
        ("ada@@mit.edu", False),
        ("a da@mit.edu", False),
        ("mit.edu", False),
        ("ada@charite.de", False),
    ],
)
def test_an_address_is_institutional_by_its_domain(email: str, *, is_one: bool) -> None:
    assert is_institutional(email) is is_one


def test_a_community_names_domains_of_its_own() -> None:
    assert check_institutional(" Ada@Radiologie.Charite.de ", domains=("charite.de",)) == "ada@radiologie.charite.de"
    assert not is_institutional("ada@notcharite.de", domains=("charite.de",))
    with pytest.raises(Invalid, match="email"):
        check_institutional("ada@gmail.com")


def test_nobody_is_found_when_there_is_nobody(session: Session) -> None:
    assert find_researcher(session, handle="nobody") is None
    for name in ("0000000000000", "@nobody"):
        with pytest.raises(NotFound):
            get_researcher(session, name)


def test_everybody_is_listed_newest_first(session: Session, noise: list[Researcher]) -> None:
    newest = ResearcherFactory()
    assert session.scalars(list_researchers()).all() == [newest, *reversed(noise)]
