"""The lexicon of tags."""

import re
import unicodedata
from collections.abc import Iterable

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from scholarnet.db import add_missing
from scholarnet.errors import Conflict, Invalid, NotFound, named_by
from scholarnet.models import Researcher, Tag, TagStatus
from scholarnet.permissions import permit

LONGEST = 80


def slug_of(label: str) -> str:
    """Return the name a label is known by: lower case, letters and digits of any script, single hyphens."""
    text = unicodedata.normalize("NFKC", label).lower().strip().lstrip("#")
    return re.sub(r"[^\w]+|_+", "-", text).strip("-")[:LONGEST].strip("-")


def get_tag(session: Session, name: str) -> Tag:
    """Return the tag of that name."""
    tag = session.scalar(select(Tag).where(Tag.name == slug_of(name)))
    if tag is None:
        raise NotFound("tag", name)
    return tag


def list_tags() -> Select[Tag]:
    """The lexicon by name."""
    return select(Tag).order_by(Tag.name)


def ensure_tags(session: Session, *, labels: Iterable[str]) -> dict[str, Tag]:
    """Return the tags of those labels by slug; one that is new is proposed by its use."""
    wanted = {slug_of(label): " ".join(label.split())[:120] for label in labels}
    if "" in wanted:
        raise Invalid("tags", f"{wanted['']!r} has no letter or digit")
    query = select(Tag).where(Tag.name.in_(wanted))
    known = {tag.name: tag for tag in session.scalars(query)}
    missing = sorted(wanted.keys() - known.keys())
    if missing:
        add_missing(session, Tag, [{"name": slug, "label": wanted[slug]} for slug in missing])
        known = {tag.name: tag for tag in session.scalars(query)}
    return known


def propose_tag(
    session: Session,
    *,
    actor: Researcher,
    label: str,
    description: str | None = None,
    synonyms: list[str] | None = None,
    parent: str | None = None,
) -> Tag:
    """Add a tag to the lexicon, to be accepted by an editor."""
    permit(actor, "tag.propose")
    name = slug_of(label)
    if not name:
        raise Invalid("label", "needs a letter or a digit")
    if session.scalar(select(Tag.id).where(Tag.name == name)):
        msg = f"the tag {name!r} is there already"
        raise Conflict(msg, errors={"label": ["is there already"]})
    with named_by("parent"):
        parent_id = get_tag(session, parent).id if parent else None
    tag = Tag(
        name=name,
        label=label.strip(),
        description=description,
        synonyms=synonyms or [],
        parent_id=parent_id,
    )
    session.add(tag)
    session.flush()
    return tag


def accept_tag(session: Session, *, actor: Researcher, name: str) -> Tag:
    """An editor takes a proposed tag into the lexicon."""
    permit(actor, "tag.accept")
    tag = get_tag(session, name)
    tag.status = TagStatus.ACCEPTED
    session.flush()
    return tag
