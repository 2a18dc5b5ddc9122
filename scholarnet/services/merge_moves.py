"""What a merge moves from a publication to another: written down so that it can be taken back exactly."""

from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from scholarnet.db import chunks, insert_rows
from scholarnet.models import Authorship, Citation, PostPublication, Publication, Researcher
from scholarnet.services.publication_duplicates import same_name
from scholarnet.services.references import fill_extra

FILLED = ("abstract", "field", "venue_id")
AUTHORSHIP = ("researcher_id", "position", "roles", "confirmed_by")
Row: TypeAlias = list[Any]  # of an authorship: researcher, position, roles, what confirms it


@dataclass(slots=True)
class Moves:
    """Keys inside. `authors` and the citations are those the duplicate had; what the kept one got or lost for them is
    beside them. `filled` has what the kept one had and got, by column; `extra` the names that it lacked."""

    doi: str | None = None
    authors: list[Row] = field(default_factory=list)
    authors_added: list[Row] = field(default_factory=list)
    authors_replaced: list[Row] = field(default_factory=list)
    cites: list[int] = field(default_factory=list)
    cites_added: list[int] = field(default_factory=list)
    cited_by: list[int] = field(default_factory=list)
    cited_by_added: list[int] = field(default_factory=list)
    posts: list[int] = field(default_factory=list)
    merged: list[int] = field(default_factory=list)
    filled: dict[str, list[Any]] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return asdict(self)


def move(session: Session, *, kept: Publication, duplicate: Publication) -> Moves:
    """Move all that hangs on `duplicate`, and fill in what `kept` lacks; nothing that it has is overwritten."""
    moves = Moves(doi=duplicate.doi)
    _fill(session, kept, duplicate, moves)
    _move_authors(session, kept, duplicate, moves)
    moves.cites, moves.cites_added = _move_citations(session, kept, duplicate, Citation.citing_id, Citation.cited_id)
    moves.cited_by, moves.cited_by_added = _move_citations(
        session, kept, duplicate, Citation.cited_id, Citation.citing_id
    )
    moves.posts = _move_links(session, PostPublication.post_id, PostPublication.publication_id, kept, duplicate)
    moves.merged = _move_links(session, Publication.id, Publication.merged_into_id, kept, duplicate)
    return moves


def take_back(session: Session, *, kept: Publication, duplicate: Publication, moves: Moves) -> None:
    """Give `duplicate` back what it had; what `kept` got of it goes, unless it was changed since."""
    _unfill(session, kept, duplicate, moves)
    _drop_authors(session, kept, moves.authors_added)
    _add_authors(session, kept, moves.authors_replaced)
    _add_authors(session, duplicate, moves.authors)
    for here, there, had, added in (
        (Citation.citing_id, Citation.cited_id, moves.cites, moves.cites_added),
        (Citation.cited_id, Citation.citing_id, moves.cited_by, moves.cited_by_added),
    ):
        for some in chunks(added):
            session.execute(delete(Citation).where(here == kept.id, there.in_(some)))
        present = set(session.scalars(select(there).where(here == duplicate.id)))
        rows = [{here.key: duplicate.id, there.key: other} for other in had if other not in present]
        insert_rows(session, Citation, rows)
    _relink(session, PostPublication.post_id, PostPublication.publication_id, moves.posts, kept, duplicate)
    _relink(session, Publication.id, Publication.merged_into_id, moves.merged, kept, duplicate)


def _fill(session: Session, kept: Publication, duplicate: Publication, moves: Moves) -> None:
    new = {name: getattr(duplicate, name) for name in FILLED if not getattr(kept, name) and getattr(duplicate, name)}
    if duplicate.citation_count > kept.citation_count:
        new["citation_count"] = duplicate.citation_count
    if duplicate.doi and not kept.doi:
        new["doi"], duplicate.doi = duplicate.doi, None
        session.flush()  # one of the two has it at a time
    moves.filled = {name: [getattr(kept, name), value] for name, value in new.items()}
    for name, value in new.items():
        setattr(kept, name, value)
    takes_authors = not kept.authorships
    is_same_type = kept.type is duplicate.type
    extra = fill_extra(kept.extra, duplicate.extra, is_same_type=is_same_type, takes_authors=takes_authors)
    moves.extra = {name: value for name, value in extra.items() if name not in kept.extra}
    kept.extra = extra
    session.flush()


def _unfill(session: Session, kept: Publication, duplicate: Publication, moves: Moves) -> None:
    for name, (before, after) in moves.filled.items():
        if getattr(kept, name) == after:
            setattr(kept, name, before)
    kept.extra = {
        name: value for name, value in kept.extra.items() if name not in moves.extra or moves.extra[name] != value
    }
    session.flush()
    duplicate.doi = moves.doi
    session.flush()


def _move_authors(session: Session, kept: Publication, duplicate: Publication, moves: Moves) -> None:
    """Everybody once: who is in both stays in place, the others follow. An account stands for its unclaimed name."""
    ours = {one.researcher_id: one for one in kept.authorships}
    moves.authors = [_row(one) for one in duplicate.authorships]
    pairs = {one.researcher_id: ours.pop(one.researcher_id, None) for one in duplicate.authorships}
    last = max((one.position for one in kept.authorships), default=0)
    for theirs in duplicate.authorships:
        known = pairs[theirs.researcher_id]
        if known is None:
            known = next((one for one in ours.values() if _may_be_one(one.researcher, theirs.researcher)), None)
        if known is None:
            last += 1
            moves.authors_added.append([theirs.researcher_id, last, theirs.roles, theirs.confirmed_by])
            continue
        ours.pop(known.researcher_id, None)
        who = known if known.researcher.is_identified or not theirs.researcher.is_identified else theirs
        roles = list(dict.fromkeys([*known.roles, *theirs.roles]))
        row = [who.researcher_id, known.position, roles, who.confirmed_by]
        if row != _row(known):
            moves.authors_replaced.append(_row(known))
            moves.authors_added.append(row)
    _drop_authors(session, duplicate, moves.authors)
    _drop_authors(session, kept, moves.authors_replaced)
    _add_authors(session, kept, moves.authors_added)


def _row(one: Authorship) -> Row:
    return [one.researcher_id, one.position, list(one.roles), one.confirmed_by]


def _may_be_one(one: Researcher, other: Researcher) -> bool:
    """Whether two who wrote the same work are one person: at most one of them is known to be somebody."""
    return not (one.is_identified and other.is_identified) and same_name(one, other)


def _drop_authors(session: Session, publication: Publication, rows: list[Row]) -> None:
    """Those that are as they were; who was changed since stays."""
    present = _authors(session, publication)
    for gone in chunks([row[0] for row in rows if present.get(row[0]) == row]):
        place = Authorship.publication_id == publication.id, Authorship.researcher_id.in_(gone)
        session.execute(delete(Authorship).where(*place))


def _add_authors(session: Session, publication: Publication, rows: list[Row]) -> None:
    present = _authors(session, publication)
    insert_rows(
        session,
        Authorship,
        [
            {"publication_id": publication.id, **dict(zip(AUTHORSHIP, row, strict=True))}
            for row in rows
            if row[0] not in present
        ],
    )


def _authors(session: Session, publication: Publication) -> dict[int, Row]:
    query = select(*(getattr(Authorship, name) for name in AUTHORSHIP))
    return {row[0]: list(row) for row in session.execute(query.where(Authorship.publication_id == publication.id))}


def _move_citations(
    session: Session, kept: Publication, duplicate: Publication, here: Any, there: Any
) -> tuple[list[int], list[int]]:
    """Return at what the duplicate's citations in one direction end, and those of them that the kept one lacked."""
    had = sorted(session.scalars(select(there).where(here == duplicate.id)))
    present = {kept.id, *session.scalars(select(there).where(here == kept.id))}
    added = [other for other in had if other not in present]
    session.execute(delete(Citation).where(here == duplicate.id))
    insert_rows(session, Citation, [{here.key: kept.id, there.key: other} for other in added])
    return had, added


def _move_links(session: Session, key: Any, link: Any, kept: Publication, duplicate: Publication) -> list[int]:
    keys = sorted(session.scalars(select(key).where(link == duplicate.id)))
    _relink(session, key, link, keys, duplicate, kept)
    return keys


def _relink(session: Session, key: Any, link: Any, keys: list[int], source: Publication, target: Publication) -> None:
    """Turn those links that still lead to `source` to `target`."""
    for some in chunks(keys):
        change = update(key.class_).where(key.in_(some), link == source.id).values({link.key: target.id})
        session.execute(change, execution_options={"synchronize_session": False})
