"""Co-citing peers: of a paper half of the references are shown; who cites what the other half says?

The papers have no text and no authors, so a paper stands for who wrote it, and the references that are shown for what
the topic finds; what is judged is the walk alone. To be found are the earlier papers that cite at least two of the
hidden references. Beside it: the overlap of the lists of references, which is what keywords are to texts.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.table import Table

from scoring.expertise import Links, expertise
from tests.benchmarks.reviewers.measures import MEASURES, interval

FEWEST, SHARED = 8, 2


def measure(folder: Path, *, most: int) -> dict[str, dict[str, list[float]]]:
    """Return each measure for the `most` latest papers with references enough, by ranking."""
    cites = _read(folder)
    asked = [paper for paper in sorted(cites, reverse=True) if len(cites[paper]) >= FEWEST][:most]
    first = min(asked)
    known = {paper: cited for paper, cited in cites.items() if paper < first}
    place = {paper: at for at, paper in enumerate(sorted({*known, *(one for of in known.values() for one in of)}))}
    pairs = np.array([(place[a], place[b]) for a, of in known.items() for b in of], dtype=np.int64)
    own = np.arange(len(place), dtype=np.int64)
    links = Links(own, own, *pairs.T, n_people=len(place), n_works=len(place))
    names = list(place)
    values: dict[str, dict[str, list[float]]] = {by: {key: [] for key in MEASURES} for by in ("overlap", "walk")}
    for paper in asked:
        references = sorted(cites[paper] & set(place))
        shown, hidden = set(references[::2]), set(references[1::2])
        good = {one for one, of in known.items() if len(of & hidden) >= SHARED} - shown
        if not good:
            continue
        for by, ranked in (("overlap", _by_overlap(known, shown)), ("walk", _by_walk(links, place, names, shown))):
            for key, of_ranked in MEASURES.items():
                values[by][key].append(of_ranked(ranked, good))
    return values


def table(values: dict[str, dict[str, list[float]]]) -> Table:
    """The means, and the difference with its interval."""
    overlap, walk = values["overlap"], values["walk"]
    shown = Table(title=f"co-citing peers: {len(walk['MRR'])} papers, half of their references hidden")
    for column in ("", *MEASURES):
        shown.add_column(column)
    for by, of in values.items():
        shown.add_row(by, *(f"{sum(one) / len(one):.3f}" for one in of.values()))
    gains = [interval([a - b for a, b in zip(walk[key], overlap[key], strict=True)]) for key in MEASURES]
    shown.add_row("walk − overlap", *(f"{mean:+.3f} [{low:+.3f}, {high:+.3f}]" for mean, low, high in gains))
    return shown


def _by_walk(links: Links, place: dict[str, int], names: Sequence[str], shown: set[str]) -> list[str]:
    similarity = np.zeros(links.n_works)
    similarity[[place[one] for one in shown]] = 1.0
    found = expertise(similarity, links).of_person
    order = np.argsort(-found, kind="stable")[: 50 + len(shown)]
    return [names[at] for at in order.tolist() if names[at] not in shown][:50]


def _by_overlap(known: dict[str, set[str]], shown: set[str]) -> list[str]:
    overlap = {one: len(of & shown) / len(of | shown) for one, of in known.items() if one not in shown}
    return sorted(overlap, key=lambda one: (-overlap[one], one))[:50]


def _read(folder: Path) -> dict[str, set[str]]:
    cites: dict[str, set[str]] = defaultdict(set)
    with gzip.open(folder / "citations.csv.gz", "rt") as lines:
        for row in csv.DictReader(lines):
            cites[row["citing"].zfill(7)].add(row["cited"].zfill(7))
    return dict(cites)
