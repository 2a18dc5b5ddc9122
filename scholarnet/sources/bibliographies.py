"""Bibliographies: references in any format that is known, by its name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from scholarnet.errors import InputError
from scholarnet.sources.answers import read_crossref, read_openalex
from scholarnet.sources.bibtex import read_bibtex
from scholarnet.sources.bibtex_text import write_bibtex
from scholarnet.sources.csl_json import read_csl_json, write_csl_json
from scholarnet.sources.orcid_works import read_orcid
from scholarnet.sources.papers import read_papers
from scholarnet.sources.references import Entry, Reference, as_text, read_text
from scholarnet.sources.ris import read_ris, write_ris


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its media type, the endings of its files, how it is read and written."""

    media_type: str
    endings: tuple[str, ...]
    read: Callable[[str], list[Entry]]
    write: Callable[[Iterable[Reference]], str]


FORMATS = {
    "bibtex": Format("application/x-bibtex", (".bib", ".bibtex"), read_bibtex, write_bibtex),
    "ris": Format("application/x-research-info-systems", (".ris",), read_ris, write_ris),
    "csl-json": Format("application/vnd.citationstyles.csl+json", (".json", ".csl"), read_csl_json, write_csl_json),
}


SOURCES: dict[str, Callable[[str], list[Entry]]] = {  # what else is read, where it is named
    **{name: known.read for name, known in FORMATS.items()},
    "crossref": read_crossref,
    "openalex": read_openalex,
    "orcid": read_orcid,
    "papers": read_papers,
}


def read_bibliography(path: Path, *, name: str | None = None) -> tuple[list[Entry], str]:
    """Return the entries of a file, and what is to be said of its encoding, or nothing.

    `name` is one of SOURCES; without it the ending of the file tells. Raises InputError where neither does, where
    the file cannot be read, and where there is no entry in it.
    """
    told = name or format_of_name(path.name)
    if told is None:
        endings = ", ".join(ending for one in FORMATS.values() for ending in one.endings)
        raise InputError(str(path), f"its ending does not tell the format; rename it ({endings}) or say which it is")
    text, note = read_text(path)
    return _entries(text, told, shown=str(path)), note


def format_of_name(name: str) -> str | None:
    """Return the format that the ending of a file's name tells, or None."""
    return next((known for known, one in FORMATS.items() if name.lower().endswith(one.endings)), None)


def parse_bibliography(raw: bytes, *, name: str, shown: str) -> tuple[list[Entry], str]:
    """Return the entries of a file that is there as bytes, as :func:`read_bibliography` does."""
    text, note = as_text(raw, shown=shown)
    return _entries(text, name, shown=shown), note


def _entries(text: str, name: str, *, shown: str) -> list[Entry]:
    entries = SOURCES[name](text)
    if not entries:
        raise InputError(shown, "there is no entry in it", line=1)
    return entries
