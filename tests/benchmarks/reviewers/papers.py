"""Papers with their authors, some held back, and who would be a good reviewer of those, without a look at their text.

Whether somebody could review a paper nobody has written down, so there are three stand-ins, each made of what the
ranking does not see: the names on the paper, and the papers of its year.

- peers: people who wrote with co-authors of the authors, and never with the authors, before the paper;
- later: people who wrote with the authors for the first time in another paper of that year, or with those who did;
- others: the twenty whose titles are nearest to the titles of the authors' other papers.

The second is the only one that rests on nothing the ranking is made of; the first favours whoever walks along
co-authors, the third whoever counts words.
"""

import gzip
import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import TypeAlias

from scholarnet.topics import terms_of

DATA = Path(os.environ.get("SCHOLARNET_DATA") or Path(__file__).parents[3].parent / "shared" / "data")
NEAREST = 20
Near: TypeAlias = dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Paper:
    """As the proceedings have it; names are people, since nothing else is there."""

    title: str
    abstract: str
    year: int
    authors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A paper to find reviewers for; `barred` wrote it or wrote with its authors before, `good` is whom to find."""

    paper: Paper
    barred: set[str]
    good: dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Sample:
    """What is known, and what is held back."""

    known: list[Paper]
    held_back: list[HeldBack]


def read_papers(folder: Path) -> list[Paper]:
    """Read the proceedings, by year, then by their id."""
    with gzip.open(folder / "papers.jsonl.gz", "rt") as lines:
        rows = sorted((json.loads(line) for line in lines), key=lambda row: (row["year"], row["paper_id"]))
    return [Paper(row["title"], row["abstract"], row["year"], _names(row["authors"])) for row in rows]


def hold_back(papers: Sequence[Paper], *, year: int, most: int) -> Sample:
    """Hold back the papers of `year`; the first `most` of them with an author known from before are the questions."""
    known = [paper for paper in papers if paper.year < year]
    latest = [paper for paper in papers if paper.year == year]
    before, profiles = coauthors(known), _profiles(known)
    asked = [paper for paper in latest if any(name in before for name in paper.authors)][:most]
    return Sample(known, [_question(paper, latest, before, profiles) for paper in asked])


def coauthors(papers: Iterable[Paper]) -> Near:
    """Who wrote with whom; everybody who wrote has an entry."""
    near: Near = defaultdict(set)
    for paper in papers:
        for name in paper.authors:
            near[name] |= set(paper.authors) - {name}
    return dict(near)


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in text.split(";") if name.strip()))


def _question(paper: Paper, latest: Sequence[Paper], before: Near, profiles: dict[str, Counter[str]]) -> HeldBack:
    barred = _around(before, paper.authors) | set(paper.authors)
    after = coauthors(other for other in latest if other is not paper)
    met = _around(after, paper.authors)
    good = {
        "peers": _around(before, barred - set(paper.authors)),
        "later": met | _around(after, met),
        "others": _nearest(profiles, paper.authors, barred),
    }
    return HeldBack(paper, barred, {name: (people & set(before)) - barred for name, people in good.items()})


def _around(near: Near, names: Iterable[str]) -> set[str]:
    return {other for name in names for other in near.get(name, ())}


def _profiles(papers: Sequence[Paper]) -> dict[str, Counter[str]]:
    """The words of everybody's titles, each by its rarity, at length 1."""
    df = Counter(term for paper in papers for term in terms_of(paper.title))
    profiles: dict[str, Counter[str]] = defaultdict(Counter)
    for paper in papers:
        for name in paper.authors:
            profiles[name].update(terms_of(paper.title))
    weighed = {}
    for name, counts in profiles.items():
        weights = {term: n * log((len(papers) + 1) / df[term]) for term, n in counts.items()}
        length = sum(weight * weight for weight in weights.values()) ** 0.5
        weighed[name] = Counter({term: weight / length for term, weight in weights.items()})
    return weighed


def _nearest(profiles: dict[str, Counter[str]], authors: Iterable[str], barred: set[str]) -> set[str]:
    own = [profiles[name] for name in authors if name in profiles]
    nearness = {
        name: max(sum(weight * counts[term] for term, weight in one.items()) for one in own)
        for name, counts in profiles.items()
        if name not in barred
    }
    return set(sorted(nearness, key=lambda name: (-nearness[name], name))[:NEAREST])
