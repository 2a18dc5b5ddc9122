"""`python -m tests.benchmarks.reviewers`: are the right people suggested as reviewers?

For 200 papers of a conference that are held back, beside the overlap of keywords and TF-IDF; papers.py says who the
right people are. SHARPNESS, RETURN and STEPS of scoring/expertise.py were chosen on --year 2012.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.table import Table

from tests.benchmarks.reviewers import citing, rankers
from tests.benchmarks.reviewers.measures import MEASURES, interval
from tests.benchmarks.reviewers.papers import DATA, HeldBack, hold_back, read_papers
from tests.databases import disposing, migrate

OURS, KEYWORDS = "suggested", "keyword overlap"


def main() -> None:
    """Rank and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--year", type=int, default=2013, help="whose papers are held back")
    parser.add_argument("--papers", type=int, default=200)
    options = parser.parse_args()
    sample = hold_back(read_papers(DATA / "neurips_authors_2009_2013"), year=options.year, most=options.papers)
    plain = {KEYWORDS: rankers.by_keywords(sample.known), "TF-IDF": rankers.by_tf_idf(sample.known)}
    ranked = {name: [rank(one) for one in sample.held_back] for name, rank in plain.items()}
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'papers.db'}"
        migrate(url)
        with disposing(url) as engine, rankers.as_suggested(engine, sample) as rank:
            start = perf_counter()
            ranked[OURS] = [rank(one) for one in sample.held_back]
            each = (perf_counter() - start) / len(sample.held_back)
    console = Console(width=110)
    for name in sample.held_back[0].good:
        console.print(_table(name, sample.held_back, ranked))
    barred = sum(not one.barred.isdisjoint(found) for one, found in zip(sample.held_back, ranked[OURS], strict=True))
    console.print(f"papers with an author or co-author suggested: {barred}; {1000 * each:.0f} ms a paper, all told")
    console.print(citing.table(citing.measure(DATA / "cit_hepph_early", most=options.papers)))


def _table(name: str, questions: Sequence[HeldBack], ranked: dict[str, list[list[str]]]) -> Table:
    asked = [at for at, one in enumerate(questions) if one.good[name]]
    n_good = sum(len(questions[at].good[name]) for at in asked) / len(asked)
    table = Table(title=f"{name}: {len(asked)} papers with any, {n_good:.1f} people each")
    for column in ("", *MEASURES):
        table.add_column(column)
    values = {
        by: {key: [of(lists[at], questions[at].good[name]) for at in asked] for key, of in MEASURES.items()}
        for by, lists in ranked.items()
    }
    for by, of_measure in values.items():
        table.add_row(by, *(f"{sum(one) / len(one):.3f}" for one in of_measure.values()))
    for other in (one for one in ranked if one != OURS):
        gains = (
            interval([a - b for a, b in zip(values[OURS][key], values[other][key], strict=True)]) for key in MEASURES
        )
        table.add_row(f"{OURS} − {other}", *(f"{mean:+.3f} [{low:+.3f}, {high:+.3f}]" for mean, low, high in gains))
    return table


if __name__ == "__main__":
    main()
