"""What is kept of each epoch's inputs and outputs, for who wants to compute it again, or to know what moved."""

import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from scholarnet.errors import Conflict
from scholarnet.models import Epoch, EpochShard, ShardSection
from scholarnet.services.computed import Computed
from scholarnet.services.epoch_records import Record, part_of, person_records, work_records
from scholarnet.services.epoch_writing import Writing
from scholarnet.services.post_records import PostRecords
from scholarnet.services.snapshots import Snapshot

KEPT = 30  # complete epochs whose exports stay
REVIEWS_A_SHARD = 50_000  # some 20 MB of records: what one process holds at a time
RECORDS_A_SHARD = 100_000  # of people, and of works
BLOCK = 5_000  # records that are packed while the next are made
PACKING = 1  # of zlib's levels: a sixth of the bytes at the least time


class Dropped(Conflict):
    """What an epoch was computed from is no longer kept, or never was."""

    def __init__(self, epoch: Epoch) -> None:
        super().__init__(
            f"what epoch {epoch.public_id} was computed from is not kept any more: the last {KEPT} epochs have it; "
            "the epoch before the first fit never had"
        )


def keep_shards(writing: Writing, *, snapshot: Snapshot, computed: Computed) -> None:
    """Keep all that the epoch was computed from, and what it says, as it is written."""
    for section, records in (
        (ShardSection.PEOPLE, person_records(snapshot, computed)),
        (ShardSection.WORKS, work_records(snapshot)),
    ):
        writing.add(EpochShard, _packed(section, _cut(records)), at_once=1)
    posts = PostRecords.of(snapshot, computed)
    n_parts = max(1, -(-len(snapshot.observations) // REVIEWS_A_SHARD))
    parts: list[list[int]] = [[] for _ in range(n_parts)]
    names = [snapshot.names.posts[post_id] for post_id in snapshot.post_ids]
    for item in sorted(range(len(names)), key=names.__getitem__):
        parts[part_of(names[item], n_parts)].append(item)
    writing.add(EpochShard, _packed(ShardSection.POSTS, map(posts.of_posts, parts)), at_once=1)


def drop_shards(session: Session, *, kept: int = KEPT) -> None:
    """Drop what is kept of all but the last epochs, and of those that were given up."""
    newest = select(Epoch.id).where(Epoch.is_complete).order_by(Epoch.id.desc()).limit(kept)
    kept_ids = session.scalars(newest).all()
    session.execute(
        delete(EpochShard).where(EpochShard.epoch_id < max(kept_ids, default=0), EpochShard.epoch_id.not_in(kept_ids)),
        execution_options={"synchronize_session": False},
    )


def refuse_dropped(session: Session, *, epoch: Epoch) -> None:
    """Raise Dropped unless the epoch can still be exported."""
    if session.scalar(select(EpochShard.number).where(EpochShard.epoch_id == epoch.id).limit(1)) is None:
        raise Dropped(epoch)


def read_records(session: Session, *, epoch: Epoch, section: ShardSection) -> Iterator[Record]:
    """The records of a section, a shard at a time: posts sorted by public id, each followed by its reviews."""
    mine = (EpochShard.epoch_id == epoch.id, EpochShard.section == section)
    for number in session.scalars(select(EpochShard.number).where(*mine).order_by(EpochShard.number)).all():
        content = session.scalars(select(EpochShard.content).where(*mine, EpochShard.number == number)).one()
        for line in zlib.decompress(content).splitlines():
            yield orjson.loads(line)


def _cut(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Lists of records that are not too long; none at all are one empty list, so that the section is there."""
    part: list[Record] = []
    for record in records:
        if len(part) == RECORDS_A_SHARD:
            yield part
            part = []
        part.append(record)
    yield part


def _packed(section: ShardSection, parts: Iterable[Iterable[Record]]) -> Iterator[dict[str, Any]]:
    """The rows of shards, each packed by a second thread while its records are made."""
    with ThreadPoolExecutor(1) as aside:
        for number, records in enumerate(parts):
            packer = zlib.compressobj(PACKING)
            packed = [aside.submit(packer.compress, block) for block in _blocks(records)]
            content = b"".join(one.result() for one in packed) + packer.flush()
            yield {"section": section, "number": number, "content": content}


def _blocks(records: Iterable[Record]) -> Iterator[bytes]:
    given = iter(records)
    while lines := [orjson.dumps(record) + b"\n" for record in islice(given, BLOCK)]:
        yield b"".join(lines)
