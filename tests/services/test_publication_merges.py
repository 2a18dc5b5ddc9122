"""Merging publications: what moves, what the record takes back, and what an import finds in between."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from scholarnet.errors import Conflict, DomainError, Forbidden, Invalid
from scholarnet.models import (
    Authorship,
    Citation,
    PostPublication,
    Publication,
    PublicationMerge,
    PublicationType,
    Researcher,
    Role,
)
from scholarnet.services.import_publications import Outcome, import_publications
from scholarnet.services.publication_merges import get_merge, merge_publications, undo_merge
from scholarnet.services.publications import add_publication, get_publication, list_publications, update_publication
from scholarnet.services.works import read_works
from scholarnet.sources.references import Name, Reference
from tests.factories import (
    AuthorshipFactory,
    CitationFactory,
    PostPublicationFactory,
    PublicationFactory,
    ResearcherFactory,
)

EDITOR = Role.EDITOR
STILL = {"created_at", "updated_at"}


def state(session: Session) -> dict[str, Any]:
    """All that a merge may touch, but for when."""
    session.expire_all()
    columns = [column for column in Publication.__table__.c if column.name not in STILL]
    return {
        "publications": [tuple(row) for row in session.execute(select(*columns).order_by(Publication.id))],
        "authors": sorted(
            (one.publication_id, one.researcher_id, one.position, one.roles)
            for one in session.scalars(select(Authorship))
        ),
        "citations": sorted((one.citing_id, one.cited_id) for one in session.scalars(select(Citation))),
        "posts": sorted((one.post_id, one.publication_id) for one in session.scalars(select(PostPublication))),
    }


def merge(session: Session, actor: Researcher, kept: Publication, duplicate: Publication) -> PublicationMerge:
    session.flush()
    one = get_publication(session, kept.public_id)
    return merge_publications(session, actor=actor, publication=one, duplicate_id=duplicate.public_id)


def undo(session: Session, actor: Researcher, one: PublicationMerge) -> None:
    kept = session.get_one(Publication, one.kept_id)
    undo_merge(session, actor=actor, merge=get_merge(session, publication=kept, public_id=one.public_id))


def authors(session: Session, publication: Publication) -> list[tuple[str, int, list[str]]]:
    session.expire_all()
    found = get_publication(session, publication.public_id).authorships
    return [(one.researcher.name, one.position, one.roles) for one in found]


def unclaimed(name: str) -> Researcher:
    return ResearcherFactory(name=name, unclaimed=True)


def test_all_that_hangs_on_the_duplicate_moves_and_comes_back_when_undone(session: Session) -> None:
    eva = ResearcherFactory(role=EDITOR)
    ada = ResearcherFactory(name="Ada Lovelace")
    kept = PublicationFactory(by=[unclaimed("A. Lovelace"), unclaimed("Ben Berg")], doi=None, abstract=None, venue=None)
    kept.extra = {"volume": "3"}
    duplicate = PublicationFactory(by=[ada, unclaimed("Cy Young")], doi="10.1000/1", abstract="A", citation_count=40)
    duplicate.extra = {"volume": "4", "page": "7", "author": [{"family": "Lovelace"}]}
    old, new, noise = PublicationFactory(), PublicationFactory(), CitationFactory()
    for citing, cited in [(new, kept), (new, duplicate), (duplicate, old), (kept, duplicate)]:
        CitationFactory(citing_id=citing.id, cited_id=cited.id)
    post = PostPublicationFactory(publication_id=duplicate.id)
    before = state(session)
    one = merge(session, eva, kept, duplicate)
    assert authors(session, kept) == [("Ada Lovelace", 1, []), ("Ben Berg", 2, []), ("Cy Young", 3, [])]
    assert authors(session, duplicate) == []
    assert (kept.doi, kept.abstract, kept.citation_count) == ("10.1000/1", "A", 40)
    assert kept.extra == {"volume": "3", "page": "7"}
    edges = {(noise.citing_id, noise.cited_id), (new.id, kept.id), (kept.id, old.id)}
    assert set(state(session)["citations"]) == edges
    assert state(session)["posts"] == [(post.post_id, kept.id)]
    assert duplicate not in session.scalars(list_publications()).all()
    assert duplicate in session.scalars(list_publications(with_tombstones=True)).all()
    assert set(read_works(session).publications.id.tolist()) == {one.id for one in session.scalars(list_publications())}
    undo(session, eva, one)
    undo(session, eva, one)  # twice is harmless
    assert state(session) == before


def test_what_was_changed_of_the_kept_one_stays_when_the_merge_is_undone(session: Session) -> None:
    eva = ResearcherFactory(role=EDITOR)
    kept, duplicate = PublicationFactory(doi=None, abstract=None), PublicationFactory(doi="10.1000/1", abstract="A")
    one = merge(session, eva, kept, duplicate)
    update_publication(session, actor=eva, publication=kept, changes={"abstract": "B", "doi": "10.1000/2"})
    citing = add_publication(
        session, actor=eva, content={"title": "New", "year": 2020}, references=[duplicate.public_id]
    )
    undo(session, eva, one)
    assert (kept.abstract, kept.doi, duplicate.abstract, duplicate.doi) == ("B", "10.1000/2", "A", "10.1000/1")
    assert session.scalars(list_publications(cites=kept)).all() == [citing]


def test_merges_are_undone_in_reverse_when_one_is_built_on_the_other(session: Session) -> None:
    eva = ResearcherFactory(role=EDITOR)
    a, b, c, citing, other = (PublicationFactory() for _ in range(5))
    CitationFactory(citing_id=citing.id, cited_id=b.id)
    states, merges = [], []
    for kept, duplicate in [(a, b), (c, a), (other, citing)]:
        states.append(state(session))
        merges.append(merge(session, eva, kept, duplicate))
    assert session.get_one(Publication, b.id).merged_into_id == c.id  # one step leads to what stands
    for early in merges[:2]:
        with pytest.raises(Conflict, match=merges[-1].public_id):
            undo(session, eva, early)
    for one, before in zip(reversed(merges), reversed(states), strict=True):
        undo(session, eva, one)
        assert state(session) == before


def test_a_merge_is_not_undone_when_its_doi_is_anothers_by_now(session: Session) -> None:
    eva = ResearcherFactory(role=EDITOR)
    kept, duplicate = PublicationFactory(doi=None), PublicationFactory(doi="10.1000/1")
    one = merge(session, eva, kept, duplicate)
    update_publication(session, actor=eva, publication=kept, changes={"doi": None})
    PublicationFactory(doi="10.1000/1")
    with pytest.raises(Conflict, match="another publication's"):
        undo(session, eva, one)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_authors_merge_their_own_when_they_look_alike_and_editors_anything(session: Session) -> None:
    ada, eva = ResearcherFactory(), ResearcherFactory(role=EDITOR)
    like = {"title": "Knees", "year": 2018, "doi": None}
    one, two, odd, ours = (PublicationFactory(**content) for content in (like, like, {}, like))
    for work in (one, two, odd):
        AuthorshipFactory(publication_id=work.id, researcher=ada, position=2)
    session.expire_all()
    with pytest.raises(Forbidden, match="author of both"):
        merge(session, ada, one, ours)
    with pytest.raises(Forbidden, match="only editors"):
        merge(session, ada, one, odd)
    with pytest.raises(Invalid, match="itself"):
        merge(session, eva, one, one)
    session.expire_all()
    merge(session, eva, one, odd)
    with pytest.raises(Conflict):
        merge(session, eva, odd, ours)
    with pytest.raises(Conflict):
        merge(session, eva, ours, odd)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_nobody_known_gets_into_a_work_when_an_author_merges_one_of_the_same_title_into_it(session: Session) -> None:
    ada, bob, eva = ResearcherFactory(), ResearcherFactory(), ResearcherFactory(role=EDITOR)
    like = {"title": "Knees", "year": 2018, "doi": None}
    carries = ResearcherFactory(unclaimed=True, name="C", orcid="0000-0002-1825-0097")
    cited, more = (PublicationFactory(**like, by=[ada, unclaimed("Di Fo")]) for _ in range(2))
    for friend in (bob, carries):
        forged = PublicationFactory(**like, by=[ada, friend])
        for kept, duplicate in [(cited, forged), (forged, cited)]:
            with pytest.raises(Forbidden, match=f"known is an author of one alone: {friend.name}"):
                merge(session, ada, kept, duplicate)
    merge(session, ada, cited, more)
    merge(session, eva, cited, forged)
    assert carries.name in [name for name, *_ in authors(session, cited)]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_merge_is_undone_by_who_made_it_and_by_editors(session: Session) -> None:
    eva, ada = ResearcherFactory(role=EDITOR), ResearcherFactory()
    one = merge(session, eva, PublicationFactory(by=[ada]), PublicationFactory(by=[ada]))
    with pytest.raises(Forbidden):
        undo(session, ada, one)
    undo(session, ResearcherFactory(role=EDITOR), one)
    assert one.undone_at is not None


def entry(title: str, doi: str | None, author: Name, **said: Any) -> Reference:
    kind = said.pop("type", PublicationType.ARTICLE)
    return Reference(1, "", kind, title, said.pop("year", 2001), doi=doi, authors=(author,), **said)


def test_an_entry_of_the_duplicate_finds_the_kept_one_while_it_is_merged_and_its_own_after(session: Session) -> None:
    eva = ResearcherFactory(role=EDITOR)
    pre = entry("On Livers", None, Name("Müller", "A"), type=PublicationType.PREPRINT, year=2000, fields={"note": "n"})
    art = entry("Livers", "10.1000/2", Name("Mueller", "A"), abstract="A", fields={"volume": "1"})
    entries = [art, pre, entry("On Livers", "10.1000/3", Name("Zu", "B"), year=2000)]

    def outcomes() -> list[Outcome]:
        return [result.outcome for result in import_publications(session, entries)]

    assert outcomes() == [Outcome.ADDED] * 3
    works = session.scalars(select(Publication).order_by(Publication.id)).all()
    before = state(session)
    one = merge(session, eva, works[0], works[1])
    while_merged = state(session)
    assert outcomes() == [Outcome.MERGED] * 3
    assert state(session) == while_merged
    undo(session, eva, one)
    assert outcomes() == [Outcome.MERGED] * 3
    assert state(session) == before


def test_merges_and_imports_at_once_leave_one_work(engine: Engine, session: Session) -> None:
    eva = ResearcherFactory(role=EDITOR)
    reference = entry("On Livers", None, Name("Lovelace", "Ada"), abstract="An abstract")
    works = [PublicationFactory(title="On Livers", year=2001, doi=None, abstract=None, by=[]) for _ in range(3)]
    a, b, c = (work.public_id for work in works)
    who = eva.id
    session.commit()

    def at_once(task: tuple[str, str] | None) -> bool:
        with Session(engine) as other:
            try:
                if task is None:
                    import_publications(other, [reference])
                else:
                    publication = get_publication(other, task[0])
                    actor = other.get_one(Researcher, who)
                    merge_publications(other, actor=actor, publication=publication, duplicate_id=task[1])
                other.commit()
            except DomainError:
                return False
        return True

    tasks = [(a, b), (b, a), (c, a), (b, c), None, None]
    with ThreadPoolExecutor(len(tasks)) as pool:
        done = list(pool.map(at_once, tasks))
    assert sum(done[:4]) == 2  # of three works one is left, whoever came first
    assert all(done[4:])
    (left,) = session.scalars(list_publications()).all()
    assert {one.merged_into_id for one in session.scalars(select(Publication)) if one is not left} == {left.id}
    assert left.abstract == "An abstract"
    assert [one.researcher.name for one in left.authorships] == ["Ada Lovelace"]
