"""The citation styles in which publications are given."""

from typing import Any

from api.blueprint import Blueprint
from api.pagination import announce, page_of
from api.schemas.styles import StyleOut, StylesQuery
from scholarnet import cursors
from scholarnet.sources import styles

blueprint = Blueprint("styles", "/styles", "The styles in which publications are formatted")


@blueprint.route("", permission="public.read")
@blueprint.arguments(StylesQuery, location="query")
@blueprint.response(200, page_of(StyleOut))
def list_styles(page: dict[str, Any]) -> dict[str, Any]:
    """List the styles by name, those alone whose name or title has all words of `search`.

    Every list of publications, and each of them, is given in one where Accept asks for it, as in
    `text/x-bibliography; style=apa; locale=en-GB`, or `text/html` with a style.
    """
    after = "" if page["cursor"] == "*" else cursors.decode(page["cursor"])
    found = styles.search_styles(page["search"], after=after, limit=page["per_page"] + 1)
    shown = found[: page["per_page"]]
    following = cursors.encode(shown[-1].name) if len(found) > len(shown) else None
    announce(following)
    return {"meta": {"per_page": page["per_page"], "next_cursor": following}, "results": shown}
