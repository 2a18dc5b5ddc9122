"""Names of files: they are shown and sent to other machines, and never become a path here."""

import unicodedata

from scholarnet.errors import Invalid

LONGEST = 200


def check_name(name: str) -> str:
    """Return the name; Invalid if it is not the plain name of a file."""
    problem = _problem(name)
    if problem:
        raise Invalid("name", problem)
    return name


def extension_of(name: str) -> str:
    """Return what stands after the last dot, in lower case."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def _problem(name: str) -> str | None:
    if not name.strip():
        return "must not be empty"
    if len(name) > LONGEST:
        return f"has at most {LONGEST} characters"
    if any(character in name for character in "/\\") or ".." in name:
        return "must be a plain name: without /, \\ and .."
    if name.startswith("."):
        return "must not begin with a dot"
    if any(unicodedata.category(character).startswith("C") for character in name):
        return "contains a control character"
    return None
