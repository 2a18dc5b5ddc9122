"""Paper lists: what a line says, in a text or in a list, and what is no paper."""

import json

from scholarnet.models import PublicationType
from scholarnet.sources.papers import read_papers
from scholarnet.sources.references import Flaw, Name

PAPER = {
    "paper_id": "p1",
    "title": "Of  Nets",
    "year": 2009,
    "venue": "nips",
    "authors": "Vinod Nair; Geoffrey E. Hinton",
    "affiliations": "Toronto; ",
    "gs_citation": 463.0,
    "abstract": "We.",
    "status": "Poster",
}


def test_a_paper_says_who_wrote_it_where_and_how_often_it_was_cited() -> None:
    (entry,) = read_papers(json.dumps(PAPER))
    assert (entry.key, entry.title, entry.year, entry.venue, entry.abstract) == ("p1", "Of Nets", 2009, "nips", "We.")
    assert (entry.type, entry.citation_count) == (PublicationType.PROCEEDINGS, 463)
    assert entry.authors == (Name("Nair", "Vinod"), Name("Hinton", "Geoffrey E."))
    assert entry.fields == {"csl.affiliations": ["Toronto", ""], "csl.status": "Poster"}


def test_lists_may_be_lists_and_names_may_have_commas_between_them_alone() -> None:
    lines = [
        PAPER | {"authors": ["Vinod Nair", "Geoffrey E. Hinton"], "affiliations": None},
        PAPER | {"authors": "Vinod Nair, Geoffrey E. Hinton", "affiliations": "; "},
    ]
    first, second = read_papers("\n".join(map(json.dumps, lines)))
    assert first.authors == second.authors == (Name("Nair", "Vinod"), Name("Hinton", "Geoffrey E."))
    assert (first.fields, second.line) == (second.fields, 2) == ({"csl.status": "Poster"}, 2)


def test_what_is_no_paper_costs_no_other() -> None:
    found = read_papers('{"title": "A", "year": 2001, "authors": 7, "venue": {}}\n[7]\n{broken\n7\n')
    assert [type(entry) for entry in found[1:]] == [Flaw] * 3
    assert (found[0].title, found[0].year, found[0].authors, found[0].venue) == ("A", 2001, (), None)
