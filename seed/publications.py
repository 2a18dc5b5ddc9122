"""What the people published before: papers with co-authors of their field, which cite earlier ones."""

from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from scholarnet.models import Publication, PublicationType
from scholarnet.services import publications
from seed.lexicon import Field, lexicon
from seed.people import Person
from seed.texts import choose_topic, pick

PAPERS_A_PERSON = 2.5
MOST_AUTHORS, MOST_REFERENCES = 4, 6
ROLES = ("conceptualization", "investigation", "writing-original-draft", "formal-analysis")


def add_publications(
    session: Session, rng: np.random.Generator, people: list[Person], *, seed: int, at: datetime
) -> list[Publication]:
    """Add papers in the order of their years, so that references point back; the much cited are cited more."""
    shelves: dict[str, list[Publication]] = {}
    fellows: dict[str, list[Person]] = {}
    for person in people:
        fellows.setdefault(person.field.name, []).append(person)
    plans = sorted(
        ((_year(rng, person, at), number) for number, person in enumerate(people) for _ in range(_count(rng))),
    )
    for number, (year, who) in enumerate(plans):
        person = people[who]
        shelf = shelves.setdefault(person.field.name, [])
        shelf.append(_add(session, rng, (seed, number), year, _authors(rng, person, fellows), shelf))
    return [publication for shelf in shelves.values() for publication in shelf]


def _count(rng: np.random.Generator) -> int:
    return int(rng.poisson(PAPERS_A_PERSON))


def _year(rng: np.random.Generator, person: Person, at: datetime) -> int:
    start = person.researcher.career_start or at.year
    return int(rng.integers(start, at.year + 1))


def _authors(rng: np.random.Generator, person: Person, fellows: dict[str, list[Person]]) -> list[Person]:
    """Who writes with them: people of their field, and never two of the ring, who keep apart in public."""
    if person.is_in_ring:
        return [person]
    others = [one for one in fellows[person.field.name] if one is not person and not one.is_in_ring]
    chosen = rng.permutation(len(others))[: int(rng.integers(0, MOST_AUTHORS))]
    return [person, *(others[int(at)] for at in chosen)]


def _add(
    session: Session,
    rng: np.random.Generator,
    key: tuple[int, int],
    year: int,
    authors: list[Person],
    shelf: list[Publication],
) -> Publication:
    field: Field = authors[0].field
    topic = choose_topic(rng, field)
    return publications.add_publication(
        session,
        actor=authors[0].researcher,
        content={
            "title": topic.fill(pick(rng, lexicon()["papers"]["titles"])),
            "type": PublicationType.ARTICLE,
            "year": year,
            "field": field.name,
            "doi": f"10.5555/seed.{key[0]}.{key[1]}",  # the prefix that is kept for examples
        },
        authors=[{"researcher_id": one.researcher.public_id, "roles": [ROLES[at]]} for at, one in enumerate(authors)],
        venue=field.venue,
        references=_references(rng, year, shelf),
    )


def _references(rng: np.random.Generator, year: int, shelf: list[Publication]) -> list[str]:
    """Earlier papers of the field; squaring a uniform number prefers the old ones, which everybody knows."""
    earlier = [paper for paper in shelf if paper.year < year]
    places = {int(len(earlier) * rng.random() ** 2) for _ in range(int(rng.integers(0, MOST_REFERENCES + 1)))}
    return [earlier[at].public_id for at in sorted(places)] if earlier else []
