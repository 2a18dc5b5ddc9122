"""ORCID's XML, read into the shape that its JSON has. What comes from outside opens no file and no connection.

A document type declaration is refused, so that there are no entities to expand and nothing to fetch.
"""

import re
from typing import Any

from lxml import etree

from scholarnet.sources.references import Flaw

NAMESPACE = "{http://www.orcid.org/ns/"
LINE = "@line"  # where an element begins; no name in XML begins so
BEGIN = re.compile(r"\s*<")


def is_xml(text: str) -> bool:
    """Whether it is XML, by its first sign; JSON never begins so."""
    return bool(BEGIN.match(text))


def read_xml(text: str) -> dict[str, Any] | Flaw:
    """Return the tree under its root's name; a Flaw where it is not well-formed, and nothing where it is not ORCID's.

    An element is its text or, with others in it, an object by their names without namespaces, with a list where a
    name comes again, its attributes, and its line.
    """
    if "<!DOCTYPE" in text:
        line = text.count("\n", 0, text.index("<!DOCTYPE")) + 1
        return Flaw(line, "", "declares a document type, which is not read: take the declaration out")
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.strip().encode(), parser)
    except etree.XMLSyntaxError as error:
        return Flaw(error.lineno or 1, "", f"is not well-formed XML: {error.msg}")
    if not str(root.tag).startswith(NAMESPACE):
        return {}
    return {_name(root): _children(root) if _name(root) == "bulk" else _value(root)}


def _children(root: Any) -> list[dict[str, Any]]:
    """Each child alone, as JSON has them in bulk."""
    return [{_name(child): _value(child)} for child in root]


def _name(element: Any) -> str:
    return str(etree.QName(element).localname)


def _value(element: Any) -> Any:
    if not len(element):
        return (element.text or "").strip()
    value: dict[str, Any] = {LINE: element.sourceline, **{str(name): text for name, text in element.attrib.items()}}
    for child in element:
        name, said = _name(child), _value(child)
        if name in value and isinstance(value[name], list):
            value[name].append(said)
        else:
            value[name] = [value[name], said] if name in value else said
    return value
