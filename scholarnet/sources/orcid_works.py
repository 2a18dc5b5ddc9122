"""ORCID's works (API v3.0), in JSON and in XML, read as references.

A record, its activities, its list of works, works in bulk and one work have works; the other answers have none. Of
versions of a work that stand in one group the preferred one is read. Addresses of contributors are passed over.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile
from typing import Any

from scholarnet.sources.answers import json_answers
from scholarnet.sources.csl_json import as_reference
from scholarnet.sources.orcid_xml import LINE, is_xml, read_xml
from scholarnet.sources.references import ORCID, Entry, Flaw, Name, as_values, bare_doi, one_line, plain_name

TYPES = {
    "journal-article": "article-journal",
    "magazine-article": "article-magazine",
    "newspaper-article": "article-newspaper",
    "conference-paper": "paper-conference",
    "data-set": "dataset",
    "dissertation-thesis": "thesis",
    "dissertation": "thesis",
    "supervised-student-publication": "thesis",
    "encyclopedia-entry": "entry-encyclopedia",
    "dictionary-entry": "entry-dictionary",
    "preprint": "posted-content",
    "working-paper": "manuscript",
}
CODE = re.compile(r"[1-9][0-9]{0,18}")
DATE = re.compile(r"[0-9]{1,4}")
KEY = re.compile(r'"(?:work|work-summary)"\s*:\s*[\[{]')
LONGEST_REASON = 200  # characters


def read_orcid(text: str) -> list[Entry]:
    """Read every work of an answer, an error in place of one as a flaw."""
    if is_xml(text):
        tree = read_xml(text)
        return [tree] if isinstance(tree, Flaw) else list(orcid_entries(tree))
    answers = list(json_answers(text))
    found = [
        replace(entry, line=entry.line or line)
        for line, answer in answers
        for entry in ([answer] if isinstance(answer, Flaw) else orcid_entries(answer))
    ]
    begins = [text.count("\n", 0, one.start()) + 1 for one in KEY.finditer(text)]
    is_told = len(answers) == 1 and len(begins) == len(found)  # as in bulk, or with one version a group
    return [replace(entry, line=line) for entry, line in zip(found, begins, strict=True)] if is_told else found


def orcid_entries(answer: Any, owner: Name | None = None) -> Iterator[Entry]:
    """Read an answer; `owner` is whose record it is, the author where a work names no contributor."""
    root = _inside(answer, "record") or (answer if isinstance(answer, dict) else {})
    owner = owner or owner_of(root)
    for kind, work in _found(root):
        line = work.get(LINE, 0)
        if kind == "error":
            said = _said(work, "developer-message") or _said(work, "user-message") or "it does not say why"
            yield Flaw(line, "", f"is an error in place of a work: {said}"[:LONGEST_REASON])
        else:
            yield as_reference(line, _item(work, owner))


def owner_of(record: Any) -> Name | None:
    """Return whose record it is, if that is public."""
    name = _inside(record, "person", "name")
    orcid = ORCID.search(_said(record, "orcid-identifier", "path") or _said(name, "path"))
    family, given = _said(name, "family-name"), _said(name, "given-names")
    if not (family or given):
        return None
    return Name(family or given, given if family else "", "", orcid[0] if orcid else "")


def codes_of(works: Any) -> list[str] | None:
    """Return the put-codes of a record's works, the preferred of each group; None where it is no list of works."""
    if not isinstance(works, dict) or not isinstance(works.get("group"), list):
        return None
    codes = [str(work.get("put-code")) for _, work in _found(works)]
    return codes if all(map(CODE.fullmatch, codes)) else None


def _found(root: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The works and errors in it, with what they are."""
    if "response-code" in root:
        yield "error", root
    if isinstance(root.get("title"), dict) and "journal-title" in root:
        yield "work", root
    for one in (root, *_listed(root.get("bulk"))):
        for kind in ("work", "error"):
            yield from ((kind, found) for found in _listed(one.get(kind)))
    activities = _inside(root, "activities-summary") or root
    for group in _listed((_inside(activities, "works") or activities).get("group")):
        versions = _listed(group.get("work-summary"))
        yield from (("work", one) for one in sorted(versions, key=_rank, reverse=True)[:1])


def _rank(version: dict[str, Any]) -> int:
    """The greatest is the one that the owner prefers."""
    text = _said(version, "display-index")
    return int(text) if CODE.fullmatch(text) else 0


def _inside(value: Any, *names: str) -> dict[str, Any]:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _listed(value: Any) -> list[dict[str, Any]]:
    """The objects of a list, or the one object; XML does not tell one from a list of one."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def _said(value: Any, *names: str) -> str:
    """The text under these names, which JSON wraps once more."""
    for name in (*names, "value"):
        value = value.get(name) if isinstance(value, dict) else (value if name == "value" else None)
    return one_line(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _item(work: dict[str, Any], owner: Name | None) -> dict[str, Any]:
    kind = _said(work, "type").lower()
    date = [_said(work, "publication-date", part) for part in ("year", "month", "day")]
    authors, editors = _people(work)
    item = {
        "type": TYPES.get(kind, kind),
        "title": _said(work, "title", "title"),
        "subtitle": _said(work, "title", "subtitle"),
        "translated-title": _said(work, "title", "translated-title"),
        "container-title": _said(work, "journal-title"),
        "abstract": _said(work, "short-description"),
        "issued": {"date-parts": [[int(part) for part in takewhile(DATE.fullmatch, date)]]},
        "author": as_values(authors or ([owner] if owner else [])),
        "editor": as_values(editors),
        "URL": _said(work, "url"),
        "language": _said(work, "language-code"),
    }
    return {name: value for name, value in item.items() if value} | _ids(work)


def _ids(work: dict[str, Any]) -> dict[str, Any]:
    """DOI, ISBN and ISSN of the work itself, and as they stand all others."""
    found: dict[str, Any] = {}
    others = []
    for one in _listed(_inside(work, "external-ids").get("external-id")):
        kind, value = _said(one, "external-id-type"), _said(one, "external-id-value")
        relation = _said(one, "external-id-relationship")
        name = {"doi": "DOI", "isbn": "ISBN", "issn": "ISSN"}.get(kind, "")
        is_of_itself = relation in {"", "self"} or (kind == "issn" and relation == "part-of")
        if name and is_of_itself and name not in found and (name != "DOI" or bare_doi(value)):
            found[name] = value
        elif value:
            others.append({"type": kind, "value": value, "relationship": relation})
    return found | ({"external-ids": others} if others else {})


def _people(work: dict[str, Any]) -> tuple[list[Name], list[Name]]:
    """Authors and editors; who has several roles is listed once for each, and is one person."""
    people: dict[bool, list[Name]] = {False: [], True: []}
    for one in _listed(_inside(work, "contributors").get("contributor")):
        orcid = ORCID.search(_said(one, "contributor-orcid", "path"))
        name = plain_name(_said(one, "credit-name"), orcid[0] if orcid else "")
        role = _said(one, "contributor-attributes", "contributor-role")
        if name.family:
            people[role == "editor"].append(name)
    return list(dict.fromkeys(people[False])), list(dict.fromkeys(people[True]))
