"""Crossref's dialect (https://api.crossref.org): works by DOI, of ORCID iDs, or found by its parameters."""

from typing import Any
from urllib.parse import quote

from scholarnet.sources.answers import crossref_entries
from scholarnet.sources.catalogue import Dialect, Page
from scholarnet.sources.source_queries import doi_of, ids_of, orcid_of
from scholarnet.sources.source_settings import SourceSettings

ALLOWED = (
    "query", "filter", "sort", "order", "cursor", "query.bibliographic", "query.title", "query.author",
    "query.container-title", "query.editor", "query.affiliation", "query.publisher-name",
)  # fmt: skip


def crossref(settings: SourceSettings) -> Dialect:
    """Return the dialect; who leaves an address is in the polite pool."""
    return Dialect(
        sent={"mailto": settings.contact_mail} if settings.contact_mail else {},
        paging={"rows": "100"},
        allowed=ALLOWED,
        what="a DOI or ORCID iD",
        id_of=doi_of,
        path_of=lambda doi: f"/works/{quote(doi, safe='')}",
        authors_of=_authors,
        work_of=lambda answer: _message(answer, "work"),
        page_of=_page,
        read=crossref_entries,
    )


def _authors(query: str) -> dict[str, str]:
    orcids = ids_of(query, orcid_of)
    return {"filter": ",".join(f"orcid:{one}" for one in orcids)} if orcids else {}


def _message(answer: Any, kind: str) -> dict[str, Any] | None:
    message = answer.get("message") if isinstance(answer, dict) and answer.get("message-type") == kind else None
    return message if isinstance(message, dict) else None


def _page(answer: Any) -> Page | None:
    said = _message(answer, "work-list")
    return None if said is None else Page(said.get("items"), said.get("total-results"), said.get("next-cursor"))
