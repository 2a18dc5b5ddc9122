"""Duplicates of publications, merges and the way back, and the publications that posts became."""

import json
from typing import Any

from api.auth import actor
from api.blueprint import Blueprint
from api.database import db
from api.pagination import PageQuery, announce, page_of, paginate
from api.schemas.publication_merges import (
    CandidatesOut,
    LikenessOut,
    LikenessQuery,
    PostPublicationIn,
    PublicationMergeIn,
    PublicationMergeOut,
)
from api.schemas.publications import PublicationOut
from scholarnet import cursors
from scholarnet.models import Publication, PublicationMerge
from scholarnet.services import post_publications, posts, publication_duplicates, publication_merges, publications
from scholarnet.services.publication_duplicates import Place

blueprint = Blueprint("publication_merges", "", "Publications that are the same work")


@blueprint.route("/publication-duplicates", permission="publication.duplicates")
@blueprint.arguments(LikenessQuery, location="query")
@blueprint.response(200, page_of(LikenessOut))
def list_publication_duplicates(page: dict[str, Any]) -> dict[str, Any]:
    """List likely duplicates by title, for editors; a page may have fewer than asked for, and still a next one."""
    after = None if page["cursor"] == "*" else _place(page["cursor"])
    found, following = publication_duplicates.list_duplicates(db.session(), after=after, limit=page["per_page"])
    next_cursor = cursors.encode(json.dumps(following)) if following else None
    announce(next_cursor)
    return {"meta": {"per_page": page["per_page"], "next_cursor": next_cursor}, "results": found}


@blueprint.route("/publications/<publication_id>/duplicates", permission="public.read")
@blueprint.response(200, CandidatesOut)
def find_duplicates(publication_id: str) -> dict[str, Any]:
    """Return what may be the same work as a publication, with what agrees and what speaks against it."""
    publication = publications.get_live_publication(db.session(), publication_id)
    return {"results": publication_duplicates.find_duplicates(db.session(), publication=publication)}


@blueprint.route("/publications/<publication_id>/merges", permission="public.read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(PublicationMergeOut))
def list_publication_merges(page: dict[str, Any], publication_id: str) -> dict[str, Any]:
    """List what was merged into a publication, the latest first."""
    publication = publications.get_publication(db.session(), publication_id)
    return paginate(publication_merges.list_merges(publication=publication), page)


@blueprint.route("/publications/<publication_id>/merges", methods=["POST"], permission="publication.merge")
@blueprint.arguments(PublicationMergeIn)
@blueprint.response(201, PublicationMergeOut)
def merge_publications(body: dict[str, Any], publication_id: str) -> PublicationMerge:
    """Merge a duplicate into a publication: authors, citations and posts move, and what it lacks is filled in.

    Authors of both merge what is likely the same, editors anything. The duplicate stays as a tombstone that says where
    it went.
    """
    publication = publications.get_publication(db.session(), publication_id)
    merge = publication_merges.merge_publications(db.session(), actor=actor(), publication=publication, **body)
    db.session.commit()
    return merge


@blueprint.route(
    "/publications/<publication_id>/merges/<merge_id>", methods=["DELETE"], permission="publication.unmerge"
)
@blueprint.response(204)
def undo_publication_merge(publication_id: str, merge_id: str) -> None:
    """Undo a merge: the duplicate gets back what it had, and what was changed since stays. The latest goes first."""
    publication = publications.get_publication(db.session(), publication_id)
    merge = publication_merges.get_merge(db.session(), publication=publication, public_id=merge_id)
    publication_merges.undo_merge(db.session(), actor=actor(), merge=merge)
    db.session.commit()


@blueprint.route("/posts/<post_id>/publication", methods=["PUT"], permission="post.link")
@blueprint.arguments(PostPublicationIn)
@blueprint.response(200, PublicationOut)
def link_publication(body: dict[str, Any], post_id: str) -> Publication:
    """Link a published post to the publication that it became, or make one of it; who does must have written both."""
    post = posts.get_post(db.session(), post_id, viewer=actor())
    publication = post_publications.link_publication(db.session(), actor=actor(), post=post, **body)
    db.session.commit()
    return publications.get_publication(db.session(), publication.public_id)


@blueprint.route("/posts/<post_id>/publication", methods=["DELETE"], permission="post.link")
@blueprint.response(204)
def unlink_publication(post_id: str) -> None:
    """Take back the link of a post to its publication, which stays."""
    post = posts.get_post(db.session(), post_id, viewer=actor())
    post_publications.unlink_publication(db.session(), actor=actor(), post=post)
    db.session.commit()


def _place(cursor: str) -> Place:
    try:
        title_key, year, public_id = json.loads(cursors.decode(cursor))
        if not (isinstance(title_key, str) and isinstance(public_id, str) and type(year) is int and abs(year) < 2**31):
            raise cursors.BadCursor
        if "\0" in (text := title_key + public_id) or not text.encode():  # half of a surrogate pair has no code
            raise cursors.BadCursor
        return Place(title_key, year, public_id)
    except (ValueError, TypeError) as error:
        raise cursors.BadCursor from error
