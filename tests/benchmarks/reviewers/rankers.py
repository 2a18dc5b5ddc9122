"""Rankings of people for a held-back paper: by plain overlap of keywords, and as the API suggests reviewers."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

import numpy as np
from scipy.sparse import csr_array
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from scholarnet.models import Authorship, Post, Publication, Researcher
from scholarnet.services.posts import get_post
from scholarnet.services.suggested_reviewers import suggest_reviewers
from scholarnet.topics import document, terms_of
from scoring.expertise import similarities
from tests.benchmarks.reviewers.papers import HeldBack, Paper, Sample
from tests.factories import PostFactory
from tests.factories.row import using

Ranker: TypeAlias = Callable[[HeldBack], list[str]]
DEEPEST = 50


def by_keywords(known: Sequence[Paper]) -> Ranker:
    """By the greatest Jaccard overlap of the words of title and abstract with one of somebody's papers."""
    words = [set(terms_of(f"{paper.title} {paper.abstract}")) for paper in known]

    def rank(question: HeldBack) -> list[str]:
        asked = set(terms_of(f"{question.paper.title} {question.paper.abstract}"))
        return _best(known, [len(asked & one) / max(len(asked | one), 1) for one in words], question)

    return rank


def by_tf_idf(known: Sequence[Paper]) -> Ranker:
    """By the greatest cosine of TF-IDF with one of somebody's papers: the first half of ours, over all papers."""
    counts = [document(paper.title, paper.abstract) for paper in known]
    column = {term: at for at, term in enumerate(sorted(set().union(*counts)))}
    cells = [(row, column[term], float(n)) for row, one in enumerate(counts) for term, n in one.items()]
    rows, terms, n = (np.array(part) for part in zip(*cells, strict=True))
    matrix = csr_array((n, (rows, terms)), shape=(len(known), len(column)))

    def rank(question: HeldBack) -> list[str]:
        asked = np.zeros(len(column))
        for term, times in document(question.paper.title, question.paper.abstract).items():
            if term in column:
                asked[column[term]] = times
        return _best(known, similarities(matrix, asked).tolist(), question)

    return rank


@contextmanager
def as_suggested(engine: Engine, sample: Sample) -> Iterator[Ranker]:
    """As `GET /posts/{id}/suggested-reviewers` answers the first author, over a database that has the known papers."""
    with Session(engine) as session, using(session):
        people = add_papers(session, sample.known)
        names = {person.public_id: name for name, person in people.items()}

        def rank(question: HeldBack) -> list[str]:
            authors = [people.get(name) or _person(name) for name in question.paper.authors]
            post: Post = PostFactory(by=authors, title=question.paper.title, abstract=question.paper.abstract)
            shown = get_post(session, post.public_id, viewer=authors[0])
            found = suggest_reviewers(session, actor=authors[0], post=shown, limit=DEEPEST)
            session.rollback()  # the next question does not know of this one
            return [names[one.person.id] for one in found.results]

        yield rank


def add_papers(session: Session, papers: Sequence[Paper]) -> dict[str, Researcher]:
    """Add them as publications, everybody of a name as one person with an account; committed."""
    people: dict[str, Researcher] = {}
    for paper in papers:
        authors = [people.setdefault(name, _person(name)) for name in paper.authors]
        session.add(
            Publication(
                title=paper.title,
                abstract=paper.abstract,
                year=paper.year,
                authorships=[Authorship(researcher=one, position=at) for at, one in enumerate(authors, start=1)],
            )
        )
    session.commit()
    for person in people.values():
        session.refresh(person)
    return people


def _person(name: str) -> Researcher:
    return Researcher(name=name, is_claimed=True)


def _best(known: Sequence[Paper], similarity: Sequence[float], question: HeldBack) -> list[str]:
    """The people of the nearest papers, without whom nobody would ask."""
    best: dict[str, float] = defaultdict(float)
    for paper, value in zip(known, similarity, strict=True):
        for name in paper.authors:
            best[name] = max(best[name], value)
    return sorted(set(best) - question.barred, key=lambda name: (-best[name], name))[:DEEPEST]
