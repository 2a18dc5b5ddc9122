"""Entity tags in two parts: what a writer changes, and what moves by itself beside it (scores, reputations).

A conditional GET compares both; a write compares the first alone, so that a review coming in does not refuse the
author's edit.
"""

import hashlib
import re

from flask import Response, after_this_request, g, request
from werkzeug.exceptions import PreconditionFailed, PreconditionRequired

TAG = re.compile(r"([0-9a-f]{16})-[0-9a-f]{16}")


def _digest(parts: tuple[object, ...]) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def tag_answer(content: tuple[object, ...], beside: tuple[object, ...] = ()) -> None:
    """Give the answer its tag, and make it a 304 where the client has it."""

    g.etag = f"{_digest(content)}-{_digest(beside)}"

    @after_this_request
    def add_tag(response: Response) -> Response:
        response.set_etag(g.etag)
        if request.method in {"GET", "HEAD"}:
            response.make_conditional(request)
        return response


def require_match(content: tuple[object, ...]) -> None:
    """Refuse a write without If-Match (428) or against something older than what is there (412)."""
    if not request.if_match:
        msg = "send If-Match with the ETag that a GET of this gave"
        raise PreconditionRequired(msg)
    if request.if_match.star_tag:
        return
    known = {
        match[1]
        for tag in request.if_match.as_set(include_weak=True)
        if tag  # what is no tag at all is read as None
        and (match := TAG.fullmatch(tag.removeprefix("W/").strip('"')))
    }
    if _digest(content) not in known:
        msg = "it changed since you read it; GET it again and repeat the change"
        raise PreconditionFailed(msg)
