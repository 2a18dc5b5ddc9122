"""Publications in the formats of reference managers or a citation style, for who asks for one with Accept."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Response, after_this_request, request
from flask_smorest import Blueprint
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import NotAcceptable
from werkzeug.http import parse_options_header

from scholarnet.errors import BadQuery
from scholarnet.services.references import reference_of
from scholarnet.sources import styled, styles
from scholarnet.sources.bibliographies import FORMATS

JSON = "application/json"
STYLED, HTML, PLAIN = "text/x-bibliography", "text/html", "text/plain"
MOST_STYLED = 50  # entries of a page: a style takes 50 ms for one, if it is a slow one
WRITERS = {known.media_type: known.write for known in FORMATS.values()}
ITEMS = {"type": "array", "items": {"type": "object"}}
CONTENTS = {
    kind: {"schema": ITEMS if kind.endswith("json") else {"type": "string"}} for kind in (*WRITERS, STYLED, HTML)
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A media type to answer with, and for a formatted text the style and its language, or the style's own."""

    kind: str
    style: str = ""
    locale: str = ""


def wanted_type() -> Wanted:
    """Return what to answer with: JSON unless the request prefers another; NotAcceptable if it wants none.

    A web page or plain text is one only where it has a style: who merely browses is given JSON.
    """
    asked = [(parse_options_header(value), quality) for value, quality in request.accept_mimetypes]
    given = [(kind, quality) for (kind, options), quality in asked if kind not in {HTML, PLAIN} or "style" in options]
    styled = {kind: options for (kind, options), _ in reversed(asked) if "style" in options or kind == STYLED}
    known = (JSON, *WRITERS, STYLED, *(kind for kind in (HTML, PLAIN) if kind in styled))
    found = MIMEAccept(given).best_match(known) if asked else JSON
    if found is None:
        msg = f"there is {', '.join((JSON, *WRITERS))}, and {STYLED} with a style; name one of them in Accept"
        raise NotAcceptable(msg)
    if found in {JSON, *WRITERS}:
        return Wanted(found)
    options = styled.get(found, {})
    return _checked(Wanted(found, options.get("style", styles.DEFAULT_STYLE).lower(), options.get("locale", "")))


def _checked(wanted: Wanted) -> Wanted:
    try:
        styles.open_style(wanted.style, wanted.locale)
    except styles.UnknownStyle as unknown:
        msg = f"{unknown.message}; GET /styles?search=… finds the names of styles"
        raise NotAcceptable(msg) from unknown
    return wanted


def stamp_of_type() -> tuple[str, ...]:
    """What makes the tag of an answer another than that of the JSON."""
    wanted = wanted_type()
    return () if wanted.kind == JSON else (wanted.kind, wanted.style, wanted.locale)


def exported(blueprint: Blueprint) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a view that returns a publication, or a page of them, answer as a bibliography too, and say so."""

    def decorator(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def negotiated(*args: Any, **kwargs: Any) -> Any:
            wanted = wanted_type()
            after_this_request(_varied)
            if wanted.style and any(isinstance(one, dict) and one.get("per_page", 0) > MOST_STYLED for one in args):
                msg = f"per_page: at most {MOST_STYLED} in a style"
                raise BadQuery(msg)
            answer = view(*args, **kwargs)
            if wanted.kind == JSON:
                return answer
            works = answer["results"] if isinstance(answer, dict) else [answer]
            live = [work for work in works if work.merged_into_id is None]  # the others are told as what they became
            return Response(_written(live, wanted), content_type=f"{wanted.kind}; charset=utf-8")

        documented = blueprint.doc(responses={200: {"content": CONTENTS}})(negotiated)
        return blueprint.alt_response(406, "NOT_ACCEPTABLE")(documented)  # type: ignore[no-any-return]

    return decorator


def _written(works: list[Any], wanted: Wanted) -> str:
    entries = list(map(reference_of, works))
    if wanted.kind in WRITERS:
        return WRITERS[wanted.kind](entries)
    return styled.write_styled(entries, style=wanted.style, locale=wanted.locale, is_html=wanted.kind == HTML)


def _varied(response: Response) -> Response:
    response.vary.add("Accept")
    return response
