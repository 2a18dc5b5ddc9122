"""CSL-JSON: its items read as references, and references written as its items."""

from collections.abc import Iterable
from typing import Any

import orjson

from scholarnet.models import PublicationType as Type
from scholarnet.sources import references
from scholarnet.sources.references import Entry, Flaw, Name, Reference, bare_doi, one_line, plain_year

TYPES: dict[Type, tuple[str, ...]] = {
    Type.ARTICLE: ("article-journal", "article-magazine", "article-newspaper", "journal-article", "review"),
    Type.PREPRINT: ("article", "manuscript", "posted-content"),
    Type.PROCEEDINGS: ("paper-conference", "proceedings-article"),
    Type.BOOK: ("book", "monograph", "edited-book", "collection"),
    Type.CHAPTER: ("chapter", "book-chapter", "entry-encyclopedia", "entry-dictionary", "entry"),
    Type.THESIS: ("thesis", "dissertation"),
    Type.DATASET: ("dataset",),
    Type.REPORT: ("report",),
    Type.OTHER: ("document",),
}
TYPE_OF = {name: kind for kind, names in TYPES.items() for name in names}
PLAIN = (
    "volume", "issue", "page", "URL", "language", "publisher", "publisher-place", "ISSN", "ISBN", "edition",
    "collection-title", "note",
)  # fmt: skip


def read_csl_json(text: str) -> list[Entry]:
    """Read every item of the array, or the one object; the broken ones are flaws."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return [Flaw(error.lineno, "", f"the file is not JSON: {error.msg} in line {error.lineno}")]
    items = found if isinstance(found, list) else [found]
    lines = _lines(text, len(items)) if isinstance(found, list) else [1]
    return [as_reference(line, item) for line, item in zip(lines, items, strict=True)]


def _lines(text: str, n_items: int) -> list[int]:
    """Where each element of the array begins: found by its brackets and commas outside of texts."""
    lines, line, depth, is_text, is_escaped, is_due = [], 1, 0, False, False, False
    for sign in text:
        line += sign == "\n"
        if is_text:
            is_text, is_escaped = is_escaped or sign != '"', sign == "\\" and not is_escaped
            continue
        if is_due and not sign.isspace() and sign != "]":
            lines.append(line)
            is_due = False
        is_text = sign == '"'
        depth += (sign in "[{") - (sign in "]}")
        is_due |= depth == 1 and sign in ",["
    return (lines + [line] * n_items)[:n_items]


def as_reference(line: int, item: Any) -> Entry:
    """Return the reference of an item, which begins in that line."""
    if not isinstance(item, dict):
        return Flaw(line, "", "is not an object in braces")
    if "\0" in orjson.dumps(item, option=orjson.OPT_NON_STR_KEYS).decode().replace("\\u0000", "\0"):
        return Flaw(line, _text(item.get("id")), "a text contains NUL (\\u0000)")
    return _reference(line, dict(item))


def _text(value: Any) -> str:
    """A text or a number on one line; of a list, as Crossref has them, the first."""
    if isinstance(value, list):
        value = next(iter(value), "")
    return one_line(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _reference(line: int, item: dict[str, Any]) -> Reference:
    kind = _text(item.pop("type", "")).lower()
    taken = TYPE_OF.get(kind, Type.OTHER)
    fields: dict[str, Any] = {} if TYPES[taken][0] == kind else {"csl.type": kind}
    custom = item.get("custom")
    if isinstance(custom, dict):
        for name in [one for one in custom if one.startswith(("bibtex.", "ris.")) or one == "csl.custom"]:
            fields[name] = custom[name]
        left = {name: value for name, value in custom.items() if name not in fields}
        item = {name: value for name, value in item.items() if name != "custom"} | ({"custom": left} if left else {})
    year, issued = _year(item.get("issued"))
    if not issued:
        item.pop("issued", None)
    doi = bare_doi(_text(item.get("DOI")))
    if doi:
        del item["DOI"]
    key = _text(item.pop("id", "")) or _text(item.get("citation-key"))
    authors = references.as_names(item.pop("author", None))
    editors = references.as_values(references.as_names(item.pop("editor", None)))
    fields |= {"editor": editors} if editors else {}
    words = item.pop("keyword", None)
    words = references.keywords([str(one) for one in words] if isinstance(words, list) else [_text(words)])
    fields |= {"keyword": words} if words else {}
    title, venue, abstract = (_text(item.pop(name, "")) for name in ("title", "container-title", "abstract"))
    fields |= {name: value for name in PLAIN if (value := _text(item.get(name)))}
    fields |= {f"csl.{name}": value for name, value in item.items() if name not in fields and value not in (None, "")}
    return Reference(
        line=line,
        key=key,
        type=taken,
        title=title,
        year=year,
        doi=doi,
        venue=venue or None,
        authors=tuple(name for name in authors if name.family),
        abstract=abstract or None,
        fields=fields,
    )


def _year(issued: Any) -> tuple[int | None, bool]:
    """The year, and whether `issued` says more than that."""
    if not isinstance(issued, dict):
        return plain_year(_text(issued)), bool(_text(issued)) and plain_year(_text(issued)) is None
    parts = issued.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts else None
    year = plain_year(_text(first[0])) if isinstance(first, list) and first else None
    if year is None:
        year = plain_year(" ".join(_text(issued.get(name)) for name in ("raw", "literal")))
    return year, issued not in ({"date-parts": [[year]]}, {"date-parts": [[str(year)]]})


def write_csl_json(entries: Iterable[Reference]) -> str:
    """Write an array of items; read again they are the same references."""
    return orjson.dumps([as_item(entry) for entry in entries], option=orjson.OPT_INDENT_2).decode()


def as_item(reference: Reference) -> dict[str, Any]:
    """Return the item of a reference."""
    fields = reference.fields
    own = {name.removeprefix("csl."): value for name, value in fields.items() if name.startswith("csl.")}
    kind = str(own.pop("type", TYPES[reference.type][0]))
    issued = own.pop("issued", None)
    others = {name: value for name, value in fields.items() if name.startswith(("bibtex.", "ris."))}
    custom = own.pop("custom", {})
    custom = (custom if isinstance(custom, dict) else {"csl.custom": custom}) | others
    item = {
        "id": reference.key,
        "type": kind if TYPE_OF.get(kind, Type.OTHER) is reference.type else TYPES[reference.type][0],
        "title": reference.title,
        "author": [_name(name) for name in reference.authors],
        "issued": issued if _year(issued)[0] == reference.year else {"date-parts": [[reference.year]]},
        "container-title": reference.venue,
        "DOI": reference.doi,
        "abstract": reference.abstract,
        **{name: fields[name] for name in PLAIN if name in fields},
        "editor": [_name(name) for name in references.as_names(fields.get("editor"))],
        "keyword": references.joined_keywords(fields.get("keyword", [])),
        "custom": custom,
    }
    return {name: value for name, value in item.items() if value not in (None, "", [], {})} | own


def _name(name: Name) -> dict[str, str]:
    said = references.as_values([Name(name.family, name.given, name.suffix)])[0]
    if not (name.given or name.suffix):
        said = {"literal": name.family}
    return said | ({"ORCID": f"https://orcid.org/{name.orcid}"} if name.orcid else {})
