"""RIS: its entries read as references, and references written as its entries."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scholarnet.models import PublicationType as Type
from scholarnet.sources import references
from scholarnet.sources.references import Entry, Flaw, Reference, bare_doi, one_line, plain_year

LINE = re.compile(r"([A-Z][A-Z0-9])  ?-(?: (.*)|\s*)")
CARRIED = re.compile(r"((?:bibtex|csl|scholarnet)\.[^=\s]+)=(.+)")  # in C8: what other formats say
TYPES: dict[Type, tuple[str, ...]] = {
    Type.ARTICLE: ("JOUR", "JFULL", "MGZN", "NEWS", "EJOUR", "INPR", "ABST"),
    Type.PREPRINT: ("UNPB", "MANSCPT"),
    Type.PROCEEDINGS: ("CPAPER", "CONF"),
    Type.BOOK: ("BOOK", "EBOOK", "EDBOOK", "ENCYC", "DICT"),
    Type.CHAPTER: ("CHAP", "ECHAP"),
    Type.THESIS: ("THES",),
    Type.DATASET: ("DATA", "DBASE", "AGGR"),
    Type.REPORT: ("RPRT", "GOVDOC"),
    Type.OTHER: ("GEN",),
}
TYPE_OF = {name: kind for kind, names in TYPES.items() for name in names}
VENUES = ("JF", "JO", "T2", "BT", "JA")
# CSL's variables, and the tags that are read as them: the first that an entry has.
FIELDS = {
    "volume": ("VL",),
    "issue": ("IS",),
    "URL": ("UR",),
    "language": ("LA",),
    "publisher": ("PB",),
    "publisher-place": ("CY", "PP"),
    "edition": ("ET",),
    "collection-title": ("T3",),
    "note": ("N1",),
}
SERIAL = {"scholarnet.ISSN": "ISSN", "scholarnet.ISBN": "ISBN"}  # carried where SN would be read as the other
PAGES = re.compile(r"([^-–]*[^-–\s])-([^-–\s][^-–]*)")  # with a space beside it the sign is no range, and is kept
Values = dict[str, list[str]]


def read_ris(text: str) -> list[Entry]:
    """Read every entry, the broken ones as flaws."""
    return [_reference(line, values) if isinstance(values, dict) else values for line, values in _blocks(text)]


@dataclass(slots=True)
class _Block:
    """An entry that is being read; a stray one began without TY, and was reported then."""

    line: int
    values: Values
    is_stray: bool = False
    last: str = ""

    def add(self, tag: str, text: str) -> None:
        """Add a line; one without a tag goes on with the one before."""
        if tag:
            self.values.setdefault(tag, []).append(text)
            self.last = tag
        elif self.last and text:
            self.values[self.last][-1] = f"{self.values[self.last][-1]} {text}".strip()


def _blocks(text: str) -> Iterator[tuple[int, Values | Flaw]]:
    """Cut at TY and ER."""
    block: _Block | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        found = LINE.fullmatch(line.rstrip())
        tag, value = (found[1], (found[2] or "").strip()) if found else ("", line.strip())
        if tag in {"TY", "ER"}:
            if block and not block.is_stray:
                yield block.line, block.values if tag == "ER" else _unfinished(block, number)
            block = _Block(number, {"TY": [value.upper()]}) if tag == "TY" else None
        elif block:
            block.add(tag, value)
        elif tag:
            block = _Block(number, {}, is_stray=True)
            yield number, Flaw(number, "", f"the line begins with {tag}, and no entry is open; one begins with TY")
    if block and not block.is_stray:
        yield block.line, _unfinished(block, None)


def _unfinished(block: _Block, number: int | None) -> Flaw:
    where = f"before the next entry begins in line {number}" if number else "; the file breaks off here"
    return Flaw(block.line, _id(block.values), f"has no ER line {where}".replace(" ;", ";"))


def _id(values: Values) -> str:
    return one_line(next(iter(values.get("ID", [])), ""))


def _reference(line: int, values: Values) -> Reference:
    values = {tag: kept for tag, texts in values.items() if (kept := [text for text in texts if text])}
    kind = values.pop("TY", ["GEN"])[0]
    taken = TYPE_OF.get(kind, Type.OTHER)
    fields: dict[str, Any] = {} if TYPES[taken][0] == kind else {"ris.TY": kind}
    fields |= _carried(values)
    title = _first(values, ("TI", "T1", "CT")) or (_first(values, ("BT",)) if taken is Type.BOOK else "")
    year = _year(values)
    dois = values.pop("DO", [])
    doi = next((found for one in dois if (found := bare_doi(one))), None)
    values |= {"DO": left} if (left := [one for one in dois if bare_doi(one) != doi]) else {}
    fields |= {name: value for name, tags in FIELDS.items() if (value := _first(values, tags))}
    fields |= _pages(values) | _numbers(values, fields)
    words = references.keywords([*values.pop("KW", []), ""])
    fields |= {"keyword": words} if words else {}
    authors = [references.name_of(one) for tag in ("AU", "A1") for one in values.pop(tag, [])]
    editors = [references.name_of(one) for tag in ("A2", "ED") for one in values.pop(tag, [])]
    fields |= {"editor": references.as_values(editors)} if editors else {}
    key, venue, abstract = _first(values, ("ID",)), _first(values, VENUES), _first(values, ("AB", "N2"))
    fields |= {f"ris.{tag}": texts[0] if len(texts) == 1 else texts for tag, texts in values.items()}
    return Reference(
        line=line,
        key=key,
        type=taken,
        title=title,
        year=year,
        doi=doi,
        venue=venue or None,
        authors=references.in_full(authors, fields),
        abstract=abstract or None,
        fields=fields,
    )


def _carried(values: Values) -> dict[str, Any]:
    notes = [(text, CARRIED.fullmatch(text)) for text in values.pop("C8", [])]
    if left := [text for text, found in notes if found is None]:
        values["C8"] = left
    said = {found[1]: references.unpacked(found[2]) for _, found in notes if found}
    return {SERIAL.get(name, name): value for name, value in said.items()}


def _first(values: Values, tags: tuple[str, ...]) -> str:
    """The first that these tags say, which leaves the `values`; the others of the tag stay."""
    for tag in tags:
        if tag in values:
            first, *rest = values.pop(tag)
            values |= {tag: rest} if rest else {}
            return one_line(first)
    return ""


def _year(values: Values) -> int | None:
    """Of PY, Y1 or DA; what says more than the year is kept."""
    for tag in ("PY", "Y1", "DA"):
        texts = values.get(tag, [])
        year = plain_year(" ".join(texts))
        if year is not None:
            if [text.rstrip("/") for text in texts] == [str(year)]:
                del values[tag]
            return year
    return None


def _pages(values: Values) -> dict[str, str]:
    begin, end = _first(values, ("SP",)), _first(values, ("EP",))
    page = f"{begin}-{end}" if begin and end else begin or end
    return {"page": page} if page else {}


def _numbers(values: Values, known: dict[str, Any]) -> dict[str, str]:
    """The first ISSN and the first ISBN among what SN says, if not `known`."""
    found = {name: known[name] for name in SERIAL.values() if name in known}
    left = []
    for text in values.pop("SN", []):
        name = _serial(text)
        if found.setdefault(name, one_line(text)) != one_line(text):
            left.append(text)
    values |= {"SN": left} if left else {}
    return found


def _serial(text: str) -> str:
    return "ISSN" if re.fullmatch(r"\d{4}-?\d{3}[\dXx]\b.*", text) else "ISBN"


def write_ris(entries: Iterable[Reference]) -> str:
    """Write the entries; read again they are the same references."""
    return "\n".join("".join(f"{tag}  - {value}\n" for tag, value in _lines(entry)) for entry in entries)


def _lines(reference: Reference) -> Iterator[tuple[str, str]]:
    own = references.own_fields(reference, "ris")
    kind = str(own.pop("TY", ""))
    yield "TY", kind if TYPE_OF.get(kind, Type.OTHER) is reference.type and kind else TYPES[reference.type][0]
    for tag, value in (*_mapped(reference, own), *own.items()):
        for text in value if isinstance(value, list) else [value]:
            if line := re.sub(r"[\r\n]+", " ", str(text)).strip():
                yield tag, line
    others = {name: reference.fields[plain] for name, plain in SERIAL.items() if _is_misread(reference, plain)}
    for name, value in (others | references.carried(reference, own="ris")).items():
        yield "C8", f"{name}={references.packed(value)}"
    yield "ER", ""


def _is_misread(reference: Reference, name: str) -> bool:
    return name in reference.fields and _serial(str(reference.fields[name])) != name


def _mapped(reference: Reference, own: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    fields = reference.fields
    yield "ID", reference.key
    yield "TI", reference.title
    yield "AU", [references.shown_name(name) for name in reference.authors]
    if not any(plain_year(str(own.get(tag, ""))) == reference.year for tag in ("PY", "Y1")):
        yield "PY", str(reference.year or "")
    wanted = ("JF", "JO") if reference.type is Type.ARTICLE else ("T2", "BT", "JF")
    yield next((tag for tag in wanted if tag not in own), "JF"), reference.venue or ""
    for name, tags in FIELDS.items():
        yield tags[0], fields.get(name, "")
    pages = PAGES.fullmatch(str(fields.get("page", "")))
    yield from (("SP", pages[1]), ("EP", pages[2])) if pages else (("SP", fields.get("page", "")),)
    yield "SN", [fields[name] for name in SERIAL.values() if name in fields and not _is_misread(reference, name)]
    yield "A2", [references.shown_name(name) for name in references.as_names(fields.get("editor"))]
    yield "KW", fields.get("keyword", [])
    yield "DO", reference.doi or ""
    yield "AB", reference.abstract or ""
