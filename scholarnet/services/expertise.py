"""What people know of a topic, by what they published and reviewed under their name, with the reasons.

Public posts, publications and signed reviews alone; an unsigned review changes nothing here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sqlalchemy.orm import Session

from scholarnet.edges import NodeKind
from scholarnet.models import Researcher
from scholarnet.services.topical_works import Topic, TopicalWorks, find_works
from scholarnet.topics import document, spelled
from scoring.arrays import Floats
from scoring.expertise import Links, expertise, similarities

MOST_KNOWN, MOST_SHOWN, MOST_TERMS = 200, 3, 8


@dataclass(frozen=True, slots=True)
class KnownWork:
    """A work by which somebody is found: `relation` wrote or reviewed, `similarity` with the topic 0 to 1."""

    kind: NodeKind
    id: str
    title: str
    relation: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Known:
    """What somebody is found by. `expertise` is relative to the one who knows most; `works` are the nearest ones.

    `n_wrote` and `n_reviewed` count works that have a term or a tag in common with the topic, `n_citations` those
    between any works of theirs and works on the topic by others.
    """

    researcher_id: int
    expertise: float
    works: list[KnownWork]
    n_wrote: int
    n_reviewed: int
    n_citations: int
    terms: list[str]
    tags: list[str]

    @property
    def why(self) -> str:
        """The same in words."""
        deeds = (("wrote", self.n_wrote), ("reviewed, under their name,", self.n_reviewed))
        parts = [f"{verb} {_counted(n, 'work')} with words or tags of this topic" for verb, n in deeds if n]
        if self.tags:
            parts.append(f"shares the tags {', '.join(self.tags)}")
        if self.n_citations:
            parts.append(f"{_counted(self.n_citations, 'citation')} between their works and others on the topic")
        return "; ".join(parts) or "shares authors or references with works on this topic"


def know(session: Session, *, topic: Topic, viewer: Researcher | None) -> list[Known]:
    """Return the `MOST_KNOWN` who know most of the topic, the best first, by what they know."""
    works = find_works(session, topic=topic, viewer=viewer)
    people = sorted({person for person, _ in works.wrote | works.reviewed})
    if not people:
        return []
    similarity = similarity_of(works, topic)
    mass = expertise(similarity, links_of(works, people)).of_person
    best = np.argsort(-mass, kind="stable")[:MOST_KNOWN]
    reasons = _Reasons(works, topic, similarity, {people[at] for at in best.tolist()})
    relative = mass[best] / max(float(mass[best[0]]), np.finfo(float).tiny)
    return [reasons.of(people[at], share) for at, share in zip(best.tolist(), relative.tolist(), strict=True)]


def in_order(found: Iterable[Known], people: dict[int, Researcher]) -> list[Known]:
    """Return those of `people`, the best first; of equals the order of their ids, which are random, says nothing."""
    kept = [one for one in found if one.researcher_id in people]
    return sorted(kept, key=lambda one: (-one.expertise, people[one.researcher_id].public_id))


def similarity_of(works: TopicalWorks, topic: Topic) -> Floats:
    """How near each work is to the topic, 0 to 1."""
    query = document(topic.title, topic.text, topic.tags)
    columns = {term: at for at, term in enumerate(sorted(set(query).union(*works.terms)))}
    cells = [(row, columns[term], n) for row, counts in enumerate(works.terms) for term, n in counts.items()]
    rows, terms, n = np.array(cells, dtype=np.int64).reshape(-1, 3).T
    counts = sparse.csr_array((n.astype(np.float64), (rows, terms)), shape=(len(works.works), len(columns)))
    asked = np.zeros(len(columns))
    asked[[columns[term] for term in query]] = list(query.values())
    return similarities(counts, asked)


def links_of(works: TopicalWorks, people: Sequence[int]) -> Links:
    """Who has to do with which work, as codes of `people` and places of works."""
    code = {person: at for at, person in enumerate(people)}
    pairs = sorted((code[person], work) for person, work in works.wrote | works.reviewed)
    person, work = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    citing, cited = np.array(sorted(works.citations), dtype=np.int64).reshape(-1, 2).T
    return Links(person, work, citing, cited, n_people=len(people), n_works=len(works.works))


class _Reasons:
    """What each of `people` is found by."""

    def __init__(self, works: TopicalWorks, topic: Topic, similarity: Floats, people: set[int]) -> None:
        query = set(document(topic.title, topic.text, topic.tags))
        self.works, self.similarity = works, similarity
        self.spelled = spelled(f"{topic.title} {topic.text}")
        self.common = [set(counts) & query for counts in works.terms]
        self.did = {person: list[tuple[int, str]]() for person in people}
        for relation, pairs in (("wrote", works.wrote), ("reviewed", works.reviewed)):
            for person, work in pairs:
                if person in people:
                    self.did[person].append((work, relation))
        self.beside = defaultdict[int, set[int]](set)
        for citing, cited in works.citations:
            self.beside[citing].add(cited)
            self.beside[cited].add(citing)

    def of(self, person: int, share: float) -> Known:
        own = {work for work, _ in self.did[person]}
        near = sorted(
            ((work, relation) for work, relation in self.did[person] if self.common[work]),
            key=lambda one: (-self.similarity[one[0]], self.works.labels[one[0]].public_id),
        )
        counts = Counter(relation for _, relation in near)
        return Known(
            researcher_id=person,
            expertise=share,
            works=[self._work(work, relation) for work, relation in near[:MOST_SHOWN]],
            n_wrote=counts["wrote"],
            n_reviewed=counts["reviewed"],
            n_citations=sum(bool(self.common[other]) for work in own for other in self.beside[work] - own),
            terms=[self.spelled.get(term, term) for term in self._shared(own) if not term.startswith("#")][:MOST_TERMS],
            tags=[term[1:] for term in self._shared(own) if term.startswith("#")][:MOST_TERMS],
        )

    def _work(self, work: int, relation: str) -> KnownWork:
        label, (kind, _) = self.works.labels[work], self.works.works[work]
        return KnownWork(kind, label.public_id, label.title, relation, float(self.similarity[work]))

    def _shared(self, own: set[int]) -> list[str]:
        """The terms in common with the topic, those of most works first."""
        counts = Counter(term for work in own for term in self.common[work])
        return sorted(counts, key=lambda term: (-counts[term], term))


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"
