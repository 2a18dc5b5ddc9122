"""Names of people: what two spellings of one have in common. A name never identifies anybody; it only rules out."""

import re
import unicodedata
from collections.abc import Sequence

SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv", "md", "phd"))
LONGEST_KEY = 120  # characters


def plain_words(text: str) -> list[str]:
    """Return the words of a text in order: letters and digits alone, without accents and case."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return re.findall(r"[^\W_]+", plain.casefold())


def name_key(name: str) -> str:
    """Return family name and first initial, such as ``weil w``, by which namesakes are found; an index has it."""
    family, given = _parts(name)
    return f"{family} {given[0][0] if given else ''}".strip()[:LONGEST_KEY]


def names_agree(one: str, other: str) -> bool:
    """Whether two names may be one person's: the family name is the same, and no given name contradicts.

    An initial agrees with what it begins; a given name that only one of them has contradicts nothing.
    """
    (family, given), (other_family, other_given) = _parts(one), _parts(other)
    return family == other_family and all(map(_same_given, given, other_given))


def _same_given(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) == 1 and long.startswith(short))


def _parts(name: str) -> tuple[str, Sequence[str]]:
    """The family name, one word ('van Gogh' and 'Gogh' are one), and the given names; 'Weil, Anna' is turned round."""
    before, comma, after = name.partition(",")
    words = _words(before)
    if comma and _words(after):
        return (words[-1] if words else ""), _words(after)
    return (words[-1] if words else name.casefold().strip()), words[:-1]


def _words(text: str) -> list[str]:
    """The words of a name that are no suffix, unless it has no others."""
    words = plain_words(text)
    return [word for word in words if word not in SUFFIXES] or words
