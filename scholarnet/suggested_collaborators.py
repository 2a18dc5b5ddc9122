"""With whom somebody could work: people near them in the public graph who have not written with them yet, and why.

Two people share co-authors, works that cite both, tags of their posts and venues. What few share says most: each thing
counts 1/ln n, n being how many share it, which over co-authors is the index of Adamic and Adar (2003).
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from math import log
from typing import Any

from sqlalchemy import BigInteger, Select, column, func, select, values
from sqlalchemy.orm import Session

from scholarnet.models import Researcher
from scholarnet.shared_things import THINGS, Shared, Thing, coauthor_pairs

MOST_THINGS = 100  # of each kind that are looked at: those one has most to do with
MOST_SHARED = 2_000  # what more share than this says next to nothing, and would cost most
MOST_CANDIDATES = 200  # of each kind of thing
MOST_SUGGESTED = 50
EXAMPLES = 5
MICRO = 1_000_000  # weights are summed as whole numbers: in any order, on any database the same


@dataclass(frozen=True, slots=True)
class Reason:
    """`n` things of a kind that are shared, the `weight` they sum to, and the most telling of them by id and name."""

    kind: Shared
    n: int
    weight: float
    examples: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A person, and why: `score` is the sum of the reasons' weights, the weightiest reason first."""

    id: str
    name: str
    handle: str | None
    score: float
    reasons: list[Reason]


def suggest_collaborators(session: Session, *, researcher: Researcher, limit: int = 25) -> list[Suggestion]:
    """Return up to `limit` (1 to 50) people, the nearest first; at most 21 statements, which sum in the database."""
    weights = {kind: _weights(session, of, researcher.id) for kind, of in THINGS.items()}
    total = defaultdict[int, int](int)
    for kind, of in THINGS.items():
        if weights[kind]:
            for who, weight in session.execute(_nearest(of, weights[kind], researcher.id)):
                total[who] += int(weight)
    nearest = sorted(total, key=lambda who: (-total[who], who))[:MOST_SUGGESTED]
    reasons = defaultdict[int, list[Reason]](list)
    for kind, of in THINGS.items():
        if weights[kind] and nearest:
            for who, reason in _reasons(session, kind, of, weights[kind], nearest).items():
                reasons[who].append(reason)
    people = session.execute(
        select(Researcher.id, Researcher.public_id, Researcher.name, Researcher.handle).where(
            Researcher.id.in_(nearest)
        )
    )
    found = [Suggestion(row.public_id, row.name, row.handle, *_scored(reasons[row.id])) for row in people]
    return sorted(found, key=lambda one: (-one.score, one.id))[:limit]


def _weights(session: Session, of: Thing, researcher_id: int) -> dict[int, int]:
    things = session.scalars(of.own(researcher_id).limit(MOST_THINGS)).all()
    sizes = session.execute(of.size(things)).all() if things else []
    return {thing: round(MICRO / log(max(n, 2))) for thing, n in sizes if n <= MOST_SHARED}


def _nearest(of: Thing, weights: dict[int, int], researcher_id: int) -> Select[Any]:
    """Who shares most, but for oneself and one's co-authors."""
    weighed = (
        values(column("thing", BigInteger), column("weight", BigInteger)).data(list(weights.items())).cte("weighed")
    )
    pairs = of.people(list(weights)).subquery()
    thing, who = pairs.c
    total = func.sum(weighed.c.weight)
    known = coauthor_pairs([researcher_id]).subquery()
    return (
        select(who, total)
        .join(weighed, weighed.c.thing == thing)
        .where(who != researcher_id, who.not_in(select(known.c[1])))
        .group_by(who)
        .order_by(total.desc(), who)
        .limit(MOST_CANDIDATES)
    )


def _reasons(
    session: Session, kind: Shared, of: Thing, weights: dict[int, int], people: list[int]
) -> dict[int, Reason]:
    pairs = of.people(list(weights)).subquery()
    shared = defaultdict[int, list[int]](list)
    for thing, who in session.execute(select(pairs).where(pairs.c[1].in_(people))):
        shared[who].append(thing)
    names = {key: {"id": public_id, "name": name} for key, public_id, name in session.execute(_named(of, weights))}
    return {
        who: Reason(
            kind,
            len(things),
            sum(weights[thing] for thing in things) / MICRO,
            [names[one] for one in sorted(things, key=lambda one: (-weights[one], names[one]["id"]))[:EXAMPLES]],
        )
        for who, things in shared.items()
    }


def _named(of: Thing, keys: Collection[int]) -> Select[int, str, str]:
    return of.names.where(of.names.selected_columns[0].in_(keys))


def _scored(reasons: list[Reason]) -> tuple[float, list[Reason]]:
    ordered = sorted(reasons, key=lambda reason: (-reason.weight, reason.kind))
    return round(sum(reason.weight for reason in ordered), 6), ordered
