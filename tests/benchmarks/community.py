"""A synthetic community from one seed, loaded past the services: much of it, in seconds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, text, update
from sqlalchemy.orm import Session

from scholarnet.db import Base, new_public_id, now
from scholarnet.forms import PostKind, form_of
from scholarnet.models import (
    Authorship,
    Decision,
    Post,
    PostAuthor,
    PostScore,
    PostStatus,
    PostTag,
    PostVersion,
    Publication,
    Reputation,
    Researcher,
    Review,
    ScoreLog,
    Tag,
    Tier,
    Verification,
)
from scholarnet.services.clock import add_first_epoch
from scholarnet.services.tokens import create_token

KIND = PostKind.PREPRINT
AUTHORS, TAGS = 3, 4  # of a post
WORDS = (
    "field",
    "knee",
    "image",
    "phase",
    "noise",
    "trial",
    "cohort",
    "reader",
    "signal",
    "contrast",
    "lesion",
    "bias",
)
CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Community:
    """What the benchmarks need to know of it: who may write, with what token, about which posts."""

    epoch_id: int
    writer_id: int
    token: str
    posts: dict[int, list[tuple[int, str]]]  # by their number of reviews: id and public id


def load(engine: Engine, *, n_posts: int, reviewed: dict[int, int], seed: int = 1) -> Community:
    """Fill an empty database; `reviewed` says how many posts get how many reviews.

    Whoever has an odd number writes with odd ones only, so that they may review every even post.
    """
    random = Random(seed)  # noqa: S311  (synthetic data)
    n_researchers = n_posts // 2
    with Session(engine) as session:
        epoch_id = add_first_epoch(session).id
        session.execute(update(ScoreLog).values(current_epoch_id=epoch_id))
        session.commit()
    with engine.begin() as connection:
        _fill(connection, Researcher, _researchers(random, n_researchers))
        _fill(connection, Reputation, _reputations(random, n_researchers, epoch_id))
        _fill(connection, Tag, ({"id": k, "name": f"tag-{k}", "label": f"Tag {k}"} for k in range(1, 201)))
        _fill(connection, Publication, _publications(random, n_posts // 2))
        _fill(connection, Authorship, _edges(random, n_posts // 2, n_researchers, "publication_id"))
        posts = list(_posts(random, n_posts))
        _fill(connection, Post, posts)
        _fill(connection, PostVersion, _versions(random, posts))
        _fill(connection, PostAuthor, _edges(random, n_posts, n_researchers, "post_id"))
        _fill(connection, PostTag, _post_tags(random, n_posts))
        targets = _targets(posts, reviewed)
        counts = {post_id: n for n, some in targets.items() for post_id, _ in some}
        _fill(connection, Review, _reviews(random, counts, n_researchers))
        _fill(connection, PostScore, scores(random, posts, epoch_id, counts))
        if engine.dialect.name == "postgresql":
            _continue_keys(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    with Session(engine) as session:
        writer = session.get_one(Researcher, 1)
        _, token = create_token(session, researcher=writer, name="bench", scopes=["read", "write", "review"])
        session.commit()
    return Community(epoch_id, 1, token, targets)


def review_content(random: Random) -> dict[str, Any]:
    """What one review says, as the API and the table take it."""
    form = form_of(KIND)
    return {
        "ratings": {one.name: random.randint(one.low, one.high) for one in form.criteria},
        "overall": random.randint(3, 9),
        "recommendation": "minor_revision",
        "confidence": random.randint(1, 5),
        "body": _prose(random, 60),
    }


def _fill(connection: Connection, model: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    table = model.__table__
    assert isinstance(table, Table)
    remaining = iter(rows)
    while some := list(islice(remaining, CHUNK)):
        connection.execute(insert(table), some)


def _continue_keys(connection: Connection) -> None:
    for table in Base.metadata.sorted_tables:
        key = table.autoincrement_column
        if key is not None:
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', '{key.name}'), "  # noqa: S608  (our names)
                    f"(SELECT coalesce(max({key.name}), 0) + 1 FROM {table.name}), false)"
                )
            )


def _prose(random: Random, n_words: int) -> str:
    return " ".join(random.choices(WORDS, k=n_words))


def _researchers(random: Random, n: int) -> Iterator[dict[str, Any]]:
    for k in range(1, n + 1):
        yield {
            "id": k,
            "public_id": new_public_id(),
            "name": _prose(random, 2).title(),
            "handle": f"person-{k}",
            "email": f"person-{k}@university.example",
            "is_claimed": True,
            "verification": Verification.EDITOR,
        }


def _reputations(random: Random, n: int, epoch_id: int) -> Iterator[dict[str, Any]]:
    for k in range(1, n + 1):
        yield {"epoch_id": epoch_id, "researcher_id": k, "units": random.randrange(1_000_000), "cohort": "all"}


def _publications(random: Random, n: int) -> Iterator[dict[str, Any]]:
    for k in range(1, n + 1):
        yield {"id": k, "public_id": new_public_id(), "title": _prose(random, 9), "year": random.randint(2000, 2026)}


def _edges(random: Random, n_works: int, n_researchers: int, work: str) -> Iterator[dict[str, Any]]:
    """Authors of each work, all odd or all even as the work is."""
    for k in range(1, n_works + 1):
        people = random.sample(range(1 + (k + 1) % 2, n_researchers + 1, 2), AUTHORS)
        for position, person in enumerate(people, start=1):
            yield {work: k, "researcher_id": person, "position": position}


def _posts(random: Random, n: int) -> Iterator[dict[str, Any]]:
    for k in range(1, n + 1):
        moment = now() - timedelta(seconds=random.randrange(3 * 365 * 86_400))
        yield {
            "id": k,
            "public_id": new_public_id(),
            "kind": KIND,
            "status": PostStatus.PUBLISHED,
            "version_number": 1,
            "created_at": moment,
            "updated_at": moment,
            "published_at": moment,
        }


def _versions(random: Random, posts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for post in posts:
        yield {
            "post_id": post["id"],
            "number": 1,
            "title": _prose(random, 9),
            "abstract": _prose(random, 100),
            "body": _prose(random, 100),
            "published_at": post["published_at"],
        }


def _post_tags(random: Random, n: int) -> Iterator[dict[str, Any]]:
    for k in range(1, n + 1):
        for tag in random.sample(range(1, 201), TAGS):
            yield {"post_id": k, "tag_id": tag}


def _targets(posts: list[dict[str, Any]], reviewed: dict[int, int]) -> dict[int, list[tuple[int, str]]]:
    even = iter([(post["id"], post["public_id"]) for post in posts if post["id"] % 2 == 0])
    return {n: [next(even) for _ in range(n_posts)] for n, n_posts in reviewed.items()}


def _reviews(random: Random, counts: dict[int, int], n_researchers: int) -> Iterator[dict[str, Any]]:
    for post_id, n in counts.items():
        for reviewer in random.sample(range(3, n_researchers + 1, 2), n):
            yield {
                "public_id": new_public_id(),
                "post_id": post_id,
                "version_number": 1,
                "reviewer_id": reviewer,
                "trust": 0.8,
                **review_content(random),
            }


def scores(
    random: Random, posts: list[dict[str, Any]], epoch_id: int, counts: dict[int, int]
) -> Iterator[dict[str, Any]]:
    """Rows of scores that are spread like a community's, of posts with these numbers of reviews."""
    for post in posts:
        value = random.gauss(6.0, 1.2)
        yield {
            "epoch_id": epoch_id,
            "post_id": post["id"],
            "kind": KIND,
            "value": value,
            "low": value - 0.8,
            "high": value + 0.8,
            "sd": 0.6,
            "best": value - 0.8,
            "n_reviews": counts.get(post["id"], 3),
            "n_effective": 2.5,
            "prior_share": 0.1,
            "tier": random.choice(list(Tier)),
            "tier_since": post["published_at"],
            "decision": random.choice(list(Decision)),
            "decision_since": post["published_at"],
        }
