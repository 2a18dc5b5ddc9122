"""Imports of publications: asked for here, worked off by the worker."""

from collections.abc import Iterator
from typing import Any

from flask import request

from api.auth import actor
from api.blueprint import Blueprint
from api.config import PREFIX, current_config
from api.database import db
from api.pagination import PageQuery, page_of, paginate
from api.schemas.imports import ImportIn, ImportOut, ImportQuery, ImportResultOut, ResultsQuery
from scholarnet.errors import UnsupportedKind
from scholarnet.media.streams import CHUNK, receive
from scholarnet.models import ImportJob
from scholarnet.services import import_jobs
from scholarnet.sources.bibliographies import FORMATS, format_of_name
from scholarnet.storage import new_key, open_storage

LARGEST_FILE = 16 * 1024 * 1024  # bytes: it is read whole by the worker
JSON = "application/json"
FORMAT_OF = {known.media_type: name for name, known in FORMATS.items()}
EXAMPLE = "@article{watson, title = {Molecular Structure of Nucleic Acids}, year = 1953}\n"
BODY = {
    "required": True,
    "content": {
        JSON: {"schema": ImportIn, "example": ImportIn.EXAMPLE},
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}, "example": EXAMPLE},
    },
}
LOCATION = {"Location": {"description": "Where its progress is", "schema": {"type": "string"}}}

blueprint = Blueprint("imports", "/imports", "Imports of publications, and what became of every entry")


@blueprint.route("", methods=["POST"], permission="import.create", takes_bytes=True)
@blueprint.arguments(ImportQuery, location="query")
@blueprint.response(202, ImportOut)
@blueprint.doc(requestBody=BODY, responses={202: {"headers": LOCATION}})
def add_import(query: dict[str, Any]) -> tuple[ImportJob, dict[str, str]]:
    """Ask for an import: of the file that is the body, or from an outside source.

    A file of at most 16 MiB and 20,000 entries is BibTeX, RIS, CSL-JSON or what `format` names; its Content-Type may
    tell, too, as `application/x-bibtex`, `application/x-research-info-systems` or
    `application/vnd.citationstyles.csl+json`. As `application/json`, and without `name` and `format`, the body names a
    source. Five imports of an account may wait or run. An import brings nothing twice, so it may be asked for again.
    The publications it adds are entered by who asks.
    """
    is_file = bool(query["name"] or query["format"]) or request.mimetype != JSON
    job = _of_file(**query) if is_file else _of_source()
    return job, {"Location": f"{PREFIX}/imports/{job.public_id}"}


@blueprint.route("", permission="import.read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_of(ImportOut))
def list_imports(page: dict[str, Any]) -> dict[str, Any]:
    """List one's own imports, newest first; an import is forgotten a month after it ended."""
    return paginate(import_jobs.list_imports(importer=actor()), page)


@blueprint.route("/<import_id>", permission="import.read")
@blueprint.response(200, ImportOut)
def get_import(import_id: str) -> ImportJob:
    """Return one of one's own imports: how far it is, or how it ended."""
    return import_jobs.get_import(db.session(), import_id, viewer=actor())


@blueprint.route("/<import_id>/results", permission="import.read")
@blueprint.arguments(ResultsQuery, location="query")
@blueprint.response(200, page_of(ImportResultOut))
def list_import_results(page: dict[str, Any], import_id: str) -> dict[str, Any]:
    """List what became of each entry so far, in the order of the file."""
    job = import_jobs.get_import(db.session(), import_id, viewer=actor())
    return paginate(import_jobs.list_results(job, filters=page["filter"]), page)


@blueprint.route("/<import_id>", methods=["DELETE"], permission="import.cancel")
@blueprint.response(204)
def drop_import(import_id: str) -> None:
    """Cancel an import that has not ended, or forget one that has; the publications that it brought stay."""
    session = db.session()
    key = import_jobs.drop_import(session, job=import_jobs.get_import(session, import_id, viewer=actor()))
    db.session.commit()
    if key:
        open_storage(current_config().attachments_place()).delete(key)


def _of_source() -> ImportJob:
    content = Blueprint.ARGUMENTS_PARSER.parse(ImportIn, request, location="json")
    job = import_jobs.add_import(db.session(), importer=actor(), **content)
    db.session.commit()
    return job


def _of_file(*, name: str, format: str | None) -> ImportJob:  # noqa: A002  (its name in the query)
    known = format or FORMAT_OF.get(request.mimetype) or format_of_name(name)
    if known is None:
        kinds = f"send it as {', '.join(FORMAT_OF)}, or say so with format={'|'.join(FORMATS)}"
        raise UnsupportedKind("format", f"neither Content-Type nor name tells it; {kinds}")
    import_jobs.check_room(db.session(), importer=actor())
    db.session.commit()  # no lock is held while bytes are waited for
    storage, key = open_storage(current_config().attachments_place()), new_key()
    request.max_content_length = LARGEST_FILE
    came = storage.incoming / f"{key}.came"
    try:
        receive(_body(), came, most=LARGEST_FILE)
        storage.put(came, key)
        job = import_jobs.add_import(db.session(), importer=actor(), format=known, name=name or None, object_key=key)
        db.session.commit()
    except BaseException:
        storage.delete(key)
        raise
    finally:
        came.unlink(missing_ok=True)
    return job


def _body() -> Iterator[bytes]:
    while chunk := request.stream.read(CHUNK):
        yield chunk
