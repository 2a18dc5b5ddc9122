"""Moderation: declarations of cases, the queue, releasing and returning."""

from collections.abc import Sequence
from typing import Any

from api.auth import actor
from api.blueprint import Blueprint
from api.database import db
from api.pagination import PageQuery, page_of, paginate
from api.post_answers import commit_post
from api.schemas.moderation import DecisionsOut, DeclarationIn, DeclarationOut, WaitingOut
from api.schemas.posts import PostOut
from api.schemas.researchers import ReasonIn
from scholarnet.models import CaseDeclaration, ModerationDecision, Post, PostVersion
from scholarnet.services import cases, moderation, posts
from scholarnet.services.post_versions import draft_version
from scholarnet.services.post_views import PostView

blueprint = Blueprint("moderation", "", "What shows patients: consent, checks, and a moderator's word")


@blueprint.route("/moderation", permission="moderation.read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(WaitingOut))
def list_queue(page: dict[str, Any]) -> dict[str, Any]:
    """List what waits for a moderator, longest first, with what was decided about it before."""
    return paginate(moderation.list_queue(actor=actor()), page, _waiting)


@blueprint.route("/posts/<post_id>/declaration", methods=["PUT"], permission="case.declare")
@blueprint.arguments(DeclarationIn)
@blueprint.response(200, DeclarationOut)
def declare_case(content: dict[str, Any], post_id: str) -> CaseDeclaration:
    """Declare consent and the checklist for the draft of a case."""
    post = posts.get_post(db.session(), post_id, viewer=actor())
    declaration = cases.declare(db.session(), actor=actor(), post=post, content=content)
    db.session.commit()
    return declaration


@blueprint.route("/posts/<post_id>/declaration", permission="moderation.history")
@blueprint.response(200, DeclarationOut)
def get_declaration(post_id: str) -> CaseDeclaration:
    """Return what was declared for the draft, as an author or a moderator."""
    post = posts.get_post(db.session(), post_id, viewer=actor())
    return cases.get_declaration(db.session(), actor=actor(), post=post)


@blueprint.route("/posts/<post_id>/moderation", permission="moderation.history")
@blueprint.response(200, DecisionsOut)
def list_decisions(post_id: str) -> dict[str, Any]:
    """List what moderators decided about a post, as an author or a moderator."""
    post = posts.get_post(db.session(), post_id, viewer=actor())
    decisions = moderation.list_decisions(db.session(), actor=actor(), post=post)
    return {"results": _decided(decisions)}


@blueprint.route("/posts/<post_id>/release", methods=["POST"], permission="post.release")
@blueprint.arguments(ReasonIn)
@blueprint.response(200, PostOut)
def release_post(body: dict[str, Any], post_id: str) -> PostView:
    """Release a pending case, as a moderator."""
    post = posts.get_post(db.session(), post_id, viewer=actor())
    return commit_post(moderation.release_post(db.session(), actor=actor(), post=post, **body))


@blueprint.route("/posts/<post_id>/return", methods=["POST"], permission="post.return")
@blueprint.arguments(ReasonIn)
@blueprint.response(200, PostOut)
def return_post(body: dict[str, Any], post_id: str) -> PostView:
    """Return a pending case to its authors with a reason, as a moderator."""
    post = posts.get_post(db.session(), post_id, viewer=actor())
    return commit_post(moderation.return_post(db.session(), actor=actor(), post=post, **body))


def _waiting(rows: Sequence[Post]) -> list[dict[str, Any]]:
    drafts = {post.public_id: draft for post in rows if (draft := draft_version(post))}
    declarations = cases.declarations_of(db.session(), versions=list(drafts.values()))
    decisions = moderation.decisions_of(db.session(), posts=rows)
    return [
        _entry(post, drafts[post.public_id], declarations) | {"decisions": _decided(decisions[post.id])}
        for post in rows
    ]


def _decided(decisions: Sequence[tuple[ModerationDecision, int]]) -> list[dict[str, Any]]:
    return [
        {"version": number, "outcome": one.outcome, "reason": one.reason, "created_at": one.created_at}
        for one, number in decisions
    ]


def _entry(post: Post, draft: PostVersion, declarations: dict[int, CaseDeclaration]) -> dict[str, Any]:
    return {
        "post_id": post.public_id,
        "kind": post.kind.value,
        "version": draft.number,
        "title": draft.title,
        "authors": [author.researcher.name for author in post.authors],
        "submitted_at": draft.submitted_at,
        "declaration": declarations.get(draft.id),
    }
