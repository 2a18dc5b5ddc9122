"""Importing bibliographies: what an entry is known by, what is filled in, and what is refused."""

import random
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scholarnet.db import now
from scholarnet.models import Authorship, Confirmation, Outcome, Publication, PublicationType, Researcher, VenueKind
from scholarnet.services.import_authors import find_people
from scholarnet.services.import_people import key_of
from scholarnet.services.import_publications import import_publications
from scholarnet.services.publications import WITH_AUTHORS
from scholarnet.services.references import reference_of
from scholarnet.sources.references import Flaw, Name, Reference
from tests.factories.publication import PublicationFactory
from tests.factories.researcher import ResearcherFactory

ADA, BEN = Name("Lovelace", "Ada"), Name("van der Berg", "Ben")
ADDED, UPDATED, MERGED, REFUSED = Outcome
ID = "0000-0002-1694-233X"


def ref(title: str = "On Livers", year: int | None = 2001, **said: Any) -> Reference:
    return Reference(
        said.pop("line", 1), said.pop("key", ""), said.pop("type", PublicationType.ARTICLE), title, year, **said
    )


def outcomes(session: Session, *entries: Reference | Flaw) -> list[Outcome]:
    return [result.outcome for result in import_publications(session, entries)]


def all_of(session: Session) -> list[Publication]:
    return list(session.scalars(select(Publication).options(*WITH_AUTHORS).order_by(Publication.id)))


def test_an_entry_becomes_a_publication_with_all_that_it_says(session) -> None:
    entry = ref(key="k", doi="10.1000/1", venue="Journal", authors=(ADA, BEN), abstract="A", fields={"volume": "3"})
    assert outcomes(session, entry) == [ADDED]
    (work,) = all_of(session)
    assert (work.title, work.year, work.doi, work.abstract) == ("On Livers", 2001, "10.1000/1", "A")
    assert (work.venue.name, work.venue.kind) == ("Journal", VenueKind.JOURNAL)
    people = [one.researcher for one in work.authorships]
    assert [(one.name, one.is_claimed) for one in people] == [("Ada Lovelace", False), ("Ben van der Berg", False)]
    assert reference_of(work) == ref(
        line=0, key="k", doi="10.1000/1", venue="Journal", authors=(ADA, BEN), abstract="A", fields={"volume": "3"}
    )


def test_an_entry_of_a_known_doi_fills_in_what_is_missing_and_overwrites_nothing(session) -> None:
    work = PublicationFactory(
        doi="10.1000/1", title="Ours", year=2001, abstract=None, venue=None, extra={"volume": "3"}
    )
    author = work.authorships[0].researcher.name
    entry = ref(
        "Theirs", 2002, doi="10.1000/1", venue="V", authors=(BEN,), abstract="A", fields={"volume": "4", "page": "7"}
    )
    assert outcomes(session, entry, entry) == [UPDATED, MERGED]
    session.expire_all()
    (kept,) = all_of(session)
    assert (kept.title, kept.year, kept.abstract, kept.venue.name) == ("Ours", 2001, "A", "V")
    assert kept.extra == {"volume": "3", "page": "7"}
    assert [one.researcher.name for one in kept.authorships] == [author]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("known", "other", "is_same"),
    [
        ({}, {"title": "on LIVERS!"}, True),
        ({"title": "Über Lebern"}, {"title": "Uber lebern"}, True),
        ({}, {"year": 2002}, False),
        ({"authors": (ADA,)}, {"authors": (Name("Lovelace", "A."), BEN)}, True),
        ({"authors": (ADA,)}, {"authors": (BEN,)}, False),
        ({"authors": (BEN,)}, {"authors": (Name("Berg", "B. van der", "Jr."),)}, True),
        ({"authors": (ADA,)}, {}, True),
        ({"authors": (ADA, Name("B", "C", "", ID))}, {"authors": (Name("B", "C", "", ID),)}, True),
        ({"doi": "10.1000/1"}, {"doi": "10.1000/2"}, False),
        ({"doi": "10.1000/1"}, {}, True),
    ],
)
def test_without_a_common_doi_title_year_and_first_author_tell(session, known, other, is_same) -> None:
    found = outcomes(session, ref(**known), ref(**other))
    assert (found[0], found[1] in {MERGED, UPDATED}) == (ADDED, is_same)
    assert len(all_of(session)) == (1 if is_same else 2)


def test_an_entry_without_authors_gets_them_when_a_later_one_has_them(session) -> None:
    assert outcomes(session, ref(), ref(authors=(ADA,)), ref(authors=(BEN,))) == [ADDED, UPDATED, ADDED]
    assert [[one.researcher.name for one in work.authorships] for work in all_of(session)] == [
        ["Ada Lovelace"],
        ["Ben van der Berg"],
    ]


def test_authors_are_one_person_when_they_have_one_orcid_and_only_then(session) -> None:
    rosa = ResearcherFactory(orcid="0000-0002-1825-0097")
    orcid = "0000-0002-1694-233X"
    known, new = Name("R", "Rosa", "", rosa.orcid), Name("Lovelace", "Ada", "", orcid)
    wrong = Name("Lovelace", "Ada", "", "0000-0002-1694-2330")  # its check digit is
    outcomes(session, ref("A", authors=(known, new, ADA, new)), ref("B", authors=(new, ADA, wrong)))
    first, second = ([one.researcher_id for one in work.authorships] for work in all_of(session))
    assert (len(first), first[0], first[1] == second[0]) == (3, rosa.id, True)
    assert len({*first, *second}) == 5
    assert session.scalar(select(func.count()).where(Researcher.orcid == orcid)) == 1


def test_what_cannot_be_a_publication_is_refused_with_its_line_and_costs_no_other(session) -> None:
    bad = [
        Flaw(3, "x", "cannot be read"),
        ref("", line=4),
        ref("A", None, line=5),
        ref("A", 1399, line=6),
        ref("A" * 2_001, line=7),
        ref("A", line=8, authors=(Name("B" * 201),)),
    ]
    results = import_publications(session, [ref("Good"), *bad, ref("Better")])
    assert [result.outcome for result in results] == [ADDED, *[REFUSED] * 6, ADDED]
    assert [(result.line, result.reason.split(";")[0]) for result in results[1:-1]] == [
        (3, "cannot be read"),
        (4, "has no title"),
        (5, "has no year"),
        (6, "has the year 1399"),
        (7, "has a title of 2,001 characters"),
        (8, "has a name of 201 characters"),
    ]


def test_a_name_that_was_changed_since_goes_out_as_it_is_now(session) -> None:
    outcomes(session, ref(authors=(BEN,)))
    (work,) = all_of(session)
    work.authorships[0].researcher.name = "Ben Mountain"
    assert reference_of(work).authors == (Name("Mountain", "Ben"),)


def test_nothing_is_added_or_updated_when_the_same_comes_again(session) -> None:
    rng = random.Random(6)  # noqa: S311 (a fixed choice of cases)
    entries = [
        ref(
            rng.choice(["A", "B"]),
            rng.choice([2001, 2002]),
            doi=rng.choice([None, None, "10.1000/1", "10.1000/2", "10.1000/3"]),
            authors=rng.choice([(), (), (ADA,), (BEN,)]),
            venue=rng.choice([None, "V", "W"]),
            fields=rng.choice([{}, {"page": "1"}, {"volume": "2"}]),
        )
        for _ in range(120)
    ]
    first = Counter(outcomes(session, *entries))
    assert first[ADDED] >= 6
    assert first[UPDATED] > 4
    assert first.total() == 120
    session.expire_all()
    assert Counter(outcomes(session, *entries)) == {MERGED: 120}


def test_the_statements_do_not_grow_with_the_entries(session, count_queries) -> None:
    def sent(*entries: Reference) -> int:
        with count_queries() as statements:
            outcomes(session, *entries)
        one_by_one = session.get_bind().dialect.name == "sqlite"  # which is in the same process
        return len([one for one in statements if not (one_by_one and one.startswith("INSERT"))])

    few = sent(*(ref(f"Few {n}", authors=(ADA,), venue=f"V{n}") for n in range(3)))
    many = sent(*(ref(f"Many {n}", authors=(ADA, BEN), venue=f"W{n}") for n in range(60)))
    assert many <= few + 2
    assert session.scalar(select(func.count()).select_from(Authorship)) == 123


def test_a_name_of_a_curated_list_is_one_person_at_its_venue_and_nowhere_else(session) -> None:
    def come(*entries: Reference) -> list[Outcome]:
        return [result.outcome for result in import_publications(session, entries, authors_by_name=True)]

    orcid = Name("Berg", "Ben", "", "0000-0002-1694-233X")
    entries = [
        ref("A", venue="V", authors=(ADA, BEN)),
        ref("B", venue="V", authors=(ADA,)),
        ref("C", venue="W/author:Ada Lovelace", authors=(ADA, orcid)),
        ref("D", authors=(ADA,)),
    ]
    assert come(*entries[:1]) == [ADDED]
    assert come(*entries[1:]) == [ADDED] * 3
    known, b, c, d = ([one.researcher for one in work.authorships] for work in all_of(session))
    assert b == known[:1]
    assert known[0].source_key == key_of("V", "author", "Ada Lovelace")
    assert len({one.id for one in (*known, *c, *d)}) == 5
    assert (c[1].orcid, c[1].source_key, d[0].source_key) == (orcid.orcid, None, None)
    assert come(*entries) == [MERGED] * 4
    assert outcomes(session, ref("E", venue="V", authors=(ADA,))) == [ADDED]
    assert all_of(session)[-1].authorships[0].researcher is not known[0]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_fields_by_which_a_reference_manager_keeps_house_are_neither_kept_nor_given_away(session) -> None:
    private = dict.fromkeys(
        (
            *("bibtex.file", "bibtex.File-2", "bibtex.owner", "bibtex.timestamp", "bibtex.groups", "ris.L1"),
            *(
                "bibtex.comment-somebody",
                "bibtex.__markedentry",
                "bibtex.bdsk-file-1",
                "bibtex.evastar_pdf",
                "csl.author_emails",
            ),
        ),
        "/home/somebody/a.pdf",
    )
    public = {
        "bibtex.pdf": "https://example.org/a.pdf",
        "bibtex.annotation": "Read it",
        "bibtex.bdsk-url-1": "https://example.org",
        "bibtex.comment": "Subject: Livers",
        "ris.M1": "C",
        "volume": "3",
    }
    assert outcomes(session, ref(fields=private | public), ref(fields=private)) == [ADDED, MERGED]
    (work,) = all_of(session)
    assert work.extra == public
    work.extra = private | public  # as it was kept before
    assert reference_of(work).fields == public


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_an_id_shows_that_an_account_wrote_a_work_where_the_entries_are_vouched_for_alone(session: Session) -> None:
    ResearcherFactory(orcid=ID, orcid_verified_at=now())
    eve = (Name("Eve", "E", orcid=ID),)
    import_publications(session, [ref("Forged", authors=eve)])
    import_publications(session, [ref("Asked", authors=eve)], is_vouched=True)
    assert [one.authorships[0].confirmed_by for one in all_of(session)] == [None, Confirmation.ORCID]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_ids_of_a_batch_fit_into_statements_when_they_are_more_than_one_holds(session: Session) -> None:
    reference = ref(authors=tuple(Name("A", str(n), orcid=orcid_of(n)) for n in range(33_000)))
    assert find_people(session, [reference], is_by_name=False).known == {}


def orcid_of(number: int) -> str:
    """An iD with its check digit (ISO 7064, mod 11-2)."""
    digits, total = f"{number:015d}", 0
    for digit in digits:
        total = (total + int(digit)) * 2
    digits += "0123456789X"[(12 - total % 11) % 11]
    return "-".join(digits[at : at + 4] for at in range(0, 16, 4))
