"""The posts of an import: published preprints, known by the venue and the item."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from scholarnet.db import chunks, insert_rows, now
from scholarnet.forms import PostKind
from scholarnet.models import Post, PostAuthor, PostStatus, PostTag, PostVersion, Venue
from scholarnet.services.import_people import People, key_of
from scholarnet.services.posts import MOST_TAGS
from scholarnet.services.tags import ensure_tags, slug_of
from scholarnet.sources.venue_reviews import ItemRow

VERSION = 1


def origin_of(venue: Venue) -> str:
    """Say where something came from, where the venue's files say nothing."""
    return f"Imported from {venue.name}."


def ensure_posts(
    session: Session, venue: Venue, rows: Mapping[str, ItemRow], people: People
) -> tuple[dict[str, int], list[int]]:
    """Return the ids of the posts that can be reviewed by item, and those of the new ones."""
    keys = {key_of(venue.name, "item", item): item for item in rows}
    known: dict[str, int] = {}
    gone: set[str] = set()
    for part in chunks(sorted(keys)):
        for post in session.execute(select(Post.source_key, Post.id, Post.status).where(Post.source_key.in_(part))):
            item = keys[post.source_key]
            known[item] = post.id
            if post.status is not PostStatus.PUBLISHED:
                gone.add(item)
    missing = {key: item for key, item in keys.items() if item not in known}
    new = {missing[row.source_key]: row.id for row in _insert_posts(session, venue, missing)}
    _add_contents(session, venue, {new[item]: rows[item] for item in new}, people)
    ids = {item: post_id for item, post_id in (known | new).items() if item not in gone}
    return ids, sorted(new.values())


def _insert_posts(session: Session, venue: Venue, keys: Iterable[str]) -> Sequence[Any]:
    moment = now()
    posts = [
        {
            "kind": PostKind.PREPRINT,
            "status": PostStatus.PUBLISHED,
            "version_number": VERSION,
            "venue_id": venue.id,
            "source_key": key,
            "published_at": moment,
        }
        for key in keys
    ]
    return session.execute(insert(Post).returning(Post.source_key, Post.id), posts).all() if posts else []


def _add_contents(session: Session, venue: Venue, rows: Mapping[int, ItemRow], people: People) -> None:
    """Add the frozen version, the authors and the tags of new posts."""
    moment = now()
    tag_ids = _ensure_tags(session, rows.values())
    versions = [
        {
            "post_id": post_id,
            "number": VERSION,
            "title": row.title,
            "abstract": row.abstract or origin_of(venue),
            "published_at": moment,
        }
        for post_id, row in rows.items()
    ]
    authors = [
        {"post_id": post_id, "researcher_id": people.author_ids[name], "position": position}
        for post_id, row in rows.items()
        for position, name in enumerate(row.authors, start=1)
    ]
    tags = [{"post_id": post_id, "tag_id": tag_ids[slug]} for post_id, row in rows.items() for slug in _slugs(row)]
    for table, lines in ((PostVersion, versions), (PostAuthor, authors), (PostTag, tags)):
        insert_rows(session, table, lines)


def _ensure_tags(session: Session, rows: Iterable[ItemRow]) -> dict[str, int]:
    labels = {slug: keyword for row in rows for slug, keyword in _slugs(row).items()}
    ids: dict[str, int] = {}
    for part in chunks(sorted(labels)):
        found = ensure_tags(session, labels=[labels[slug] for slug in part])
        ids |= {slug: tag.id for slug, tag in found.items()}
    return ids


def _slugs(row: ItemRow) -> dict[str, str]:
    """The keywords that can be tags, by slug, as many as a post may have."""
    slugs = {slug_of(keyword): keyword for keyword in row.keywords}
    return {slug: slugs[slug] for slug in [slug for slug in slugs if slug][:MOST_TAGS]}
