"""A reader's own weights of criteria, as text: ``soundness:2,clarity:1``."""

from collections.abc import Collection

from scholarnet.errors import BadQuery
from scholarnet.filters import number

LEAST, MOST = 0.001, 1000.0  # what a weight may be, or 0


def read_criteria(text: str, known: Collection[str]) -> dict[str, float]:
    """Return the weights above 0 by criterion, in the order given; BadQuery says what is wrong and what there is."""
    weights: dict[str, float] = {}
    for piece in text.split(","):
        name, _, weight = (part.strip() for part in piece.partition(":"))
        if name not in known:
            msg = f"criteria: there is no {name!r}; there are: {', '.join(known)}"
            raise BadQuery(msg)
        if name in weights:
            msg = f"criteria: {name} is given twice"
            raise BadQuery(msg)
        weights[name] = _weight(name, weight)
    if not any(weights.values()):
        msg = "criteria: all weights are 0; give one of them more, as in soundness:2,clarity:1"
        raise BadQuery(msg)
    return {name: weight for name, weight in weights.items() if weight}


def write_criteria(weights: dict[str, float]) -> str:
    """Return one text for all that mean these weights as they stand."""
    return ",".join(f"{name}:{weight!r}" for name, weight in sorted(weights.items()))


def _weight(name: str, text: str) -> float:
    try:
        weight = number(text)
    except ValueError:
        weight = -1.0
    if weight != 0 and not LEAST <= weight <= MOST:
        msg = f"criteria: {text!r} is no weight of {name}: that is a number from {LEAST} to {MOST:g}, or 0"
        raise BadQuery(msg)
    return weight
