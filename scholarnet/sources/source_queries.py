"""What a source is asked for: identifiers, or its own parameters as a query string has them."""

import re
from collections.abc import Callable, Collection
from urllib.parse import parse_qsl

from scholarnet.errors import BadQuery

DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)?(10\.[0-9]{4,9}/\S{1,240})", re.IGNORECASE)
ORCID = re.compile(r"(?:https?://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])", re.IGNORECASE | re.ASCII)
OPENALEX = re.compile(r"(?:https?://openalex\.org/)?([WA]\d{1,19})", re.IGNORECASE | re.ASCII)
LONGEST = 100_000  # characters of a query
MOST_IDS = 5_000


def doi_of(word: str) -> str | None:
    """Return the DOI that a word is, in lower case, or None."""
    found = DOI.fullmatch(word.rstrip(",;"))
    return found[1].lower() if found else None


def orcid_of(word: str) -> str | None:
    """Return the ORCID iD that a word is, or None."""
    found = ORCID.fullmatch(word.rstrip(",;"))
    return found[1].upper() if found else None


def openalex_of(word: str, *, kind: str) -> str | None:
    """Return the id of a work (`kind` W) or an author (A) that a word is, or None."""
    found = OPENALEX.fullmatch(word.rstrip(",;"))
    return found[1].upper() if found and found[1][0].upper() == kind else None


def ids_of(query: str, id_of: Callable[[str], str | None]) -> list[str]:
    """Return the ids that a query consists of, each once; none if one of its words is no id."""
    if len(query) > LONGEST:
        msg = f"the query has {len(query):,} characters; at most {LONGEST:,} are taken, ask in parts"
        raise BadQuery(msg)
    ids = [id_of(word) for word in query.split()]
    known = list(dict.fromkeys(one for one in ids if one))
    if len(known) > MOST_IDS:
        msg = f"the query has {len(known):,} ids; at most {MOST_IDS:,} are taken, ask in parts"
        raise BadQuery(msg)
    return known if all(ids) else []


def parameters_of(query: str, *, allowed: Collection[str], what: str) -> dict[str, str]:
    """Return the parameters of a query string such as ``query=liver&filter=type:journal-article``.

    Raises BadQuery where it is none, or has one that is not `allowed`; `what` says what else could be asked.
    """
    try:
        pairs = parse_qsl(query.strip().removeprefix("?"), strict_parsing=True, keep_blank_values=True)
    except ValueError:
        pairs = []
    if not pairs:
        msg = f"{query[:80]!r} is not {what}, and no parameters such as {next(iter(allowed))}=…"
        raise BadQuery(msg)
    for name, _ in pairs:
        if name not in allowed:
            msg = f"{name[:80]!r} is no parameter that is sent on; those are {', '.join(allowed)}"
            raise BadQuery(msg)
    return dict(pairs)
