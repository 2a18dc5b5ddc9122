"""Pages of ordinary lists by keyset: no offset, no total."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

import marshmallow as ma
from flask import Response, after_this_request, request
from sqlakeyset import BadBookmark, InvalidPage, select_page
from sqlalchemy import Select
from sqlalchemy.exc import ArgumentError, OperationalError, StatementError

from api.database import db
from scholarnet import cursors
from scholarnet.listings import read_select

PER_PAGE, MOST_PER_PAGE = 25, 200
LONGEST_SEARCH = 300


class PageQuery(ma.Schema):
    """Where in a list, how much of it, and what of each entry."""

    per_page = ma.fields.Integer(
        load_default=PER_PAGE, validate=ma.validate.Range(1, MOST_PER_PAGE), metadata={"description": "Entries a page"}
    )
    cursor = ma.fields.String(
        load_default="*", metadata={"description": "`*` to begin, then `meta.next_cursor` of the page before"}
    )
    select = ma.fields.String(
        load_default="",
        metadata={
            "description": "Those fields of each entry that you want, with commas: an answer then has no others; "
            "without it each entry has all",
        },
    )


def sort_field(names: str, *, default: str = "new") -> ma.fields.String:
    """The order of a list, of which `names` says what there is."""
    text = f"{names}; with a minus the other way round"
    return ma.fields.String(load_default=default, metadata={"description": text})


def filter_field(names: str, *, like: str) -> ma.fields.String:
    """The filter of a list, over the fields that `names` says, with an example."""
    text = (
        f"A comma means and, `|` or, `!` not, `<` `>` `<=` `>=` a range, and quotes keep a comma in a value, as in "
        f"`{like}`. Fields: {names}"
    )
    return ma.fields.String(load_default="", metadata={"description": text, "example": ""})


def search_field() -> ma.fields.String:
    """Words to be found in the titles and abstracts of a list."""
    return ma.fields.String(
        load_default="",
        validate=ma.validate.Length(max=LONGEST_SEARCH),
        metadata={"description": "Words that must all begin words of the title or abstract, in any order and case"},
    )


class PageMeta(ma.Schema):
    """What a page says of itself; `next_cursor` is null on the last."""

    per_page = ma.fields.Integer(required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)


class Entries(ma.fields.List[Any]):
    """The entries of a page: of each those fields alone that the request selects."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_options: Any) -> list[Any]:  # noqa: ARG002
        schema = self.inner.schema  # type: ignore[attr-defined]
        attributes = {field.data_key or name: name for name, field in schema.fields.items()}
        wanted = [attributes[name] for name in read_select(request.args.get("select", ""), attributes)]
        chosen = type(schema)(only=wanted) if wanted else schema
        return chosen.dump(value, many=True)  # type: ignore[no-any-return]


@cache
def page_of(schema: type[ma.Schema], meta: type[PageMeta] = PageMeta) -> type[ma.Schema]:
    """Return the schema of a page of these; no field of an entry is required in it, since `select` may leave it out."""
    name = schema.__name__.removesuffix("Out")
    entry: type[ma.Schema] = type(f"{name}Entry", (schema,), {"__doc__": schema.__doc__})
    fields: dict[str, Any] = {
        "meta": ma.fields.Nested(meta, required=True),
        "results": Entries(ma.fields.Nested(entry(partial=True)), required=True),
    }
    return ma.Schema.from_dict(fields, name=f"{name}Page")


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
        path = quote(request.script_root + request.path)
        response.headers["Link"] = f'<{request.scheme}://{request.host}{path}?{query}>; rel="next"'
        return response
