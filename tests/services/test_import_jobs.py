"""Imports as jobs: held by one worker, resumed behind the last batch, cancelled, and no entry costs another."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Barrier, Event

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from api import import_jobs
from api.heartbeat import beating
from api.import_batches import UNSTORABLE, Batches
from api.import_jobs import Workshop, run_imports
from scholarnet.db import now
from scholarnet.errors import Conflict, JobLost
from scholarnet.models import (
    Authorship,
    Confirmation,
    ImportJob,
    ImportResult,
    ImportState,
    Outcome,
    Publication,
    Researcher,
)
from scholarnet.services.import_jobs import (
    DIED,
    KEPT_FOR,
    MOST_DEATHS,
    MOST_OPEN,
    SILENCE,
    add_import,
    claim_job,
    drop_import,
    end_job,
    forget_old_imports,
    hold_job,
    is_waiting,
    keep_results,
)
from scholarnet.services.import_publications import import_publications
from scholarnet.sources.references import Entry, Flaw, Name
from scholarnet.sources.remote import SourceFailure, SourceSettings
from scholarnet.storage import Storage
from tests.factories import ImportJobFactory, ResearcherFactory
from tests.services.test_import_publications import ADA, ID, ref
from tests.torture.site import wait_until

BIB = "".join(f"@article{{k{n}, title = {{Work {n}}}, year = 2001}}\n" for n in range(1, 6))
BROKEN = BIB.replace("title = {Work 2}, ", "") + "@article{again, title = {Work 1}, year = 2001}\n"


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(str(tmp_path / "files"))


@pytest.fixture
def workshop(engine: Engine, storage: Storage, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """Batches of two entries."""
    monkeypatch.setattr(import_jobs, "BATCH", 2)
    return Workshop(engine, storage)


def put(session: Session, storage: Storage, text: str | bytes, **of: object) -> ImportJob:
    """A file that waits, committed and detached."""
    job = ImportJobFactory(**of)
    path = storage.incoming / job.object_key
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    storage.put(path, job.object_key)
    session.commit()
    session.refresh(job)
    session.expunge(job)
    session.rollback()
    return job


def seen(session: Session, job: ImportJob) -> ImportJob:
    found = session.get_one(ImportJob, job.id, populate_existing=True)
    session.expunge(found)
    session.rollback()
    return found


def lines(session: Session, job: ImportJob) -> list[tuple[int, str, Outcome]]:
    query = select(ImportResult).where(ImportResult.job_id == job.id).order_by(ImportResult.position)
    found = [(one.position, one.key, one.outcome) for one in session.scalars(query)]
    session.rollback()
    return found


def counts(job: ImportJob) -> tuple[int, ...]:
    return job.n_added, job.n_updated, job.n_merged, job.n_refused


def works(session: Session) -> Counter[str]:
    found = Counter(session.scalars(select(Publication.title)))
    session.rollback()
    return found


def fall_silent(session: Session, job: ImportJob) -> None:
    session.execute(update(ImportJob).where(ImportJob.id == job.id).values(heartbeat_at=now() - SILENCE * 2))
    session.commit()


def test_a_file_is_imported_with_a_result_for_every_entry_and_its_importer(
    session: Session, workshop: Workshop, storage: Storage
) -> None:
    job = put(session, storage, BROKEN)
    assert run_imports(workshop) == 1
    done = seen(session, job)
    assert (done.state, done.error, counts(done)) == (ImportState.SUCCEEDED, None, (4, 0, 1, 1))
    assert (done.n_expected, done.n_read, done.n_done, done.object_key) == (6, 6, 6, None)
    outcomes = [Outcome.ADDED, Outcome.REFUSED, *[Outcome.ADDED] * 3, Outcome.MERGED]
    keys = ["k1", "k2", "k3", "k4", "k5", "again"]
    assert lines(session, job) == [(n, key, what) for n, (key, what) in enumerate(zip(keys, outcomes, strict=True), 1)]
    assert set(session.scalars(select(Publication.created_by_id))) == {job.researcher_id}
    found = session.execute(select(ImportResult.line, ImportResult.reason).where(ImportResult.outcome == "refused"))
    assert found.all() == [(2, "has no title")]
    first, again = session.scalars(select(ImportResult.publication_id).where(ImportResult.key.in_(["k1", "again"])))
    assert first == again is not None
    session.rollback()
    with pytest.raises(FileNotFoundError):
        storage.size(job.object_key)


def test_an_import_that_is_told_to_stop_waits_again_and_goes_on_behind_its_last_batch(
    session: Session, workshop: Workshop, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = put(session, storage, BIB)

    class Stopping(Batches):
        def add(self, batch: list[Entry]) -> list:
            results = super().add(batch)
            workshop.stop.set()
            return results

    with monkeypatch.context() as patch:
        patch.setattr(import_jobs, "Batches", Stopping)
        run_imports(workshop)
    put_back = seen(session, job)
    assert (put_back.state, counts(put_back), put_back.n_expected) == (ImportState.QUEUED, (2, 0, 0, 0), 5)
    assert run_imports(workshop) == 0  # it is told to stop
    workshop.stop.clear()
    assert run_imports(workshop) == 1
    done = seen(session, job)
    assert (done.state, counts(done), done.attempt) == (ImportState.SUCCEEDED, (5, 0, 0, 0), 2)
    assert [key for _, key, _ in lines(session, job)] == ["k1", "k2", "k3", "k4", "k5"]


def test_a_worker_that_was_taken_for_dead_changes_nothing_any_more(
    session: Session, workshop: Workshop, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = put(session, storage, BIB)
    wakes = []

    class Late(Batches):
        """The first worker sleeps before its second batch, and another does the rest."""

        def add(self, batch: list[Entry]) -> list:
            if batch[0].key == "k3" and not wakes:
                wakes.append(batch)
                fall_silent(session, job)
                assert run_imports(workshop) == 1
            return super().add(batch)

    monkeypatch.setattr(import_jobs, "Batches", Late)
    assert run_imports(workshop) == 1
    done = seen(session, job)
    assert (done.state, counts(done), done.attempt) == (ImportState.SUCCEEDED, (5, 0, 0, 0), 2)
    assert len(lines(session, job)) == 5


def test_an_import_is_heard_of_while_its_file_is_long_to_read(
    session: Session, workshop: Workshop, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, parse = put(session, storage, BIB), import_jobs.parse_bibliography

    def be_long(*arguments: bytes, **options: str) -> object:
        fall_silent(session, job)
        wait_until("it is heard of", lambda: seen(session, job).heartbeat_at > now() - SILENCE)
        return parse(*arguments, **options)

    monkeypatch.setattr(import_jobs, "beating", partial(beating, every=timedelta(milliseconds=10)))
    monkeypatch.setattr(import_jobs, "parse_bibliography", be_long)
    assert run_imports(workshop) == 1
    assert seen(session, job).state is ImportState.SUCCEEDED


def test_of_two_workers_that_ask_at_once_each_import_goes_to_one(engine: Engine, session: Session) -> None:
    ids = {ImportJobFactory().id for _ in range(2)}
    session.commit()
    barrier = Barrier(3)

    def ask() -> int | None:
        barrier.wait(30)
        with Session(engine, expire_on_commit=False) as own:
            job = claim_job(own)
            own.commit()
            return job.id if job else None

    with ThreadPoolExecutor(3) as pool:
        taken = [one.result(60) for one in [pool.submit(ask) for _ in range(3)]]
    claimed = [one for one in taken if one is not None]
    assert len(claimed) == len(set(claimed))
    assert set(claimed) <= ids
    while (job := claim_job(session)) is not None:  # whom a lock was passed over for comes the next time
        claimed.append(job.id)
    assert sorted(claimed) == sorted(ids)


def test_the_same_entries_imported_twice_at_once_are_one_publication_each(engine: Engine, session: Session) -> None:
    entries = [ref(f"Work {n}", doi=f"10.1000/{n}", venue="V", authors=(ADA,)) for n in range(9)]
    barrier = Barrier(2)

    def bring(some: list[Entry]) -> Counter[Outcome]:
        barrier.wait(30)
        return Counter(one.outcome for one in Batches(engine).add(some))

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(bring, some) for some in (entries, entries[::-1])]
        assert sum((one.result(60) for one in both), Counter()) == {Outcome.ADDED: 9, Outcome.MERGED: 9}
    assert works(session) == {f"Work {n}": 1 for n in range(9)}


def test_a_work_without_a_doi_imported_twice_at_once_is_one(engine: Engine, session: Session) -> None:
    with ThreadPoolExecutor(1) as pool:
        other: list[Future[list]] = []

        def let_another_in(_own: Session, _results: list) -> None:
            """Before this one commits, another has time to read what is there, and would not find it."""
            other.append(pool.submit(Batches(engine).add, [ref("Work", authors=(ADA,))]))
            wait(other, timeout=0.3)

        (first,) = Batches(engine, keep=let_another_in).add([ref("Work", authors=(ADA,))])
        (second,) = other[0].result(60)
    assert (first.outcome, second.outcome) == (Outcome.ADDED, Outcome.MERGED)
    assert works(session) == {"Work": 1}


def test_a_batch_is_tried_again_when_somebody_else_was_faster(engine: Engine, session: Session) -> None:
    tries = []

    def be_slower(_own: Session, _results: list) -> None:
        """The first time, it is as if the other had committed behind the reading of the batch."""
        tries.append(1)
        if len(tries) == 1:
            _own.add(Publication(title="Theirs", year=2001, doi="10.1000/1", authorships=[]))

    (result,) = Batches(engine, keep=be_slower).add([ref("Work", doi="10.1000/1")])
    assert (result.outcome, len(tries)) == (Outcome.ADDED, 2)
    assert works(session) == {"Work": 1}


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_an_entry_that_the_database_refuses_costs_no_other(engine: Engine, session: Session) -> None:
    entries = [ref("One"), ref("Two", abstract="\0", line=2, key="k"), ref("Three", venue="half \ud800"), ref("Four")]
    results = Batches(engine).add(entries)
    assert [(one.outcome, one.reason) for one in results] == [
        (Outcome.ADDED, ""),
        (Outcome.REFUSED, UNSTORABLE),
        (Outcome.REFUSED, UNSTORABLE),
        (Outcome.ADDED, ""),
    ]
    assert works(session) == {"One": 1, "Four": 1}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("text", "of", "error"),
    [
        ("", {}, "library.bib, line 1: there is no entry in it"),
        ("a\0b", {}, "library.bib, line 1: has a NUL; this is no text file"),
        (BIB, {"format": "no such"}, "a fault of the program (KeyError)"),
    ],
)
def test_an_import_that_cannot_be_says_why(
    session: Session, workshop: Workshop, storage: Storage, text: str, of: dict[str, str], error: str
) -> None:
    job = put(session, storage, text, **of)
    run_imports(workshop)
    failed = seen(session, job)
    assert (failed.state, failed.error, failed.object_key) == (ImportState.FAILED, error, None)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_is_to_be_known_of_a_file_is_said_and_a_file_with_too_much_is_refused(
    session: Session, workshop: Workshop, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    latin = put(session, storage, "@article{k, title = {Röntgen}, year = 2001}".encode("latin-1"))
    run_imports(workshop)
    assert seen(session, latin).note == "library.bib is not UTF-8 (line 1) and was read as Latin-1"
    monkeypatch.setattr(import_jobs, "MOST_ENTRIES", 4)
    long = put(session, storage, BIB)
    run_imports(workshop)
    assert seen(session, long).error == "library.bib: has 5 entries, more than 4; send it in parts"
    assert works(session) == {"Röntgen": 1}


EVE = (Name("Eve", "E", orcid=ID),)


class Answering:
    """An outside source with four works, which fails behind the third if it is told to."""

    expected = 4

    def __init__(self, *, fails: bool) -> None:
        self.fails, self.is_closed = fails, Event()

    def entries(self, query: str) -> Iterator[Entry]:
        try:
            for n in range(1, 5):
                if self.fails and n == 4:
                    raise SourceFailure("Crossref did not answer in time", go_on=f"{query}&cursor=3")
                yield (
                    ref(f"Work {n}", line=n, authors=EVE)
                    if n != 2
                    else Flaw(n, "10.1000/2", "Crossref knows no such DOI")
                )
        finally:
            self.is_closed.set()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_a_source_gave_before_it_failed_is_kept_and_the_rest_can_be_asked_for(
    session: Session, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, SourceSettings]] = []
    sources = [Answering(fails=True), Answering(fails=False)]

    def open_source(name: str, *, settings: SourceSettings) -> Answering:
        asked.append((name, settings))
        return sources[len(asked) - 1]

    monkeypatch.setattr(import_jobs, "open_source", open_source)
    of = {"format": None, "name": None, "object_key": None, "source": "crossref"}
    jobs = [ImportJobFactory(**of, query="query=liver") for _ in range(2)]
    ResearcherFactory(orcid=ID, orcid_verified_at=now())
    session.commit()
    assert run_imports(workshop) == 2
    assert set(session.scalars(select(Authorship.confirmed_by))) == {Confirmation.ORCID}
    failed, done = (seen(session, job) for job in jobs)
    assert (failed.state, failed.error) == (ImportState.FAILED, "Crossref did not answer in time")
    assert (failed.go_on, counts(failed), failed.n_expected) == ("query=liver&cursor=3", (2, 0, 0, 1), 4)
    assert (done.state, counts(done)) == (ImportState.SUCCEEDED, (1, 0, 2, 1))
    assert asked == [("crossref", workshop.settings)] * 2
    assert all(source.is_closed.is_set() for source in sources)


def test_a_cancelled_import_is_left_by_its_worker_and_what_it_brought_stays(session: Session) -> None:
    ImportJobFactory()
    session.commit()
    job = claim_job(session)
    key = job.object_key
    results = import_publications(session, [ref("One")])
    keep_results(session, results, job=job)
    session.commit()
    assert drop_import(session, job=job) == key
    session.commit()
    with pytest.raises(JobLost):
        hold_job(session, job=job)
    with pytest.raises(JobLost):
        keep_results(session, results, job=job)
    session.rollback()
    assert not end_job(session, job=job, state=ImportState.SUCCEEDED)
    session.commit()
    assert seen(session, job).state is ImportState.CANCELLED
    assert not is_waiting(session)
    assert drop_import(session, job=seen(session, job)) is None  # forgotten
    session.commit()
    assert session.scalar(select(func.count()).select_from(ImportJob)) == 0
    assert session.scalar(select(func.count()).select_from(ImportResult)) == 0
    assert session.scalar(select(func.count()).select_from(Publication)) == 1


def test_an_import_at_which_one_worker_after_the_other_dies_is_given_up(session: Session) -> None:
    job = ImportJobFactory()
    session.commit()
    for _ in range(MOST_DEATHS):
        assert claim_job(session).id == job.id
        assert claim_job(session) is None
        fall_silent(session, job)
    assert claim_job(session) is None
    session.commit()
    assert (seen(session, job).state, seen(session, job).error) == (ImportState.FAILED, DIED)


def test_an_account_has_a_few_open_imports_at_most_though_it_asks_for_all_at_once(
    engine: Engine, session: Session
) -> None:
    person_id = ResearcherFactory().id
    for _ in range(MOST_OPEN - 1):
        ImportJobFactory(researcher_id=person_id)
    ImportJobFactory(researcher_id=person_id, state=ImportState.SUCCEEDED)
    ImportJobFactory()
    session.commit()
    barrier = Barrier(2)

    def ask() -> bool:
        barrier.wait(30)
        with Session(engine) as own:
            try:
                add_import(own, importer=own.get_one(Researcher, person_id), source="crossref", query="q")
            except Conflict:
                return False
            own.commit()
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(one.result(60) for one in [pool.submit(ask) for _ in range(2)]) == [False, True]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_imports_are_forgotten_a_while_after_they_ended(session: Session) -> None:
    day = timedelta(days=1)
    ended = {"state": ImportState.SUCCEEDED, "object_key": None}
    kept = {ImportJobFactory().id, ImportJobFactory(**ended, finished_at=now() - KEPT_FOR + day).id}
    ImportJobFactory(**ended, finished_at=now() - KEPT_FOR - day)
    forget_old_imports(session)
    assert set(session.scalars(select(ImportJob.id))) == kept
