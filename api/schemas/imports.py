"""Shapes of imports."""

from typing import Any, ClassVar

import marshmallow as ma

from api.pagination import PageQuery, filter_field
from scholarnet.models import ImportState, Outcome
from scholarnet.models.import_job import LONGEST_FILE_NAME, LONGEST_QUERY
from scholarnet.sources.bibliographies import SOURCES
from scholarnet.sources.remote import NAMES


def _visible(text: str) -> None:
    if not text.isprintable():
        msg = "has a character that cannot be shown, such as a line break"
        raise ma.ValidationError(msg)


class ImportIn(ma.Schema):
    """What to ask of which outside source."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"source": "crossref", "query": "10.1038/171737a0"}

    source = ma.fields.String(required=True, validate=ma.validate.OneOf(NAMES))
    query = ma.fields.String(
        required=True,
        validate=[ma.validate.Length(1, LONGEST_QUERY), _visible],
        metadata={"description": "A DOI or several, an ORCID iD, an OpenAlex id, or the source's own parameters"},
    )


class ImportQuery(ma.Schema):
    """What the body is, where it is a file."""

    name = ma.fields.String(
        load_default="",
        validate=[ma.validate.Length(max=LONGEST_FILE_NAME), _visible],
        metadata={"description": "The name of the file, whose ending may tell the format", "example": "library.bib"},
    )
    format = ma.fields.String(
        load_default=None,
        validate=ma.validate.OneOf([*SOURCES]),
        metadata={"description": "The format of the file, where neither its Content-Type nor its ending tells it"},
    )


class ResultsQuery(PageQuery):
    """Which results."""

    filter = filter_field("outcome", like="outcome:refused|updated")


class ImportOut(ma.Schema):
    """An import of a file (`format`, `name`) or from a `source` (`query`)."""

    id = ma.fields.String(required=True, attribute="public_id")
    format = ma.fields.String(required=True, allow_none=True)
    name = ma.fields.String(required=True, allow_none=True)
    source = ma.fields.String(required=True, allow_none=True)
    query = ma.fields.String(required=True, allow_none=True)
    state = ma.fields.Enum(ImportState, by_value=True, required=True)
    n_expected = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": "Entries; null until it is known"}
    )
    n_read = ma.fields.Integer(required=True, metadata={"description": "Entries that came"})
    n_done = ma.fields.Integer(required=True, metadata={"description": "Entries with an outcome: the sum of the next"})
    n_added = ma.fields.Integer(required=True)
    n_updated = ma.fields.Integer(required=True)
    n_merged = ma.fields.Integer(required=True)
    n_refused = ma.fields.Integer(required=True)
    note = ma.fields.String(required=True, allow_none=True, metadata={"description": "What is to be known of the file"})
    error = ma.fields.String(required=True, allow_none=True, metadata={"description": "Why it failed"})
    go_on = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "The query that gives the rest, if a source failed"}
    )
    created_at = ma.fields.DateTime(required=True)
    started_at = ma.fields.DateTime(required=True, allow_none=True)
    finished_at = ma.fields.DateTime(required=True, allow_none=True)


class ImportResultOut(ma.Schema):
    """What became of an entry: `merged` is one that was there and had nothing new."""

    position = ma.fields.Integer(required=True, metadata={"description": "Which entry it is, from 1"})
    line = ma.fields.Integer(required=True, metadata={"description": "Where it begins in the file, from 1"})
    key = ma.fields.String(required=True, metadata={"description": "What the file calls it"})
    outcome = ma.fields.Enum(Outcome, by_value=True, required=True)
    reason = ma.fields.String(required=True, metadata={"description": "Why it was refused"})
    publication_id = ma.fields.String(
        required=True, allow_none=True, attribute="publication.public_id", dump_default=None
    )
