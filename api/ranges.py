"""Files on their way out: whole or a part, in a form that no browser runs.

Werkzeug's make_conditional does not serve here: of a stream it reads and drops all that comes before the part, and it
refuses (416) several parts, and a suffix longer than the file, where RFC 9110 section 14 has all of it sent.
"""

import unicodedata
from collections.abc import Callable, Iterator
from http import HTTPStatus
from urllib.parse import quote

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable

SHOWN = frozenset({"image/png", "image/jpeg"})  # drawn by ourselves
NOTHING_RUNS = "default-src 'none'; sandbox"
PLAIN = "!#$&+-.^_`|~"  # what RFC 5987 leaves as it is


def send(read: Callable[[int, int], Iterator[bytes]], *, size: int, tag: str, name: str, media_type: str) -> Response:
    """Answer with what `read` gives of a start and a length: as asked by Range, If-Range and If-None-Match."""
    headers = {
        "Content-Security-Policy": NOTHING_RUNS,
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "bytes",
        "ETag": f'"{tag}"',
    }
    if request.if_none_match.contains_weak(tag):
        return Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    part = _part(size, tag)
    start, stop = part or (0, size)
    response = Response(read(start, stop - start), content_type=media_type, headers=headers)
    response.content_length = stop - start
    _call_it(response, name, "inline" if media_type in SHOWN else "attachment")
    if part:
        response.status_code = HTTPStatus.PARTIAL_CONTENT
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return response


def _part(size: int, tag: str) -> tuple[int, int] | None:
    """The one part that is asked for; several parts, or a part of what is no longer there, are answered by all."""
    asked, given = request.range, request.headers.get("If-Range")
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1 or (given and given.strip() != f'"{tag}"'):
        return None
    first, end = asked.ranges[0]
    start = max(size + first, 0) if first < 0 else first  # the last so many bytes
    stop = size if end is None else min(end, size)
    if start >= stop:
        raise RequestedRangeNotSatisfiable(length=size)
    return start, stop


def _call_it(response: Response, name: str, disposition: str) -> None:
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    names = {"filename": ascii_name, "filename*": f"UTF-8''{quote(name, safe=PLAIN)}"}
    response.headers.set("Content-Disposition", disposition, **names)
