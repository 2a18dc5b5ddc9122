"""Paper lists of a venue: one JSON object a line, with title, year, venue, authors and what else it says."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from scholarnet.sources.answers import count_of, json_answers
from scholarnet.sources.csl_json import as_reference
from scholarnet.sources.references import Entry, Flaw, as_values, one_line, plain_name

NAMES = {
    "id": ("paper_id", "id", "forum"),
    "title": ("title",),
    "container-title": ("venue", "conference", "journal"),
    "abstract": ("abstract",),
    "DOI": ("doi", "DOI"),
    "URL": ("url", "URL"),
    "type": ("type",),
}
COUNTS = ("gs_citation", "citation_count", "citations")
PEOPLE = ("authors", "author")
PLACES = "affiliations"  # in the order of the authors
YEARS = ("year",)


def read_papers(text: str) -> list[Entry]:
    """Read every paper, the broken ones as flaws. Lists within a text have semicolons, or commas alone."""
    return [
        paper
        for line, answer in json_answers(text)
        for paper in ([answer] if isinstance(answer, Flaw) else _papers(line, answer))
    ]


def _papers(line: int, answer: Any) -> Iterator[Entry]:
    for one in answer if isinstance(answer, list) else [answer]:
        yield _paper(line, one) if isinstance(one, dict) else Flaw(line, "", "is not an object in braces")


def _paper(line: int, paper: dict[str, Any]) -> Entry:
    left = dict(paper)
    item: dict[str, Any] = {name: _taken(left, names) for name, names in NAMES.items()}
    people, places = _listed(_taken(left, PEOPLE)), _listed(_taken(left, (PLACES,)))
    count = count_of(_taken(left, COUNTS))
    item |= {
        "type": item["type"] or "paper-conference",
        "author": as_values(plain_name(one) for one in people),
        "issued": {"date-parts": [[_taken(left, YEARS)]]},
        PLACES: places if any(places) else None,
    }
    entry = as_reference(line, {**left, **item})
    return entry if isinstance(entry, Flaw) else replace(entry, citation_count=count)


def _taken(paper: dict[str, Any], names: tuple[str, ...]) -> Any:
    """The first of these that says something, which leaves the `paper`."""
    name = next((one for one in names if paper.get(one) not in (None, "")), "")
    return paper.pop(name, None)


def _listed(value: Any) -> list[str]:
    sign = "," if isinstance(value, str) and ";" not in value else ";"
    parts = value.split(sign) if isinstance(value, str) else value if isinstance(value, list) else []
    return [one_line(part) for part in parts if isinstance(part, str)]
