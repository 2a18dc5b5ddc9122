"""Metrics of researchers, publications and venues, as they are read."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from api.citation_job import rank_citations
from scholarnet.db import now
from tests.api.calls import Caller
from tests.api.contract import Contract
from tests.api.fixtures import Join

WORK = {"title": "Knees", "year": 2018, "field": "radiology", "venue": "Journal of Knees"}


def cited_twice(rosa: Caller) -> str:
    """A work of 2018 that two cite, of 2020 and 2022."""
    old = rosa.post("/publications", WORK, expect=201).json["id"]
    for year in (2020, 2022):
        work = {"title": f"Hips of {year}", "year": year, "references": [old], "authors": [{"name": "Ines"}]}
        rosa.post("/publications", work, expect=201)
    return old


def test_a_researchers_metrics_are_there_for_everybody(join: Join, visitor: Caller) -> None:
    rosa = join("rosa")
    work: dict[str, Any] = {"id": cited_twice(rosa), "title": "Knees", "field": "radiology", "year": 2018}
    work |= {"type": "article", "citations": 2, "percentile": 0.5, "among": 1}
    assert visitor.get(f"/researchers/{rosa.id}/metrics").json == {
        "h_index": 1,
        "i10": 0,
        "n_works": 1,
        "n_citations": 2,
        "citations_per_year": [{"year": 2020, "citations": 1}, {"year": 2022, "citations": 1}],
        "works": [work],
        "rank": None,
    }
    assert visitor.get(f"/publications/{work['id']}/metrics").json == work | {"rank": None}
    visitor.get("/researchers/0000000000000/metrics", expect=404)
    visitor.get("/publications/0000000000000/metrics", expect=404)


def test_metrics_tell_ranks_once_all_citations_were_ranked(join: Join, visitor: Caller, engine: Engine) -> None:
    rosa = join("rosa")
    knees, heads = (
        rosa.post("/publications", WORK | {"title": one}, expect=201).json["id"] for one in ("Knees", "Heads")
    )
    both = {"title": "Both", "year": 2020, "references": [knees, heads], "authors": [{"name": "Ines"}]}
    rosa.post("/publications", both, expect=201)
    moment = datetime(2022, 1, 1, tzinfo=UTC)
    assert rank_citations(engine, as_of=moment)
    rank = visitor.get(f"/publications/{knees}/metrics").json["rank"]
    assert rank.pop("relative_citation_ratio") == {
        "value": 1.0,
        "numerator": 0.25,
        "denominator": 0.25,
        "field_rate": 0.25,
    }
    # The two have x = c + .85·b/2, the third b = c: it lies .85/2 of b lower.
    assert rank["pagerank"] == pytest.approx(1.425 / 3.85)
    assert rank["pagerank_scaled"] == pytest.approx(3 * 1.425 / 3.85)
    assert rank["percentile"] == pytest.approx(2 / 3)
    person = visitor.get(f"/researchers/{rosa.id}/metrics").json["rank"]
    assert (person["n_ratios"], person["mean_ratio"], person["percentile"]) == (2, 1.0, 0.75)
    assert person["pagerank"] == pytest.approx(2 * 1.425 / 3.85)
    assert (person["graph"], person["as_of"]) == (rank["graph"], "2022-01-01T00:00:00+00:00")
    later = rosa.post("/publications", WORK | {"title": "Later"}, expect=201).json["id"]
    assert visitor.get(f"/publications/{later}/metrics").json["rank"] is None


def test_a_venue_shows_what_its_impact_factor_is_the_ratio_of(join: Join, visitor: Caller) -> None:
    rosa, this_year = join("rosa"), now().year
    cited_twice(rosa)
    recent = WORK | {"year": this_year - 2}
    rosa.post("/publications", recent, expect=201)
    rosa.post("/publications", recent | {"venue": "Annals of Hips"}, expect=201)
    first, second = visitor.get("/venues").json["results"]
    assert (first["name"], second["name"], second["kind"]) == ("Annals of Hips", "Journal of Knees", "other")
    lately = [{"year": year, "value": 0.0, "numerator": 0, "denominator": 1} for year in (this_year, this_year - 1)]
    assert first["impact_factors"] == second["impact_factors"] == lately
    whole = visitor.get(f"/venues/{second['id']}").json
    assert whole["impact_factors"] == [
        *lately,
        {"year": 2020, "value": 1.0, "numerator": 1, "denominator": 1},
        {"year": 2019, "value": 0.0, "numerator": 0, "denominator": 1},
    ]
    visitor.get("/venues/0000000000000", expect=404)
    page = visitor.get("/venues", query_string={"per_page": 1, "select": "name"}).json
    assert page["results"] == [{"name": "Annals of Hips"}]
    rest = visitor.get("/venues", query_string={"cursor": page["meta"]["next_cursor"]}).json
    assert rest["results"] == [second]


def test_every_answer_says_that_it_enters_no_score(contract: Contract) -> None:
    operations = contract.operations()
    for noun in ("/researchers/{researcher_id}/metrics", "/publications/{publication_id}/metrics", "/venues"):
        told = next(entry for (method, path), entry in operations.items() if method == "get" and path.endswith(noun))
        assert "enters no score" in told["summary"] + told.get("description", "")
