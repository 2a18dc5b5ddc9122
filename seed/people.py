"""The people of a seeded community: accounts with careers, and how each of them reviews."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy.orm import Session

from scholarnet.models import Researcher, Role
from scholarnet.services import researchers
from seed.lexicon import Field, all_fields, lexicon
from seed.texts import pick

PASSWORD = "review-in-the-open"  # noqa: S105  (of the demo's accounts; documented, and never made in production)
RING_SIZE = 8
RING_ACTIVITY = 4.0  # they review as others do, which makes them believable
FIELD_SHARE = (0.40, 0.12, 0.12, 0.12, 0.12, 0.12)
VERIFIED_SHARE = 0.85


@dataclass(frozen=True, slots=True)
class Known:
    """An account that the documentation names."""

    handle: str
    name: str
    role: Role


KNOWN = (
    Known("edith", "Edith Lindqvist", Role.EDITOR),
    Known("mona", "Mona Haddad", Role.MODERATOR),
    Known("rosa", "Rosa Castillo", Role.MEMBER),
    Known("ada", "Ada Okafor", Role.ADMIN),
)


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """A researcher, and how they review: severity in points, slope, care as the noise in points, and activity."""

    researcher: Researcher
    field: Field
    severity: float
    slope: float
    noise: float
    activity: float
    is_in_ring: bool = False


def add_people(session: Session, rng: np.random.Generator, *, n: int, at: datetime) -> list[Person]:
    """Add `n` researchers: first the known ones, at the end the ring. Most are verified by an editor or an address."""
    known = [_add_known(session, rng, one, at) for one in KNOWN]
    people = known + [_add_stranger(session, rng, number, at) for number in range(len(KNOWN), n - RING_SIZE)]
    people += [_add_member_of_ring(session, rng, number, at) for number in range(n - RING_SIZE, n)]
    editor = known[0].researcher
    for person in people:
        if person.researcher is not editor and rng.random() < VERIFIED_SHARE and not person.is_in_ring:
            _verify(session, rng, person.researcher, editor)
    for person in known:
        if not person.researcher.is_verified:
            _verify_by_editor(session, person.researcher, None if person.researcher is editor else editor)
    for person in people[n - RING_SIZE :]:  # nothing about the ring is false but what they say of each other's work
        _verify_by_address(session, person.researcher)
    return people


def _add_known(session: Session, rng: np.random.Generator, known: Known, at: datetime) -> Person:
    researcher = researchers.register(
        session,
        handle=known.handle,
        name=known.name,
        email=f"{known.handle}@{lexicon()['institutions'][0]['domain']}",
        password=PASSWORD,
        role=known.role,
    )
    return _settle(session, rng, researcher, all_fields()[0], at)


def _add_stranger(session: Session, rng: np.random.Generator, number: int, at: datetime) -> Person:
    field = all_fields()[int(rng.choice(len(FIELD_SHARE), p=FIELD_SHARE))]
    return _settle(session, rng, _claim(session, rng, number), field, at)


def _add_member_of_ring(session: Session, rng: np.random.Generator, number: int, at: datetime) -> Person:
    person = _settle(session, rng, _claim(session, rng, number), all_fields()[-1], at)
    return Person(person.researcher, person.field, 0.0, 1.0, 0.8, RING_ACTIVITY, is_in_ring=True)


def _claim(session: Session, rng: np.random.Generator, number: int) -> Researcher:
    """A claimed account without a password: nobody signs in as one of the crowd, and nothing slow is hashed."""
    given, family = pick(rng, lexicon()["given"]), pick(rng, lexicon()["family"])
    researcher = researchers.add_unclaimed(session, name=f"{given} {family}")
    researcher.handle = f"{given}-{number}".lower().replace("á", "a")
    researcher.email = f"{researcher.handle}@{pick_institution(rng)['domain']}"
    researcher.is_claimed = True
    return researcher


def pick_institution(rng: np.random.Generator) -> dict[str, str]:
    """Return one of the institutions."""
    institutions: list[dict[str, str]] = lexicon()["institutions"]
    return institutions[int(rng.integers(len(institutions)))]


def _settle(session: Session, rng: np.random.Generator, researcher: Researcher, field: Field, at: datetime) -> Person:
    """Give a researcher a career and a character."""
    joined = at - timedelta(days=float(rng.uniform(740, 1000)))
    researcher.affiliations = [{"name": pick_institution(rng)["name"]}]
    researcher.fields = [field.name]
    researcher.profession = pick(rng, field.professions)
    researcher.career_start = at.year - 1 - int(rng.gamma(2.0, 6.0))
    researcher.created_at = researcher.updated_at = joined
    session.flush()
    return Person(
        researcher,
        field,
        severity=float(rng.normal(0.0, 0.6)),
        slope=float(rng.uniform(0.8, 1.2)),
        noise=float(rng.uniform(0.4, 1.6)),
        activity=float(rng.gamma(1.5)) + 0.2,
    )


def _verify(session: Session, rng: np.random.Generator, researcher: Researcher, editor: Researcher) -> None:
    if rng.random() < 0.5:
        _verify_by_address(session, researcher)
    else:
        _verify_by_editor(session, researcher, editor)


def _verify_by_address(session: Session, researcher: Researcher) -> None:
    address = researchers.check_institutional(researcher.email or "")
    researchers.confirm_email(session, researcher=researcher, email=address)
    _date_verification(session, researcher)


def _verify_by_editor(session: Session, researcher: Researcher, editor: Researcher | None) -> None:
    reason = lexicon()["answers"]["verifications"]
    researchers.verify_researcher(session, actor=editor, researcher=researcher, reason=reason)
    _date_verification(session, researcher)


def _date_verification(session: Session, researcher: Researcher) -> None:
    researcher.verified_at = researcher.updated_at = researcher.created_at + timedelta(days=1)
    session.flush()
