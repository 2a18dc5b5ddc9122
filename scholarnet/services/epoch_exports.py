"""An epoch on its way out: all of it for operators, and for everybody what the scores need.

The public export has of each review what its post's score needs: x, its reading of θ; P, its precision; φ, what
budgets leave of it. Nothing else of it and nothing of who wrote it: no bias, no slope, no variance, no trust, no
cluster, no key that two reviews share. An unsigned review is read by the population's bias and slope, and its P is one
of four public bands. The order is that of the public ids, which are random.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from sqlalchemy.orm import Session

from scholarnet.models import Epoch, ShardSection
from scholarnet.services.clock import stored_population
from scholarnet.services.computed import Computed
from scholarnet.services.epoch_hashes import ROOTS, as_text, epoch_hash, roots_of, scores_hash
from scholarnet.services.epoch_records import Record, part_of, person_records, work_records
from scholarnet.services.epoch_shards import read_records
from scholarnet.services.post_records import PostRecords
from scholarnet.services.snapshots import Snapshot
from scoring.parameters import MODEL_VERSION

OPERATORS, PUBLIC = "operators", "public"
PEOPLE_FILE, WORKS_FILE = "people.jsonl", "works.jsonl"
OF_POST = ("section", "id", "kind", "n_reviews", *ROOTS, "value", "low", "high", "n_effective", "q", "tier", "decision")
OF_REVIEW = ("section", "id", "post", "x", "p", "phi")
Filed: TypeAlias = Iterator[tuple[str, Record]]


def manifest_of(epoch: Epoch, *, detail: str) -> Record:
    """What an export says of itself."""
    return {
        "detail": detail,
        "id": epoch.public_id,
        "hash": epoch.hash,
        "scores_hash": epoch.scores_hash,
        "model_version": epoch.model_version,
        "as_of": as_text(epoch.as_of),
        "log_position": epoch.log_position,
        "n_posts": epoch.n_posts,
        "n_reviews": epoch.n_reviews,
        "population": epoch.population,
    }


def computed_manifest(name: str, snapshot: Snapshot, computed: Computed) -> Record:
    """The same of what was computed of a snapshot just now, under a name of its own."""
    return {
        "detail": OPERATORS,
        "id": name,
        "hash": epoch_hash(snapshot, computed),
        "scores_hash": scores_hash(roots_of(snapshot, computed)),
        "model_version": MODEL_VERSION,
        "as_of": as_text(snapshot.as_of),
        "log_position": snapshot.log_position,
        "n_posts": len(snapshot.post_ids),
        "n_reviews": len(snapshot.observations),
        "population": stored_population(computed.fit.population),
    }


def post_files(n_parts: int) -> list[str]:
    """The names of the files of posts, in order."""
    return [f"posts-{number}-of-{n_parts}.jsonl" for number in range(1, n_parts + 1)]


def files_of(detail: str, n_parts: int) -> list[str]:
    """The names of all files of an export but its manifest."""
    return [*([PEOPLE_FILE, WORKS_FILE] if detail == OPERATORS else []), *post_files(n_parts)]


def operators_records(session: Session, *, epoch: Epoch, n_parts: int) -> Filed:
    """All records of an epoch that is kept, each with the file that it goes to; a shard at a time is in memory."""
    for section, name in ((ShardSection.PEOPLE, PEOPLE_FILE), (ShardSection.WORKS, WORKS_FILE)):
        yield from ((name, record) for record in read_records(session, epoch=epoch, section=section))
    yield from _filed(read_records(session, epoch=epoch, section=ShardSection.POSTS), n_parts)


def computed_records(snapshot: Snapshot, computed: Computed, *, n_parts: int) -> Filed:
    """The same of what was computed just now."""
    yield from ((PEOPLE_FILE, record) for record in person_records(snapshot, computed))
    yield from ((WORKS_FILE, record) for record in work_records(snapshot))
    posts = PostRecords.of(snapshot, computed)
    items = sorted(range(len(snapshot.post_ids)), key=lambda item: snapshot.names.posts[snapshot.post_ids[item]])
    yield from _filed(posts.of_posts(items), n_parts)


def public_records(
    session: Session, *, epoch: Epoch, shows: Callable[[str], bool] = lambda _post: True
) -> Iterator[Record]:
    """What anybody may have of an epoch: posts that `shows` lets through, each with its reviews that count."""
    for record in read_records(session, epoch=epoch, section=ShardSection.POSTS):
        if record["section"] == "happening":
            continue
        is_post = record["section"] == "post"
        if not shows(record["id"] if is_post else record["post"]) or not (is_post or record["eligibility"] > 0.0):
            continue
        yield {name: record[name] for name in (OF_POST if is_post else OF_REVIEW)}


def filed_public_records(session: Session, *, epoch: Epoch, n_parts: int) -> Filed:
    """The public records, each with the file that it goes to."""
    yield from _filed(public_records(session, epoch=epoch), n_parts)


def _filed(records: Iterable[Record], n_parts: int) -> Filed:
    names = post_files(n_parts)
    for record in records:
        yield names[part_of(record["id"] if record["section"] == "post" else record["post"], n_parts)], record
