"""What has to hold in the tables, whatever was killed: read by SQL, beside the book of what was answered."""

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from scholarnet.db import Base, reading
from scholarnet.models import Epoch, PostScore
from scholarnet.services.clock import clock_of
from scholarnet.services.epoch_hashes import epoch_hash
from scholarnet.services.epoch_sources import recorded_epoch
from scholarnet.services.replays import replay
from scholarnet.services.scores import rescore
from tests.torture.writers import Book

BITS = ("value", "best", "low", "high", "sd", "n_reviews", "n_effective", "prior_share")
# How often each mark that was written stands in the tables, by kind: each statement gives (mark, times).
ONCE = {
    "post": "SELECT title, count(DISTINCT post_id) FROM post_version GROUP BY title",
    "publication": "SELECT public_id, 1 FROM post WHERE version_number > 0",
    "edit": "SELECT abstract, count(DISTINCT post_id) FROM post_version GROUP BY abstract",
    "edit published": "SELECT DISTINCT abstract, 1 FROM post_version WHERE published_at IS NOT NULL",
    "withdrawal": "SELECT p.public_id, count(*) FROM post p JOIN score_event e ON e.post_id = p.id"
    " WHERE p.status = 'withdrawn' AND e.kind = 'post_withdrawn' GROUP BY p.public_id",
    "review": "SELECT body, count(*) FROM review_revision WHERE number = 1 GROUP BY body",
    "revision": "SELECT body, count(*) FROM review_revision WHERE number > 1 GROUP BY body",
    "review withdrawn": "SELECT r.public_id, count(*) FROM review r JOIN score_event e ON e.review_id = r.id"
    " WHERE r.withdrawn_at IS NOT NULL AND e.kind = 'review_withdrawn' GROUP BY r.public_id",
    "comment": "SELECT body, count(*) FROM comment GROUP BY body",
    "invitation": "SELECT message, count(*) FROM invitation GROUP BY message",
    "attachment": "SELECT replace(name, '.txt', ''), count(DISTINCT object_key) FROM attachment GROUP BY name",
    "import": "SELECT replace(name, '.bib', ''), count(*) FROM import_job GROUP BY name",
}
THERE = {
    "follow": "SELECT a.public_id, b.public_id FROM follow f JOIN researcher a ON a.id = f.follower_id"
    " JOIN researcher b ON b.id = f.followed_id",
    "vouch": "SELECT a.public_id, b.public_id FROM vouch v JOIN researcher a ON a.id = v.voucher_id"
    " JOIN researcher b ON b.id = v.vouchee_id WHERE v.revoked_at IS NULL",
    "vote": "SELECT a.public_id, r.public_id FROM helpfulness_vote v JOIN researcher a ON a.id = v.voter_id"
    " JOIN review r ON r.id = v.review_id",
}
# What is half written: each statement finds nothing.
NEVER = {
    "a post without a version": "SELECT id FROM post WHERE NOT EXISTS (SELECT 1 FROM post_version v"
    " WHERE v.post_id = post.id)",
    "a post without an author": "SELECT id FROM post WHERE NOT EXISTS (SELECT 1 FROM post_author a"
    " WHERE a.post_id = post.id)",
    "a number of versions that is not theirs": "SELECT id FROM post WHERE version_number <> (SELECT count(*) FROM"
    " post_version v WHERE v.post_id = post.id AND v.published_at IS NOT NULL)",
    "a publication without its line of the log, or with two": "SELECT id FROM post WHERE version_number <> (SELECT"
    " count(*) FROM score_event e WHERE e.post_id = post.id AND e.kind = 'post_published')",
    "a number of revisions that is not theirs": "SELECT id FROM review WHERE revision_number <> (SELECT count(*)"
    " FROM review_revision v WHERE v.review_id = review.id) OR revision_number <> (SELECT max(number)"
    " FROM review_revision v WHERE v.review_id = review.id)",
    "a review without its lines of the log, or with more": "SELECT id FROM review WHERE revision_number <> (SELECT"
    " count(*) FROM score_event e WHERE e.review_id = review.id AND e.kind IN ('review_submitted', 'review_revised'))",
    "a review that does not say what its last revision says": "SELECT r.id FROM review r JOIN review_revision v"
    " ON v.review_id = r.id AND v.number = r.revision_number WHERE v.body <> r.body OR v.overall <> r.overall",
    "a log with a gap": "SELECT last_sequence FROM score_log WHERE last_sequence <> (SELECT count(*) FROM score_event)"
    " OR last_sequence <> (SELECT coalesce(max(sequence), 0) FROM score_event)",
    "an epoch in force that is not whole, or not the last that is": "SELECT current_epoch_id FROM score_log WHERE"
    " current_epoch_id <> (SELECT max(id) FROM epoch WHERE is_complete)",
    "a published post without a score in the epoch in force": "SELECT id FROM post WHERE status = 'published' AND"
    " NOT EXISTS (SELECT 1 FROM post_score s, score_log l WHERE s.post_id = post.id AND"
    " s.epoch_id = l.current_epoch_id)",
    "a score of reviews that are not those that stand": "SELECT s.post_id FROM post_score s JOIN score_log l ON"
    " s.epoch_id = l.current_epoch_id WHERE s.n_reviews <> (SELECT count(*) FROM review r WHERE r.post_id = s.post_id"
    " AND r.withdrawn_at IS NULL AND r.eligibility > 0)",
    "two runs at work": "SELECT state FROM epoch_run WHERE state = 'running' GROUP BY state HAVING count(*) > 1",
    "an import whose results are not its counts": "SELECT id FROM import_job WHERE n_added + n_updated + n_merged +"
    " n_refused <> (SELECT count(*) FROM import_result r WHERE r.job_id = import_job.id)",
    "a publication that was imported twice": "SELECT title FROM publication WHERE title LIKE 'mark%' GROUP BY title"
    " HAVING count(*) > 1",
}


def check(engine: Engine, book: Book, folder: Path) -> None:
    """Hold the tables to the book and to themselves, in one snapshot; nobody may be asking for anything meanwhile."""
    with Session(reading(engine)) as session:
        for kind, statement in ONCE.items():
            _check_marks(kind, dict(tuple(row) for row in session.execute(text(statement))), book)
        for kind, statement in THERE.items():
            there = Counter(tuple(row) for row in session.execute(text(statement)))
            for (what, who, whom), is_there in book.states.items():
                if what == kind and (what, who, whom) not in book.open:
                    assert there[who, whom] == is_there, f"{kind} of {whom} by {who} is {there[who, whom]} times there"
        for what, statement in NEVER.items():
            found = session.execute(text(statement)).all()
            assert not found, f"{what}: {found[:5]}"
        _check_files(session, book, folder)
        if engine.dialect.name == "sqlite":
            assert session.scalar(text("PRAGMA quick_check")) == "ok"
            assert not session.execute(text("PRAGMA foreign_key_check")).all()
    _check_imports(engine, folder)
    check_scores(engine)


def _check_marks(kind: str, times: dict[str, int], book: Book) -> None:
    for at, mark in book.done:
        if at == kind:
            assert times.get(mark, 0) == 1, f"{kind} {mark} was answered and is {times.get(mark, 0)} times there"
    for at, mark in book.refused:
        if at == kind and kind not in {"publication", "withdrawal"}:
            assert mark not in times, f"{kind} {mark} was refused and is there"
    for name in book.open:
        if name[0] == kind:
            assert times.get(name[1], 0) <= 1, f"{kind} {name[1]} is there twice"


def _check_files(session: Session, book: Book, folder: Path) -> None:
    """Each file that a row names is there, byte for byte, and what its sender was told of is one of them."""
    rows = session.execute(text("SELECT DISTINCT name, object_key, sha256, size_bytes FROM attachment")).all()
    for name, key, digest, size in rows:
        path = folder / "attachments" / "objects" / key
        assert path.is_file(), f"{name} names a file that is not there"
        assert path.stat().st_size == size
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
        answer = book.done.get(("attachment", name.removesuffix(".txt")))
        assert answer is None or answer["digest"] == digest


def _check_imports(engine: Engine, folder: Path) -> None:
    """An import that waits has its file; one that the worker ended since it was read here has none any more."""
    waiting = text("SELECT object_key FROM import_job WHERE state IN ('queued', 'running') AND object_key IS NOT NULL")
    with engine.connect() as connection:
        keys = connection.scalars(waiting).all()
    lost = {key for key in keys if not (folder / "attachments" / "objects" / key).is_file()}
    with engine.connect() as connection:
        assert not lost.intersection(connection.scalars(waiting))


def check_scores(engine: Engine) -> None:
    """Score every post anew from its reviews, in a transaction that is taken back: the same bits."""
    with Session(engine) as session:
        epoch_id = session.scalar(text("SELECT current_epoch_id FROM score_log"))
        if epoch_id is None:
            return
        session.execute(text("UPDATE score_log SET last_sequence = last_sequence"))  # the others wait
        query = select(PostScore).where(PostScore.epoch_id == epoch_id)
        before = {row.post_id: _bits(row) for row in session.scalars(query)}
        rescore(session, clock=clock_of(session, epoch_id), post_ids=sorted(before))
        after = {row.post_id: _bits(row) for row in session.scalars(query)}
        session.rollback()
    assert before == after


def _bits(row: PostScore) -> list[str | None]:
    return [None if (value := getattr(row, name)) is None else float(value).hex() for name in BITS]


def check_references(engine: Engine) -> None:
    """No row refers to one that is not there, counted without the constraints' help."""
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for key in table.foreign_keys:
                column, other = key.parent.name, key.column
                lost = connection.scalar(
                    text(
                        f"SELECT count(*) FROM {table.name} t WHERE t.{column} IS NOT NULL AND NOT EXISTS"  # noqa: S608
                        f" (SELECT 1 FROM {other.table.name} o WHERE o.{other.name} = t.{column})"
                    )
                )
                assert not lost, f"{lost} rows of {table.name} name a {column} that is not there"


def check_epoch(engine: Engine) -> str | None:
    """Compute the epoch in force again from what is kept of its inputs: its hash. None while nothing was fitted."""
    with Session(reading(engine)) as session:
        epoch = session.scalar(
            select(Epoch).where(text("epoch.id = (SELECT current_epoch_id FROM score_log)"), Epoch.log_position > 0)
        )
        if epoch is None:
            return None
        snapshot, computed = replay(recorded_epoch(session, epoch=epoch))
        assert epoch_hash(snapshot, computed) == epoch.hash, "the epoch's replay has another hash"
        return epoch.hash


def counts(engine: Engine) -> dict[str, Any]:
    """What there is, for the report."""
    with engine.connect() as connection:
        return {
            name: connection.scalar(text(f"SELECT count(*) FROM {name}"))  # noqa: S608
            for name in ("post", "review_revision", "score_event", "publication", "epoch", "epoch_run")
        }
