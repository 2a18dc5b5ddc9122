"""Pages of ordinary lists by keyset: no offset, no total."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from urllib.parse import urlencode

import marshmallow as ma
from flask import Response, after_this_request, request
from sqlakeyset import BadBookmark, InvalidPage, select_page
from sqlalchemy import Select
from sqlalchemy.exc import ArgumentError, OperationalError, StatementError

from api.database import db
from scholarnet import cursors

PER_PAGE, MOST_PER_PAGE = 25, 200


class PageQuery(ma.Schema):
    """Where in a list, and how much of it."""

    per_page = ma.fields.Integer(
        load_default=PER_PAGE, validate=ma.validate.Range(1, MOST_PER_PAGE), metadata={"description": "Entries a page"}
    )
    cursor = ma.fields.String(
        load_default="*", metadata={"description": "`*` to begin, then `meta.next_cursor` of the page before"}
    )


class PageMeta(ma.Schema):
    """What a page says of itself; `next_cursor` is null on the last."""

    per_page = ma.fields.Integer(required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)


@cache
def page_of(schema: type[ma.Schema]) -> type[ma.Schema]:
    """Return the schema of a page of these."""
    name = schema.__name__.removesuffix("Out") + "Page"
    fields: dict[str, Any] = {
        "meta": ma.fields.Nested(PageMeta, required=True),
        "results": ma.fields.List(ma.fields.Nested(schema), required=True),
    }
    return ma.Schema.from_dict(fields, name=name)


def paginate(
    query: Select[Any], page: dict[str, Any], present: Callable[[Sequence[Any]], Sequence[Any]] = list
) -> dict[str, Any]:
    """Return a page of `query`, whose order must be total, each row as `present` shows it."""
    try:
        bookmark = None if page["cursor"] == "*" else cursors.decode(page["cursor"])
        rows = select_page(db.session(), query, per_page=page["per_page"], page=bookmark)
    except OperationalError:
        raise
    except (BadBookmark, InvalidPage, ValueError, IndexError, ArgumentError, StatementError) as error:
        if page["cursor"] == "*":
            raise
        raise cursors.BadCursor from error
    next_cursor = cursors.encode(rows.paging.bookmark_next) if rows.paging.has_next else None
    announce(next_cursor)
    return {
        "meta": {"per_page": page["per_page"], "next_cursor": next_cursor},
        "results": present([row[0] for row in rows]),
    }


def announce(next_cursor: str | None) -> None:
    """Name the next page in a Link header (RFC 8288)."""
    if next_cursor is None:
        return
    query = urlencode({**request.args.to_dict(), "cursor": next_cursor})

    @after_this_request
    def add_link(response: Response) -> Response:
        response.headers["Link"] = f'<{request.base_url}?{query}>; rel="next"'
        return response
