"""Epochs on their way out, and what moved between two."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import orjson
from flask import Response
from sqlalchemy.orm import Session

from api.auth import actor, viewer
from api.blueprint import Blueprint
from api.database import db
from api.etags import tag_answer
from api.pagination import announce, page_of
from api.schemas.epoch_moves import DiffQuery, ScoreMoveOut
from scholarnet.db import autocommit
from scholarnet.errors import named_by
from scholarnet.services import epoch_views, epochs
from scholarnet.services.epoch_records import Record
from scholarnet.services.epoch_shards import refuse_dropped

blueprint = Blueprint("epoch_exports", "/epochs", "Epochs to compute again, and what moved from one to another")

LINES = "application/x-ndjson"
EXAMPLE = '{"section":"post","id":"01h3v8zk2q7ma","theta_k":1301215488}\n'
CONTENT = {LINES: {"schema": {"type": "string"}, "example": EXAMPLE}}
DROPPED = "What it was computed from is not kept any more, or it is too large for a request"


@blueprint.route("/<epoch_id>/export", permission="public.read", is_tagged=True)
@blueprint.response(200, description="A line of JSON each: the epoch, its posts, each with its reviews, and the end")
@blueprint.alt_response(409, "CONFLICT", description=DROPPED)
@blueprint.doc(responses={200: {"content": CONTENT}})
def export_epoch(epoch_id: str) -> Response:
    """Return what every score of an epoch follows from.

    For each review `x` (its reading of θ), `p` (its precision) and `phi` (what budgets leave of it): θ of the post is
    the least k with k − Σ rint(2³² φ√P clip((x − k2⁻³²)√P, ±huber_c)) ≥ 0, in steps of 2⁻³². Posts that are no
    longer public, that a review was withdrawn of since, or that you hold an open review of, are left out.
    """
    session = db.session()
    epoch = epochs.get_epoch(session, epoch_id)
    refuse_dropped(session, epoch=epoch)
    hidden = epoch_views.hidden_posts(session, viewer=viewer(), epoch=epoch)
    tag_answer((epoch.public_id, epoch.hash), tuple(sorted(hidden)))
    return _lines(partial(epoch_views.export_epoch, epoch=epoch, hidden=hidden))


@blueprint.route("/<epoch_id>/operators-export", permission="epoch.export")
@blueprint.response(200, description="A line of JSON each: the epoch, people, works, posts with their reviews, the end")
@blueprint.alt_response(409, "CONFLICT", description=DROPPED)
@blueprint.doc(responses={200: {"content": CONTENT}})
def export_whole_epoch(epoch_id: str) -> Response:
    """Return all that an epoch was computed from, as an administrator; it names who signs."""
    session = db.session()
    epoch = epochs.get_epoch(session, epoch_id)
    epoch_views.refuse_whole_export(session, actor=actor(), epoch=epoch)
    return _lines(partial(epoch_views.export_whole_epoch, epoch=epoch))


@blueprint.route("/<epoch_id>/diff", permission="public.read")
@blueprint.arguments(DiffQuery, location="query")
@blueprint.response(200, page_of(ScoreMoveOut))
@blueprint.alt_response(409, "CONFLICT", description=DROPPED)
def diff_epochs(query: dict[str, Any], epoch_id: str) -> dict[str, Any]:
    """List the posts whose scores moved since the epoch `against`, most first, and why."""
    session = db.session()
    after = epochs.get_epoch(session, epoch_id)
    with named_by("against"):
        before = epochs.get_epoch(session, query["against"])
    page = epoch_views.list_moves(
        session,
        before=before,
        after=after,
        viewer=viewer(),
        cursor=query["cursor"],
        per_page=query["per_page"],
    )
    announce(page.next_cursor)
    return {"meta": {"per_page": query["per_page"], "next_cursor": page.next_cursor}, "results": page.rows}


def _lines(read: Callable[[Session], Iterator[Record]]) -> Response:
    """Stream records, a shard of them in memory at a time, with a session that outlives the request's."""
    engine = autocommit(db.engine)

    def stream() -> Iterator[bytes]:
        with Session(engine) as session:
            yield from (orjson.dumps(record) + b"\n" for record in read(session))

    return Response(stream(), content_type=LINES)
