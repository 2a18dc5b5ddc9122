"""Moves: what a post went through."""

from collections.abc import Sequence
from typing import Any

from api.auth import viewer
from api.blueprint import Blueprint
from api.database import db
from api.pagination import PageQuery, page_of, paginate
from api.schemas.moves import MoveOut
from scholarnet.models import DecidedBy, Move, MoveCause
from scholarnet.services import moves, posts

BARE = ("kind", "before", "after", "reason", "cause", "note")
EVIDENCE = ("value", "low", "high", "threshold", "probability", "n_reviews", "n_effective")

blueprint = Blueprint("moves", "", "How tiers and decisions came to be what they are")


@blueprint.route("/posts/<post_id>/history", permission="public.read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(MoveOut))
def list_moves(page: dict[str, Any], post_id: str) -> dict[str, Any]:
    """List how the tier of a post and the decision on it moved, newest first, each with its reason."""
    post = posts.get_post(db.session(), post_id, viewer=viewer())
    return paginate(moves.list_moves(db.session(), viewer=viewer(), post=post), page, _entries)


def _entries(rows: Sequence[Move]) -> list[dict[str, Any]]:
    return [
        {
            **{name: getattr(move, name) for name in (*BARE, *EVIDENCE)},
            "by": DecidedBy.EDITOR if move.cause is MoveCause.EDITOR else DecidedBy.COMMUNITY,
            "text": moves.words_of(move),
            "moved_on": move.at.date(),
        }
        for move in rows
    ]
