"""Who is central among works that cite each other, and among the people who wrote them: information, never a score.

Links are laid out once (`links.py`); every sweep after that is linear in them. A link that is given twice counts twice,
one to oneself counts like any other. The same links give the same bits again, compiled or not.
"""

from __future__ import annotations  # sparse arrays are loaded when one is made

import numpy as np
from scipy import sparse

from scoring.arrays import Floats, Ints, codes, floats, within
from scoring.links import Links

ROUNDS = 30  # each leaves about a millionth of the residual; two or three are enough
ROUGH = 1e-6  # what single precision can still tell of a residual
CITERANK_DAMPING, CITERANK_YEARS = 0.5, 2.6  # the optimum Walker et al. found for all of Physical Review


def pagerank(links: Links, *, damping: float = 0.85, restart: Floats | None = None, tolerance: float = 1e-9) -> Floats:
    """Where a walker is who follows a random link, or with probability 1 − damping starts anew: float64[n], sum 1.

    x = d·(W x + ρ·Σ x over nodes without links) + (1 − d)·ρ, after Page, Brin et al. 1999; ρ is `restart` brought to
    sum 1 (everywhere alike if not given), and a walker with no link to follow starts anew too. The answer is within
    `tolerance` (1e-12 to 1) of it in L1.

    By iterative refinement: the residual r, what one more step would change, in double precision, and Σ (dP)^k r, all
    that would follow from it, in single precision at half the memory traffic. r has sum 0, so what nodes without links
    lose is what a sum lacks. It ends when ‖r‖/(1 − d) ≤ tolerance, which bounds the distance: after at most
    log(tolerance)/log(d) sweeps and two or three more, each O(n + m); memory 12 bytes a link beside them.
    """
    if not 0.0 <= damping < 1.0:
        raise ValueError("damping: expected from 0 to below 1")
    if not 1e-12 <= tolerance <= 1.0:
        raise ValueError("tolerance: expected from 1e-12 to 1")
    if links.n == 0:
        return np.zeros(0)
    rho = _distribution(restart, links.n)
    share = damping * links.shares()
    x, enough = rho, tolerance * (1.0 - damping)
    for _ in range(ROUNDS):
        moved = links.gathered(share * x)
        residual = moved + (1.0 - moved.sum()) * rho - x
        size = float(np.abs(residual).sum())
        if size <= enough:
            return x
        x = x + _series(links, share, residual / size, rho, max(enough / size / 2.0, ROUGH)) * size
        x = _to_one(x)
    raise ArithmeticError("tolerance: more than rounding allows on these links")


def citerank(links: Links, age_years: Floats, *, tolerance: float = 1e-9) -> Floats:
    """Traffic to each work of readers who begin at recent ones and follow references: float64[n], sum 1.

    Walker, Xie, Yan & Maslov 2007: readers begin at a work with probability ∝ e^(−age/τ), τ = 2.6 years, and go on
    with probability ½. The traffic Σ (½W)^k ρ is, brought to sum 1, PageRank restarting from ρ.
    """
    age = within(floats(age_years, "age_years", (links.n,)), "age_years", 0.0, 1e6)
    youth = np.exp(-(age - age.min(initial=np.inf)) / CITERANK_YEARS)
    return pagerank(links, damping=CITERANK_DAMPING, restart=youth, tolerance=tolerance)


def hits(links: Links) -> tuple[Floats, Floats]:
    """Hubs and authorities, each float64[n] ≥ 0 with sum 1 (all 0 if there are no links).

    Kleinberg 1999: authorities ∝ Aᵀ·hubs, hubs ∝ A·authorities, the leading singular vectors of A, by Lanczos' method
    from all-alike to the last bits. Where several share the leading singular value, it is what power iteration from
    all-alike tends to. Each step O(n + m); memory about 20 vectors.
    """
    nothing = np.zeros(links.n)
    if not len(links.source):
        return nothing, nothing
    if links.n == 1:
        return np.ones(1), np.ones(1)
    authority, _, hub = sparse.linalg.svds(links.matrix(np.float64), k=1, v0=np.ones(links.n), tol=0)
    return _to_one(np.abs(hub[0])), _to_one(np.abs(authority[:, 0]))


def co_rank(
    links: Links,
    paper: Ints,
    author: Ints,
    n_authors: int,
    *,
    damping: float = 0.85,
    coupling: float = 0.2,
    tolerance: float = 1e-9,
) -> tuple[Floats, Floats]:
    """Papers and authors ranked by each other: float64[n] and float64[n_authors], each with sum 1.

    paper, author    int64[k]: who wrote what; links: which paper cites which

    After Zhou, Orshanskiy, Zha & Giles 2007: p = (1 − λ)·P²p + λ·B a and a = (1 − λ)·A²a + λ·C p, λ = coupling in
    [0, 1). P is a damped step along citations; A one to an author of a paper of one's own; B to a paper of the author,
    C to an author of the paper, all alike; who has nowhere to go goes anywhere. Here A goes along the papers instead
    of a table of co-authors (and so may stay), which keeps a sweep linear: O(n + m + k), with memory 24 bytes each.
    The greater L1 error shrinks by q = (1 − λ)d² + λ a sweep; it ends when q/(1 − q) of the last step is below
    `tolerance`.
    """
    if not (0.0 <= damping < 1.0 and 0.0 <= coupling < 1.0):
        raise ValueError("damping, coupling: expected from 0 to below 1")
    wrote = _authorship(paper, author, links.n, n_authors)
    by_author, by_paper = 1.0 / np.maximum(wrote.sum(axis=0), 1.0), 1.0 / np.maximum(wrote.sum(axis=1), 1.0)
    cites, wrote_by, share = links.matrix(np.float64), wrote.T.tocsr(), links.shares()
    shrinks = (1.0 - coupling) * damping**2 + coupling
    papers, authors = _distribution(None, links.n), _distribution(None, n_authors)
    change = np.inf
    while change * shrinks > tolerance * (1.0 - shrinks):
        p, a = papers, authors
        for _ in range(2):
            p = _damped(cites @ (share * p), damping)
            a = _damped(wrote_by @ (by_paper * (wrote @ (by_author * a))), damping)
        p = (1.0 - coupling) * p + coupling * _whole(wrote @ (by_author * authors))
        a = (1.0 - coupling) * a + coupling * _whole(wrote_by @ (by_paper * papers))
        change = max(np.abs(p - papers).sum(), np.abs(a - authors).sum())
        papers, authors = p, a
    return papers, authors


def _series(links: Links, share: Floats, residual: Floats, rho: Floats, until: float) -> Floats:
    """Σ (dP)^k residual in single precision, of a residual with ‖·‖₁ = 1 and sum 0, until a term is below `until`."""
    n = len(residual)
    out, back = share.astype(np.float32), rho.astype(np.float32)
    term = (residual * n).astype(np.float32)  # near 1, far from underflow
    total = term.copy()
    while float(np.abs(term).sum()) > until * n:
        term = links.gathered(out * term)
        term -= term.sum() * back
        total += term
    return total.astype(np.float64) / n


def _distribution(weights: Floats | None, n: int) -> Floats:
    if weights is None:
        return np.full(n, 1.0 / max(n, 1))
    weights = within(floats(weights, "restart", (n,)), "restart", 0.0, np.finfo(np.float64).max / max(n, 1))
    if not weights.sum() > 0.0:
        raise ValueError("restart: expected a positive sum")
    return _to_one(weights)


def _authorship(paper: Ints, author: Ints, n: int, n_authors: int) -> sparse.csr_array:
    k = len(paper)
    rows, columns = codes(paper, "paper", k, below=n), codes(author, "author", k, below=n_authors)
    return sparse.csr_array((np.ones(k), (rows, columns)), shape=(n, n_authors))


def _to_one(values: Floats) -> Floats:
    return np.asarray(values / values.sum())


def _whole(moved: Floats) -> Floats:
    """What had nowhere to go goes anywhere."""
    return np.asarray(moved + (1.0 - moved.sum()) / max(len(moved), 1))


def _damped(moved: Floats, damping: float) -> Floats:
    return np.asarray(damping * _whole(moved) + (1.0 - damping) / max(len(moved), 1))
