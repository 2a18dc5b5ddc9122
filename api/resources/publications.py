"""Publications and their citations."""

from typing import Any

from api.auth import actor
from api.blueprint import Blueprint
from api.database import db
from api.etags import require_match, tag_answer
from api.negotiation import JSON, exported, stamp_of_type, wanted_type
from api.pagination import page_of, paginate
from api.schemas.citation_metrics import PublicationMetricsOut
from api.schemas.publications import (
    PublicationIn,
    PublicationOut,
    PublicationPatch,
    PublicationQuery,
    PublicationsQuery,
)
from scholarnet.filters import parse
from scholarnet.models import Publication
from scholarnet.search import find_rare
from scholarnet.services import publications, researchers
from scholarnet.services.citation_metrics import measure_publication, shallow
from scholarnet.services.lists import PUBLICATIONS
from scholarnet.services.rank_views import view_work_rank

blueprint = Blueprint("publications", "/publications", "Works that exist elsewhere or here")


@blueprint.route("", permission="public.read")
@blueprint.arguments(PublicationsQuery, location="query")
@blueprint.response(200, page_of(PublicationOut))
@exported(blueprint)
def list_publications(page: dict[str, Any]) -> dict[str, Any]:
    """List publications, newest entry first; as BibTeX, RIS or CSL-JSON where Accept asks for one, a page at a time."""
    wanted = page.pop("researcher", None)
    researcher = researchers.get_named(db.session(), wanted, field="researcher") if wanted else None
    tombstones = any(condition.field == "updated_at" for condition in parse(page["filter"]))
    return _list(page, researcher=researcher, with_tombstones=tombstones)


@blueprint.route("", methods=["POST"], permission="publication.create")
@blueprint.arguments(PublicationIn)
@blueprint.response(201, PublicationOut)
def add_publication(content: dict[str, Any]) -> Publication:
    """Enter a publication."""
    parts = {name: content.pop(name, None) for name in ("authors", "venue", "references")}
    added = publications.add_publication(db.session(), actor=actor(), content=content, **parts)
    db.session.commit()
    publication = publications.get_publication(db.session(), added.public_id)
    tag_answer(_stamp(publication), _beside(publication))
    return publication


@blueprint.route("/<publication_id>", permission="public.read", is_tagged=True)
@blueprint.response(200, PublicationOut)
@exported(blueprint)
def get_publication(publication_id: str) -> Publication:
    """Return a publication."""
    is_exported = wanted_type().kind != JSON
    get = publications.get_live_publication if is_exported else publications.get_publication
    publication = get(db.session(), publication_id)
    tag_answer(_stamp(publication), (*stamp_of_type(), *_beside(publication)))
    return publication


@blueprint.route("/<publication_id>", methods=["PATCH"], permission="publication.edit", needs_match=True)
@blueprint.arguments(PublicationPatch)
@blueprint.response(200, PublicationOut)
def update_publication(changes: dict[str, Any], publication_id: str) -> Publication:
    """Change what is known of a publication."""
    publication = publications.get_publication(db.session(), publication_id)
    publications.hold_publication(db.session(), publication)
    require_match(_stamp(publication))
    publications.update_publication(db.session(), actor=actor(), publication=publication, changes=changes)
    db.session.commit()
    tag_answer(_stamp(publication), _beside(publication))
    return publication


@blueprint.route("/<publication_id>/citations", permission="public.read")
@blueprint.arguments(PublicationQuery, location="query")
@blueprint.response(200, page_of(PublicationOut))
@exported(blueprint)
def list_citations(page: dict[str, Any], publication_id: str) -> dict[str, Any]:
    """List what cites this publication."""
    publication = publications.get_live_publication(db.session(), publication_id)
    return _list(page, cites=publication)


@blueprint.route("/<publication_id>/references", permission="public.read")
@blueprint.arguments(PublicationQuery, location="query")
@blueprint.response(200, page_of(PublicationOut))
@exported(blueprint)
def list_references(page: dict[str, Any], publication_id: str) -> dict[str, Any]:
    """List what this publication cites."""
    publication = publications.get_live_publication(db.session(), publication_id)
    return _list(page, cited_by=publication)


@blueprint.route("/<publication_id>/metrics", permission="public.read")
@blueprint.response(200, PublicationMetricsOut)
def get_publications_metrics(publication_id: str) -> dict[str, Any]:
    """Return how often a publication is cited: information, which enters no score."""
    publication = publications.get_live_publication(db.session(), publication_id)
    counted = measure_publication(db.session(), publication=publication)
    return shallow(counted) | {"rank": view_work_rank(db.session(), publication=publication)}


def _list(page: dict[str, Any], **of: Any) -> dict[str, Any]:
    found = find_rare(db.session(), Publication, page["search"])
    query = publications.list_publications(**of, search=page["search"], found=found)
    return paginate(PUBLICATIONS.ask(query, sort=page["sort"], filters=page["filter"]), page)


def _beside(publication: Publication) -> tuple[str, ...]:
    """What is shown and moves by itself."""
    return tuple(post.public_id for post in publication.posts)


def _stamp(publication: Publication) -> tuple[object, ...]:
    return (publication.public_id, publication.updated_at)
