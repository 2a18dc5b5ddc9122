"""BibTeX and BibLaTeX: their entries read as references, and references written as their entries."""

from __future__ import annotations  # what is loaded later is not looked at for a signature

import logging
import re
from collections.abc import Mapping
from typing import Any, TypeAlias

import bibtexparser

from scholarnet.models import PublicationType as Type
from scholarnet.sources import references
from scholarnet.sources.latex import is_balanced, to_latex, to_unicode
from scholarnet.sources.references import Entry, Flaw, Name, Reference, bare_doi, one_line, plain_year

logging.getLogger("bibtexparser").addHandler(logging.NullHandler())  # what it would say stands in the flaws
OWN = frozenset(
    ("title", "author", "crossref", "doi", "abstract", "pages", "url", "file", "keywords")
)  # inherited by none
FOREIGN = re.compile(r"(bibtex|ris|csl|scholarnet)-(.+)")
# The first of a type is what it is written as.
TYPES: dict[Type, tuple[str, ...]] = {
    Type.ARTICLE: ("article", "suppperiodical"),
    Type.PREPRINT: ("unpublished", "preprint"),
    Type.PROCEEDINGS: ("inproceedings", "conference"),
    Type.BOOK: ("book", "mvbook", "collection", "mvcollection", "proceedings", "mvproceedings", "reference", "booklet"),
    Type.CHAPTER: ("incollection", "inbook", "bookinbook", "suppbook", "inreference"),
    Type.THESIS: ("phdthesis", "thesis", "mastersthesis"),
    Type.DATASET: ("dataset",),
    Type.REPORT: ("techreport", "report"),
    Type.OTHER: ("misc",),
}
TYPE_OF = {name: kind for kind, names in TYPES.items() for name in names}
VENUES = ("journal", "journaltitle", "booktitle")
# CSL's variables, and the fields that are read as them: the first that an entry has.
FIELDS = {
    "volume": ("volume",),
    "issue": ("number",),
    "page": ("pages",),
    "URL": ("url",),
    "language": ("language",),
    "publisher": ("publisher", "school", "institution"),
    "publisher-place": ("address", "location"),
    "ISSN": ("issn",),
    "ISBN": ("isbn",),
    "edition": ("edition",),
    "collection-title": ("series",),
    "note": ("note",),
}
SOFTWARE = frozenset(("softwareversion", "softwaremodule", "codefragment"))
VERBATIM = frozenset(("URL",))
Block: TypeAlias = "bibtexparser.model.Entry"
Unread: TypeAlias = "bibtexparser.model.ParsingFailedBlock"
Parents: TypeAlias = "dict[str, tuple[Block, dict[str, str]]]"
PREFERRED = {Type.THESIS: "school", Type.REPORT: "institution"}


def read_bibtex(text: str) -> list[Entry]:
    """Read every entry, the broken ones as flaws. An entry may leave to its ``crossref`` what it does not say."""
    library = bibtexparser.entrypoint.parse_string(text, parse_stack=[])
    strings = {one.key.lower(): one.value for one in library.strings}
    blocks = [
        block
        for block in library.blocks
        if isinstance(block, bibtexparser.model.Entry | bibtexparser.model.ParsingFailedBlock)
    ]
    entries = [_entry_of(block) for block in blocks]
    parents: Parents = {}
    for entry in entries:
        if isinstance(entry, bibtexparser.model.Entry) and entry.key:
            parents.setdefault(entry.key.lower(), (entry, _values(entry, strings)))
    return [
        _reference(entry, _inherited(entry, _values(entry, strings), parents))
        if isinstance(entry, bibtexparser.model.Entry)
        else entry
        for entry in entries
    ]


def _entry_of(block: Block | Unread) -> Block | Flaw:
    """A second entry of the same key, or with a field twice, is an entry."""
    if isinstance(block, bibtexparser.model.Entry):
        return block
    inner: Any = block.ignore_error_block
    while isinstance(inner, bibtexparser.model.ParsingFailedBlock):
        inner = inner.ignore_error_block
    if isinstance(inner, bibtexparser.model.Entry):
        return inner
    key = re.match(r"\s*@\s*\w+\s*[{(]\s*([^,\s]*)", block.raw or "")
    reason = getattr(block.error, "abort_reason", None) or str(block.error)
    return Flaw((block.start_line or 0) + 1, key[1] if key else "", one_line(f"cannot be read: {reason}"))


def _values(entry: Block, strings: Mapping[str, str]) -> dict[str, str]:
    """The fields by lower-case name, abbreviations written out; a name's second value is under ``NAME-2``."""
    values: dict[str, str] = {}
    for one in entry.fields:
        name = one.key.strip().lower()
        value = _value(str(one.value), strings)
        number = 2
        while value and name in values and values[name] != value:
            name, number = f"{one.key.strip().lower()}-{number}", number + 1
        if value:
            values[name] = value
    return values


def _value(raw: str, strings: Mapping[str, str], depth: int = 0) -> str:
    """Join the parts at ``#``; an abbreviation may stand for others, eight deep."""
    return "".join(_part(part.strip(), strings, depth) for part in _parts(raw)).strip()


def _part(part: str, strings: Mapping[str, str], depth: int) -> str:
    if len(part) > 1 and part[0] + part[-1] in {"{}", '""'}:
        return part[1:-1]
    if part.lower() in strings and depth < 8:
        return _value(strings[part.lower()], strings, depth + 1)
    return part


def _parts(raw: str) -> list[str]:
    parts, depth, is_quoted = [""], 0, False
    for sign in raw if "#" in raw else "":
        depth += (sign == "{") - (sign == "}")
        is_quoted ^= sign == '"' and depth == 0
        if sign == "#" and depth == 0 and not is_quoted:
            parts.append("")
        else:
            parts[-1] += sign
    return parts if "#" in raw else [raw]


def _inherited(entry: Block, values: dict[str, str], parents: Parents, depth: int = 0) -> dict[str, str]:
    """What is missing is the parent's, whose title is the book's, but of a part of a software its own."""
    found = parents.get(values.get("crossref", "").strip().lower())
    if found is None or depth > 8:
        return values
    parent = _inherited(*found, parents, depth + 1)
    name = "title" if entry.entry_type.lower() in SOFTWARE else "booktitle"
    passed = {name: parent.get("title", "")} | {name: value for name, value in parent.items() if name not in OWN}
    return {**{name: value for name, value in passed.items() if value}, **values}


def _plain(value: str) -> str:
    return one_line(to_unicode(value))


def _reference(entry: Block, values: dict[str, str]) -> Reference:
    kind = entry.entry_type.strip().lower()
    taken = TYPE_OF.get(kind, Type.OTHER)
    fields: dict[str, Any] = {} if TYPES[taken][0] == kind else {"bibtex.entrytype": kind}
    title = _taken(values, ("title",)) or (_taken(values, ("booktitle",)) if taken is Type.BOOK else "")
    venue = _taken(values, VENUES)
    doi = bare_doi(to_unicode(values.get("doi", "")))
    if doi:
        del values["doi"]
    authors = _names(values.pop("author", ""), fields)
    abstract = _taken(values, ("abstract",))
    date = values.get("year") or values.get("date") or ""
    if re.fullmatch(r"\d{4}", _plain(date)):
        values.pop("year" if "year" in values else "date", None)
    elif "year" in values:
        values.setdefault("date", values.pop("year"))  # 'in press', '1998/1999': kept as it is
    for variable, names in FIELDS.items():
        value = _taken(values, names, verbatim=variable in VERBATIM)
        if value:
            fields[variable] = value.replace("--", "-") if variable == "page" else value
    if "editor" in values:
        fields["editor"] = references.as_values(_names(values.pop("editor"), fields, role="editor"))
    words = references.keywords([_taken(values, ("keywords",))])
    fields |= {"keyword": words} if words else {}
    fields |= dict(_kept(name, value) for name, value in values.items())
    key = one_line(entry.key)
    return Reference(
        line=(entry.start_line or 0) + 1,
        key=key,
        type=taken,
        title=title,
        year=plain_year(_plain(date)),
        doi=doi,
        venue=venue or None,
        authors=references.in_full(authors, fields),
        abstract=abstract or None,
        fields=fields,
    )


def _taken(values: dict[str, str], names: tuple[str, ...], *, verbatim: bool = False) -> str:
    """The first of these fields that says something, which leaves the `values`."""
    for name in names:
        value = values.get(name, "")
        shown = one_line(value) if verbatim and is_balanced(value) else _plain(value)
        if shown:
            del values[name]
            return shown
    return ""


def _names(value: str, fields: dict[str, Any], role: str = "author") -> list[Name]:
    value = one_line(value)
    if ";" in value and "{" not in value and " and " not in value:
        value = re.sub(r"(?<!\\);", " and ", value)  # not BibTeX, but common
    people = [one for one in bibtexparser.middlewares.names.split_multiple_persons_names(value) if one.strip()]
    if people and people[-1].lower() == "others":
        fields[f"bibtex.{role}-and-others"] = "yes"
        people.pop()
    names = [_name(one) for one in people]
    return [name for name in names if name.family]


def _name(text: str) -> Name:
    parts = bibtexparser.middlewares.names.parse_single_name_into_parts(text, strict=False)
    given, von, last, suffix = (_plain(" ".join(words)) for words in (parts.first, parts.von, parts.last, parts.jr))
    family = " ".join(part for part in (von, last) if part)
    return Name(family, given, suffix) if family else Name(given, "", suffix)


def _kept(name: str, value: str) -> tuple[str, Any]:
    foreign = FOREIGN.fullmatch(name)
    if foreign:
        shown = foreign[2].upper() if foreign[1] == "ris" else foreign[2]
        return f"{foreign[1]}.{shown}", references.unpacked(to_unicode(value))
    return f"bibtex.{name}", value if is_balanced(value) else to_latex(value)
