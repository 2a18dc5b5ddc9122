"""Recorded answers of Crossref and OpenAlex, read as references: one JSON answer, or one a line."""

import html
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import orjson

from scholarnet.sources.csl_json import as_reference
from scholarnet.sources.references import Entry, Flaw, one_line, plain_name

# What of a Crossref work is about the work; the rest is about its deposit, or links that have routes of their own.
OF_CROSSREF = (
    "type", "title", "author", "editor", "issued", "container-title", "DOI", "abstract", "volume", "issue", "page",
    "URL", "language", "publisher", "ISSN", "ISBN", "subtitle", "article-number", "short-title", "original-title",
)  # fmt: skip
MARKED_UP = ("title", "container-title", "abstract")
TAG = re.compile(r"</?(?:jats:[\w-]+|i|b|em|sub|sup|scp)(?:\s[^<>]*)?/?>")
MOST = 1 << 31
OPENALEX = {"preprint": "posted-content", "article": "article-journal", "dissertation": "thesis"}


def read_crossref(text: str) -> list[Entry]:
    """Read the works of Crossref's answers, single ones and lists; the other answers have none."""
    return [one for line, answer in json_answers(text) for one in _of_crossref(line, answer)]


def read_openalex(text: str) -> list[Entry]:
    """Read the works of OpenAlex's answers, single ones and lists; the other answers have none."""
    return [one for line, answer in json_answers(text) for one in _of_openalex(line, answer)]


def json_answers(text: str) -> Iterator[tuple[int, Any]]:
    """The whole as one value if it is one, else line by line; a Flaw for what is no JSON."""
    try:
        yield 1, orjson.loads(text)
        return
    except orjson.JSONDecodeError as error:
        if "\n" not in text.strip():
            yield error.lineno, Flaw(error.lineno, "", f"is not JSON: {error.msg}")
            return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield number, orjson.loads(line)
            except orjson.JSONDecodeError as error:
                yield number, Flaw(number, "", f"the line is not JSON: {error.msg} at character {error.pos + 1}")


def _of_crossref(line: int, answer: Any) -> Iterator[Entry]:
    if isinstance(answer, Flaw):
        yield answer
    if not isinstance(answer, dict):
        return
    if "DOI" in answer and "title" in answer:  # a work alone, as content negotiation gives it
        yield from crossref_entries(line, [answer])
    message = answer.get("message")
    if isinstance(message, dict) and answer.get("message-type") in {"work", "work-list"}:
        items = message.get("items", [message] if "DOI" in message else [])
        yield from crossref_entries(line, items if isinstance(items, list) else [])


def _of_openalex(line: int, answer: Any) -> Iterator[Entry]:
    if isinstance(answer, Flaw):
        yield answer
    found = answer.get("results", [answer]) if isinstance(answer, dict) else None
    works = [one for one in found if isinstance(one, dict) and "authorships" in one] if isinstance(found, list) else []
    yield from openalex_entries(line, works)


def crossref_entries(line: int, items: Iterable[Any]) -> Iterator[Entry]:
    """Read works as Crossref has them; what is none is a Flaw."""
    return _each(line, items, _crossref_item)


def openalex_entries(line: int, items: Iterable[Any]) -> Iterator[Entry]:
    """Read works as OpenAlex has them; what is none is a Flaw."""
    return _each(line, items, _openalex_item)


def _each(line: int, items: Iterable[Any], item_of: Callable[[dict[str, Any]], dict[str, Any]]) -> Iterator[Entry]:
    for item in items:
        if not isinstance(item, dict):
            yield Flaw(line, "", "a work is not an object in braces")
            continue
        entry = as_reference(line, item_of(item))
        count = count_of(item.get("is-referenced-by-count", item.get("cited_by_count")))
        yield entry if isinstance(entry, Flaw) else replace(entry, citation_count=count)


def count_of(value: Any) -> int:
    """Return how often something was cited, as it is stated; 0 for what cannot be a number of that."""
    is_whole = (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, float) and value.is_integer()
    )
    return int(value) if is_whole and 0 < value < MOST else 0


def _crossref_item(work: dict[str, Any]) -> dict[str, Any]:
    item = {name: work[name] for name in OF_CROSSREF if name in work}
    item |= {name: _unmarked(item[name]) for name in MARKED_UP if name in item}
    if "published" in work:
        item.setdefault("issued", work["published"])  # an answer may have been asked for with one of them alone
    return item | ({"publisher-place": work["publisher-location"]} if "publisher-location" in work else {})


def _unmarked(value: Any) -> Any:
    """A text, or the first of a list of them, without the tags and entities that publishers deposit."""
    value = next(iter(value), "") if isinstance(value, list) else value
    return (
        html.unescape(TAG.sub(" ", value) if "<jats" in value else TAG.sub("", value)) if isinstance(value, str) else ""
    )


def _openalex_item(work: dict[str, Any]) -> dict[str, Any]:
    place = _inside(work, "primary_location", "source")
    biblio = _inside(work, "biblio")
    pages = [str(biblio[name]) for name in ("first_page", "last_page") if biblio.get(name)]
    kind = str(work.get("type") or "")
    authorships = found if isinstance(found := work.get("authorships"), list) else []
    return {
        "type": OPENALEX.get(kind, kind),
        "title": work.get("title") or work.get("display_name"),
        "issued": {"date-parts": [[work.get("publication_year")]]},
        "author": [_openalex_author(one) for one in authorships if isinstance(one, dict)],
        "container-title": place.get("display_name"),
        "ISSN": place.get("issn_l"),
        "publisher": place.get("host_organization_name"),
        "DOI": work.get("doi"),
        "abstract": _abstract(work.get("abstract_inverted_index")),
        "volume": biblio.get("volume"),
        "issue": biblio.get("issue"),
        "page": "-".join(dict.fromkeys(pages)),
        "language": work.get("language"),
        "openalex": work.get("id"),
    }


def _inside(value: Any, *names: str) -> dict[str, Any]:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _openalex_author(authorship: dict[str, Any]) -> dict[str, str]:
    author = _inside(authorship, "author")
    name = plain_name(one_line(str(author.get("display_name") or authorship.get("raw_author_name") or "")))
    return {"family": name.family, "given": name.given, "ORCID": str(author.get("orcid") or "")}


def _abstract(places: Any) -> str | None:
    """The words back in their order."""
    if not isinstance(places, dict):
        return None
    words = [(at, word) for word, found in places.items() if isinstance(found, list) for at in found]
    return " ".join(word for _, word in sorted(one for one in words if isinstance(one[0], int)))
