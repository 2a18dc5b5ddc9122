"""The lexicon of tags."""

from typing import Any

from api.auth import actor
from api.blueprint import Blueprint
from api.database import db
from api.pagination import PageQuery, page_of, paginate
from api.schemas.tags import TagIn, TagOut
from scholarnet.models import Tag
from scholarnet.services import tags

blueprint = Blueprint("tags", "/tags", "The lexicon that posts are tagged from")


@blueprint.route("", permission="public.read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(TagOut))
def list_tags(page: dict[str, Any]) -> dict[str, Any]:
    """List the tags by name."""
    return paginate(tags.list_tags(), page)


@blueprint.route("", methods=["POST"], permission="tag.propose")
@blueprint.arguments(TagIn)
@blueprint.response(201, TagOut)
def propose_tag(body: dict[str, Any]) -> Tag:
    """Propose a tag."""
    tag = tags.propose_tag(db.session(), actor=actor(), **body)
    db.session.commit()
    return tag


@blueprint.route("/<name>", permission="public.read")
@blueprint.response(200, TagOut)
def get_tag(name: str) -> Tag:
    """Return a tag."""
    return tags.get_tag(db.session(), name)


@blueprint.route("/<name>/acceptance", methods=["PUT"], permission="tag.accept")
@blueprint.response(200, TagOut)
def accept_tag(name: str) -> Tag:
    """Take a proposed tag into the lexicon, as an editor."""
    tag = tags.accept_tag(db.session(), actor=actor(), name=name)
    db.session.commit()
    return tag
