"""References: what a bibliography says of a work, in one shape for every format, and the text of its file."""

import gzip
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from scholarnet.errors import InputError
from scholarnet.models import PublicationType
from scholarnet.sources.files import unpacked_stream

DOI = re.compile(r"10\.\d{4,9}/\S{1,240}")
ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
LARGEST_FILE = 1 << 26  # bytes: entries refer to each other, so that a file is read whole
MARKS = (("utf-16", (b"\xff\xfe", b"\xfe\xff")), ("utf-8-sig", (b"\xef\xbb\xbf",)))
AUTHORS = "scholarnet.author"  # under which formats without a place for ORCID iDs carry the names in full
OTHERS = "scholarnet.others"  # under which fields are carried whose names a format could not write
PLAIN = re.compile(r"(?:bibtex|csl)\.[a-z0-9_+-]+|ris\.(?!ER|TY)[A-Z][A-Z0-9]")
TYPE_NAMES = frozenset(("bibtex.entrytype", "ris.TY", "csl.type"))  # what a format calls a type that has several names


@dataclass(frozen=True, slots=True)
class Name:
    """A person, or with a `family` name alone perhaps a body; `orcid` in its plain form."""

    family: str
    given: str = ""
    suffix: str = ""
    orcid: str = ""

    @property
    def display(self) -> str:
        """Given name, family name, suffix."""
        return " ".join(part for part in (self.given, self.family, self.suffix) if part)


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry of a bibliography; `line` is where it begins, from 1, `key` what the file calls it.

    `fields` has the CSL variables that the others do not hold (volume, issue, page, URL, keyword, editor…), and as
    ``bibtex.NAME``, ``ris.TAG``, ``csl.NAME`` what none of them means, as it stood there. `citation_count` is what an
    answer of Crossref or OpenAlex states; bibliographies have no place for it.
    """

    line: int
    key: str
    type: PublicationType
    title: str
    year: int | None
    doi: str | None = None
    venue: str | None = None
    authors: tuple[Name, ...] = ()
    abstract: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    citation_count: int = 0


@dataclass(frozen=True, slots=True)
class Flaw:
    """An entry that cannot be read, and why; the others are not touched by it."""

    line: int
    key: str
    reason: str


Entry: TypeAlias = Reference | Flaw


def read_text(path: Path) -> tuple[str, str]:
    """Return the text of a file, plain or gzipped, its line ends as LF, and what is to be said of its encoding.

    Raises InputError where it cannot be read, is above LARGEST_FILE bytes (when unpacked) or is no text.
    """
    try:
        with path.open("rb") as file:
            raw = unpacked_stream(file).read(LARGEST_FILE + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(str(path), f"the gzip archive is damaged ({error}); copy or pack the file again") from error
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror or error}") from error
    if len(raw) > LARGEST_FILE:
        raise InputError(str(path), f"has more than {LARGEST_FILE:,} bytes; split it")
    return as_text(raw, shown=str(path))


def as_text(raw: bytes, *, shown: str) -> tuple[str, str]:
    """Return the text that the bytes of a file are, as :func:`read_text` does; `shown` is its name."""
    text, note = _decoded(raw)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError(shown, "has a NUL; this is no text file", line=line)
    return text.replace("\r\n", "\n").replace("\r", "\n"), note


def _decoded(raw: bytes) -> tuple[str, str]:
    encoding = next((name for name, marks in MARKS if raw.startswith(marks)), "utf-8")
    try:
        return raw.decode(encoding), ""
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return raw.decode("latin-1"), f"is not UTF-8 (line {line}) and was read as Latin-1"


def bare_doi(text: str) -> str | None:
    """Return the DOI in it, in lower case and without what stands before it, or None."""
    found = DOI.search(text.strip().lower())
    return found[0].rstrip(".,;") if found else None


def plain_year(text: str) -> int | None:
    """Return the first year of four digits in it, or None."""
    found = re.search(r"(?<!\d)\d{4}(?!\d)", text)
    return int(found[0]) if found else None


def one_line(text: str) -> str:
    """Return it with single spaces alone."""
    return " ".join(text.split())


def keywords(texts: Iterable[str]) -> list[str]:
    """Return the parts at semicolons; without one in any, and of one text alone, at commas."""
    parts = list(texts)
    sign = "," if len(parts) == 1 and ";" not in parts[0] else ";"
    return list(dict.fromkeys(one_line(word) for part in parts for word in part.split(sign) if word.strip()))


def joined_keywords(words: list[str]) -> str:
    """Return one text that :func:`keywords` cuts into the same words."""
    return (
        "; ".join(words) + (";" if len(words) == 1 else "") if any("," in word for word in words) else ", ".join(words)
    )


def name_of(text: str) -> Name:
    """Read ``Family, Given`` or ``Family, Given, Suffix``; without a comma it is the name of a body or of one word."""
    family, given, suffix = ([one_line(part) for part in text.split(",", 2)] + ["", ""])[:3]
    return Name(family, given, suffix) if family else Name(one_line(text))


def shown_name(name: Name) -> str:
    """Write a name as :func:`name_of` reads it."""
    parts = [name.family, name.given, name.suffix] if name.suffix else [name.family, name.given]
    return ", ".join(parts) if name.given or name.suffix else name.family


def plain_name(display: str, orcid: str = "") -> Name:
    """Take a name apart where nobody has said how: the last word is the family's."""
    given, _, family = display.rpartition(" ")
    return Name(family, given, "", orcid)


def packed(value: Any) -> str:
    """Write the value of another format's field, a text or more, on one line of ASCII's control-free text."""
    return orjson.dumps(value).decode()


def unpacked(text: str) -> Any:
    """Read what :func:`packed` wrote; a text that it did not write is itself."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def own_fields(reference: Reference, own: str) -> dict[str, Any]:
    """Return the fields that are a format's own, by the names they have there; no name can end an entry."""
    return {
        name.removeprefix(f"{own}."): value
        for name, value in reference.fields.items()
        if name.startswith(f"{own}.") and (PLAIN.fullmatch(name) or name in TYPE_NAMES)
    }


def carried(reference: Reference, *, own: str) -> dict[str, Any]:
    """Return what a format carries for others, by name: their fields, and authors that it could not say in full."""
    kept = {name: value for name, value in reference.fields.items() if "." in name}
    plain = {name for name in kept if PLAIN.fullmatch(name) or name in TYPE_NAMES}
    others = {name: kept[name] for name in kept if name in plain and not name.startswith(f"{own}.")}
    if odd := {name: kept[name] for name in kept if name not in plain}:
        others[OTHERS] = odd
    if any(_is_cut(name) for name in reference.authors):
        others[AUTHORS] = as_values(reference.authors)
    return others


def _is_cut(name: Name) -> bool:
    """Whether a format that has names as texts would lose something."""
    return bool(name.orcid or (name.suffix and not name.given) or name_of(shown_name(name)) != name)


def in_full(authors: list[Name], fields: dict[str, Any]) -> tuple[Name, ...]:
    """Return the authors as they were carried, unless somebody took one away or added one; unpack odd names."""
    odd = fields.pop(OTHERS, None)
    if isinstance(odd, dict):
        fields |= {name: value for name, value in odd.items() if "." in name and name not in fields}
    full = as_names(fields.pop(AUTHORS, None))
    return tuple(full if len(full) == len(authors) else authors)


def as_values(names: Iterable[Name]) -> list[dict[str, str]]:
    """Names as CSL has them."""
    parts = {"family": "family", "given": "given", "suffix": "suffix", "ORCID": "orcid"}
    return [{part: value for part, attribute in parts.items() if (value := getattr(name, attribute))} for name in names]


def as_names(values: Any) -> list[Name]:
    """Names out of CSL's; what is not one is passed over."""
    return [_as_name(value) for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def _as_name(value: dict[str, Any]) -> Name:
    said = {name: one_line(str(text)) for name, text in value.items() if isinstance(text, str | int)}
    particles = (said.get("dropping-particle", ""), said.get("non-dropping-particle", ""))
    family = " ".join(part for part in (*particles, said.get("family", "")) if part)
    orcid = ORCID.search(said.get("ORCID", "").upper())
    rest = said.get("literal") or said.get("name") or said.get("given", "")
    if not family:
        return Name(rest, orcid=orcid[0] if orcid else "")
    return Name(family, said.get("given", ""), said.get("suffix", ""), orcid[0] if orcid else "")
