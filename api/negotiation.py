"""Publications in the formats of reference managers, for who asks for one with Accept."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, after_this_request, request
from flask_smorest import Blueprint
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import NotAcceptable

from scholarnet.services.references import reference_of
from scholarnet.sources.bibliographies import FORMATS

JSON = "application/json"
WRITERS = {known.media_type: known.write for known in FORMATS.values()}
ITEMS = {"type": "array", "items": {"type": "object"}}
CONTENTS = {kind: {"schema": ITEMS if kind.endswith("json") else {"type": "string"}} for kind in WRITERS}


def wanted_type() -> str:
    """Return the media type to answer with: JSON unless the request prefers another; NotAcceptable if it wants none."""
    given = [(kind.split(";")[0].strip(), quality) for kind, quality in request.accept_mimetypes]
    known = (JSON, *WRITERS)
    found = MIMEAccept(given).best_match(known) if given else JSON
    if found is None:
        msg = f"there is {', '.join(known)}; name one of them in Accept"
        raise NotAcceptable(msg)
    return found


def stamp_of_type() -> tuple[str, ...]:
    """What makes the tag of an answer another than that of the JSON."""
    wanted = wanted_type()
    return () if wanted == JSON else (wanted,)


def exported(blueprint: Blueprint) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a view that returns a publication, or a page of them, answer as a bibliography too, and say so."""

    def decorator(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def negotiated(*args: Any, **kwargs: Any) -> Any:
            wanted = wanted_type()
            after_this_request(_varied)
            answer = view(*args, **kwargs)
            if wanted == JSON:
                return answer
            works = answer["results"] if isinstance(answer, dict) else [answer]
            return Response(WRITERS[wanted](map(reference_of, works)), content_type=f"{wanted}; charset=utf-8")

        documented = blueprint.doc(responses={200: {"content": CONTENTS}})(negotiated)
        return blueprint.alt_response(406, "NOT_ACCEPTABLE")(documented)  # type: ignore[no-any-return]

    return decorator


def _varied(response: Response) -> Response:
    response.vary.add("Accept")
    return response
