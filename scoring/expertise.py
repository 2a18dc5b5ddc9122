"""Who knows a topic: people by the works on it that they wrote or reviewed, and by what stands near those in the graph.

Two steps. A work is as near to the topic as the cosine of their TF-IDF vectors says. Then a walk with restarts: it
begins at a work by the fourth power of its cosine, and goes on to another work of one of its people, or along a
citation, either way, so that who shares authors, references or readers with the nearest works is found without a word
in common. What a person knows is how often the walk passes through them. Sparse throughout: O(terms), O(STEPS · links).

SHARPNESS, RETURN and STEPS were set on splits of a conference's papers, those of 2013 among them, and not changed after
(tests/benchmarks/reviewers).
"""

from __future__ import annotations  # sparse arrays are loaded when one is made

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from scoring.arrays import Floats, Ints, codes, floats, within

SHARPNESS = 4.0  # power of the cosine: many works that touch the topic do not outweigh the few about it
RETURN = 0.2  # share of the walks that begin anew at each step
STEPS = 12  # (1 − RETURN)¹² = .07 of the mass is still on its way when it ends


@dataclass(frozen=True, slots=True)
class Links:
    """person, work  int64[m]: each pair once, of who wrote or reviewed what, codes below n_people and n_works
    citing, cited    int64[k]: each citation once, codes of works
    """

    person: Ints
    work: Ints
    citing: Ints
    cited: Ints
    n_people: int
    n_works: int

    def __post_init__(self) -> None:
        """ValueError names the column that does not fit."""
        codes(self.person, "person", len(self.work), below=self.n_people)
        codes(self.work, "work", len(self.work), below=self.n_works)
        codes(self.citing, "citing", len(self.cited), below=self.n_works)
        codes(self.cited, "cited", len(self.cited), below=self.n_works)


@dataclass(frozen=True, slots=True)
class Expertise:
    """of_person float64[people] ≥ 0, of_work float64[works] ≥ 0: shares of the walk's mass, whose sum is at most 1."""

    of_person: Floats
    of_work: Floats


def similarities(counts: sparse.csr_array, query: Floats) -> Floats:
    """Cosine of (1 + ln tf)·idf of each work with that of the query, float64[works] in [0, 1]; 0 for an empty one.

    counts: [works, terms], how often each term is in each work; query: float64[terms], the same of the topic
    idf = 1 + ln((n + 1)/(df + 1)) over the works here, which were found by the topic's words: the 1 keeps those words'
    weight. A term of no work counts nothing.
    """
    n, terms = counts.shape
    query = within(floats(query, "query", (terms,)), "query", 0.0, np.inf)
    df = np.bincount(counts.indices[counts.data > 0], minlength=terms)
    idf = np.where(df > 0, 1.0 + np.log((n + 1) / (df + 1)), 0.0)
    weights = sparse.csr_array(
        (_damped(counts.data) * idf[counts.indices], counts.indices, counts.indptr), shape=(n, terms)
    )
    asked = _damped(query) * idf
    length = np.sqrt(np.asarray((weights * weights).sum(axis=1))) * np.linalg.norm(asked)
    return np.asarray(np.clip((weights @ asked) / np.where(length > 0, length, 1.0), 0.0, 1.0))


def expertise(similarity: Floats, links: Links) -> Expertise:
    """How far the walk from works of this similarity, float64[works] in [0, 1], gets to each person and work."""
    similarity = within(floats(similarity, "similarity", (links.n_works,)), "similarity", 0.0, 1.0)
    seed = similarity**SHARPNESS
    seed = seed / max(float(seed.sum()), np.finfo(float).tiny)
    to_people, to_works, along = _steps(links)
    reach = seed
    for _ in range(STEPS):
        reach = RETURN * seed + (1 - RETURN) * (to_works @ (to_people @ reach) + along @ reach)
    return Expertise(np.asarray(to_people @ reach), np.asarray(reach))


def _steps(links: Links) -> tuple[sparse.csr_array, sparse.csr_array, sparse.csr_array]:
    """Work to person, person to work, work to work: a work that has both people and citations sends half each way."""
    n, people = links.n_works, links.n_people
    shared = sparse.csr_array((np.ones(len(links.work)), (links.person, links.work)), shape=(people, n))
    ends = np.concatenate([links.citing, links.cited]), np.concatenate([links.cited, links.citing])
    beside = sparse.csr_array((np.ones(len(ends[0])), ends), shape=(n, n))
    n_people, n_beside = np.bincount(links.work, minlength=n), np.bincount(ends[0], minlength=n)
    half = np.where((n_people > 0) & (n_beside > 0), 0.5, 1.0)
    n_works = np.bincount(links.person, minlength=people)
    return (
        _scaled(shared, half / np.maximum(n_people, 1)),
        _scaled(sparse.csr_array(shared.T), 1.0 / np.maximum(n_works, 1)),
        _scaled(beside, half / np.maximum(n_beside, 1)),
    )


def _scaled(matrix: sparse.csr_array, column: Floats) -> sparse.csr_array:
    """The matrix with each column times its factor."""
    return sparse.csr_array((matrix.data * column[matrix.indices], matrix.indices, matrix.indptr), shape=matrix.shape)


def _damped(counts: Floats) -> Floats:
    return np.where(counts > 0, 1.0 + np.log(np.maximum(counts, 1.0)), 0.0)
