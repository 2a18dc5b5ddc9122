"""References written as BibTeX entries, in UTF-8; read again they are the same references."""

import re
from collections.abc import Iterable
from typing import Any

from scholarnet.models import PublicationType as Type
from scholarnet.sources import references
from scholarnet.sources.bibtex import FIELDS, PREFERRED, TYPE_OF, TYPES, VENUES, VERBATIM
from scholarnet.sources.latex import is_balanced, to_latex
from scholarnet.sources.references import Name, Reference


def write_bibtex(entries: Iterable[Reference]) -> str:
    """Write the entries, each field on a line of its own."""
    return "\n".join(map(_entry, entries))


def _entry(reference: Reference) -> str:
    own = {name: str(value) for name, value in references.own_fields(reference, "bibtex").items()}
    kind = own.pop("entrytype", "")
    if TYPE_OF.get(kind, Type.OTHER) is not reference.type or not re.fullmatch(r"[a-z][a-z0-9]*", kind):
        kind = TYPES[reference.type][0]
    values = {name: value for name, value in _fields(reference, own) if value}
    values |= {name: value for name, value in own.items() if name not in values and _is_safe(value)}
    others = references.carried(reference, own="bibtex")
    if parent := values.pop("crossref", None):
        others["bibtex.crossref"] = parent  # an entry is written whole; it needs no parent, which may not be there
    for name, value in others.items():
        values[name.replace(".", "-", 1)] = to_latex(references.packed(value))
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in values.items())
    return f"@{kind}{{{_key(reference.key)},\n{lines}}}\n"


def _is_safe(value: str) -> bool:
    """Whether a value can stand as it is: an @ that begins a line would begin an entry."""
    return is_balanced(value) and not re.search(r"^\s*@", value, re.MULTILINE)


def _key(text: str) -> str:
    return re.sub(r"""[\s,{}()"'#%\\~=@]""", "", text) or "entry"


def _fields(reference: Reference, own: dict[str, str]) -> Iterable[tuple[str, str]]:
    fields = reference.fields
    yield "author", _names(reference.authors)
    yield "title", to_latex(reference.title)
    if references.plain_year(own.get("date", "")) != reference.year:
        yield "year", str(reference.year or "")
    yield _free(VENUES if reference.type is Type.ARTICLE else (*VENUES[::-1],), own), to_latex(reference.venue or "")
    for variable, names in FIELDS.items():
        value = str(fields.get(variable, ""))
        wanted = PREFERRED.get(reference.type) if variable == "publisher" else None
        written = _verbatim(value) if variable in VERBATIM else to_latex(value)
        yield (
            _free((wanted, *names) if wanted else names, own),
            written.replace("-", "--") if variable == "page" else written,
        )
    yield "doi", to_latex(reference.doi or "")
    yield "editor", _names(references.as_names(fields.get("editor")))
    yield "keywords", to_latex(references.joined_keywords(_words(fields.get("keyword"))))
    yield "abstract", to_latex(reference.abstract or "")


def _words(value: Any) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list) else [str(value)] if value else []


def _free(names: tuple[str, ...], own: dict[str, str]) -> str:
    """The first of the names that a kept field does not have."""
    return next((name for name in names if name not in own), names[0])


def _verbatim(url: str) -> str:
    return url if is_balanced(url) else url.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")


def _names(names: Iterable[Name]) -> str:
    return " and ".join(_name(name) for name in names)


def _name(name: Name) -> str:
    if not name.given:
        whole = to_latex(name.display)
        return whole if re.fullmatch(r"[^\W\d_]+", whole) and whole[0].isupper() else f"{{{whole}}}"
    return ", ".join(_part(part) for part in (name.family, name.suffix, name.given) if part)


def _part(text: str) -> str:
    is_plain = not re.search(r"[;,\\{}$]|(?:^|\s)and(?:\s|$)", text, re.IGNORECASE)
    return text if is_plain and to_latex(text) == text else f"{{{to_latex(text)}}}"
