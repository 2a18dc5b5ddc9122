"""OpenAlex's dialect (https://api.openalex.org): works by DOI or id, of authors, or found by its parameters."""

from typing import Any
from urllib.parse import quote

from scholarnet.sources.answers import openalex_entries
from scholarnet.sources.catalogue import Dialect, Page
from scholarnet.sources.source_queries import doi_of, ids_of, openalex_of, orcid_of
from scholarnet.sources.source_settings import SourceSettings


def openalex(settings: SourceSettings) -> Dialect:
    """Return the dialect; an address and a key are sent if there are any."""
    said = {"mailto": settings.contact_mail, "api_key": settings.openalex_key}
    return Dialect(
        sent={name: value for name, value in said.items() if value},
        paging={"per-page": "100"},
        allowed=("filter", "search", "sort", "cursor"),
        what="a DOI, ORCID iD or OpenAlex id (all of works, or all of authors)",
        id_of=_work_of,
        path_of=lambda work: f"/works/{quote(f'doi:{work}' if doi_of(work) else work, safe=':')}",
        authors_of=_authors,
        work_of=lambda answer: answer if isinstance(answer, dict) and "authorships" in answer else None,
        page_of=_page,
        read=openalex_entries,
    )


def _work_of(word: str) -> str | None:
    return doi_of(word) or openalex_of(word, kind="W")


def _authors(query: str) -> dict[str, str]:
    if ids := ids_of(query, lambda word: openalex_of(word, kind="A")):
        return {"filter": f"author.id:{'|'.join(ids)}"}
    orcids = ids_of(query, orcid_of)
    return {"filter": f"author.orcid:{'|'.join(orcids)}"} if orcids else {}


def _page(answer: Any) -> Page | None:
    meta = answer.get("meta") if isinstance(answer, dict) else None
    return Page(answer.get("results"), meta.get("count"), meta.get("next_cursor")) if isinstance(meta, dict) else None
