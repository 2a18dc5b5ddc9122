"""References in a style of the Citation Style Language, as plain text or HTML.

The formatter trusts its input and is not whole: what it gets is of the shapes that it knows, with every sign that
means something in HTML in disguise; what it leaves out of the language (a space behind the label of an entry, stops
within quotation marks) is done here; and an entry at which it fails is put together plainly.
"""

import html
import logging
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import orjson
from citeproc import DATES, NAMES, NUMBERS, VARIABLES, Citation, CitationItem, CitationStylesBibliography, formatter
from citeproc.source.json import CiteProcJSON

from scholarnet.sources import references
from scholarnet.sources.csl_json import as_item
from scholarnet.sources.references import Reference, one_line
from scholarnet.sources.styles import Style, open_style

log = logging.getLogger(__name__)
KEPT_ENTRIES = 8_192  # of the last that were formatted
MOST_NAMES = 100  # of one kind: the first ones and the last
LONGEST_TEXT = 5_000  # characters of a variable
HYPHEN = "\ue003"  # one that is no range
DISGUISE = {"<": "\ue000", ">": "\ue001", "&": "\ue002"}
HIDE = str.maketrans(dict.fromkeys("\ue000\ue001\ue002\ue003") | DISGUISE)
SHOW = str.maketrans({hidden: sign for sign, hidden in (DISGUISE | {"-": HYPHEN}).items()})
SHOW_HTML = str.maketrans({hidden: html.escape(sign) for sign, hidden in (DISGUISE | {"-": HYPHEN}).items()})
TAG = re.compile(r"(<[^<>]*>)")
OPENED, ENDED = re.compile(r'<(i|b|u|sup|sub|span)( style="font-variant:small-caps;")?>'), re.compile(r"</(\w+)>")
GENERATED = {"citation_number", "citation_label", "first_reference_note_number", "locator", "year_suffix", "references"}
TEXTS = {name.replace("_", "-") for name in set(VARIABLES) - GENERATED - set(NAMES) - set(DATES)}
NUMBERED, RANGE = {name.replace("_", "-") for name in NUMBERS}, re.compile(r"\d+(\s?[-–,]\s?\d+)*")
DATE_NAMES = [name.replace("_", "-") for name in DATES]
PEOPLE = [name.replace("_", "-") for name in NAMES]
CLOSED = r"((?:</\w+>)*)"
STOP_BEHIND_STOP = re.compile(rf"([!?]{CLOSED}[”’]?{CLOSED})\.(?=\s|<|$)")
STOP_BEHIND_QUOTE = re.compile(r"([.!?]?)(’?”)([.,])")


def write_styled(entries: Sequence[Reference], *, style: str, locale: str = "", is_html: bool = False) -> str:
    """Format the references in their order, an entry a line, or each a ``div`` of HTML; UnknownStyle where none."""
    open_style(style, locale)
    found = [
        _format(style, locale, is_html, number, orjson.dumps(csl_item(entry)))
        for number, entry in enumerate(entries, start=1)
    ]
    if not is_html:
        return "".join(f"{entry}\n" for entry in found)
    inner = "".join(f'  <div class="csl-entry">{entry}</div>\n' for entry in found)
    return f'<div class="csl-bib-body">\n{inner}</div>\n'


@lru_cache(KEPT_ENTRIES)
def _format(name: str, locale: str, is_html: bool, number: int, packed: bytes) -> str:  # noqa: FBT001  (a key)
    style, item = open_style(name, locale), orjson.loads(packed)
    with style.lock:
        try:
            text = _entry(style, item, number, formatter.html if is_html else formatter.plain)
        except Exception:
            log.info("an entry could not be formatted in the style %s", name, exc_info=True)
            text = ""
    text = one_line(text) or plain_entry(item)
    if not is_html:
        return text.translate(SHOW)
    return _well_formed(text).translate(SHOW_HTML)


def _well_formed(text: str) -> str:
    """Leave the tags that the formatter makes where each is ended in turn, and else none."""
    parts, is_open = TAG.split(text), list[str]()
    for tag in parts[1::2]:
        if opened := OPENED.fullmatch(tag):
            is_open.append(opened[1])
        elif not (ended := ENDED.fullmatch(tag)) or not is_open or is_open.pop() != ended[1]:
            is_open.append("")
            break
    texts = [part.replace("<", "&lt;").replace(">", "&gt;") for part in parts[::2]]
    return "".join(texts) if is_open else "".join(a + b for a, b in zip(texts, [*parts[1::2], ""], strict=True))


def _entry(style: Style, item: dict[str, Any], number: int, kind: Any) -> str:
    """Format one item, as the one of that number in its list."""
    whole = CitationStylesBibliography(style.parsed, CiteProcJSON([item]), kind)
    whole.register(Citation([CitationItem(item["id"])]))
    whole.keys = [""] * (number - 1) + whole.keys
    layout = style.bibliography.layout
    text = str(next(iter(style.bibliography.render(whole.items)), None) or "")
    if style.bibliography.get("second-field-align"):
        label = str(layout[0].render(whole.items[0]) or "")
        if label and text.startswith(label) and not text[len(label) :].startswith(" "):
            text = f"{label} {text[len(label) :]}"
    text = STOP_BEHIND_STOP.sub(r"\1", text)
    if layout.get_locale_option("punctuation-in-quote") == "true":
        text = STOP_BEHIND_QUOTE.sub(_within_quote, text)
    return text


def _within_quote(found: re.Match[str]) -> str:
    """A stop or comma goes before the quotation mark; two stops are one."""
    before, quote, stop = found.groups()
    return before + quote if before and stop == "." else before + stop + quote


def plain_entry(item: dict[str, Any]) -> str:
    """Put an item together with no style: authors (year). Title. Venue. DOI."""
    names = [
        " ".join(one.get(part, "") for part in ("given", "family", "suffix", "literal") if one.get(part))
        for one in item.get("author", [])
    ]
    year = item["issued"]["date-parts"][0][0] if "issued" in item else ""
    doi = f"https://doi.org/{item['DOI']}" if "DOI" in item else ""
    parts = [", ".join(names), f"({year})" if year else "", item.get("title", ""), item.get("container-title", ""), doi]
    return ". ".join(part for part in parts if part)


def csl_item(reference: Reference) -> dict[str, Any]:
    """Return what a style may say of a reference, of the shapes that the formatter knows."""
    said = as_item(reference)
    item: dict[str, Any] = {"id": "entry", "type": _text(said.get("type")) or "document"}
    item |= {name: text for name in TEXTS if (text := _text(said.get(name)))}
    item |= {
        name: item[name].replace("-", HYPHEN) for name in NUMBERED & item.keys() if not RANGE.fullmatch(item[name])
    }
    item |= {name: people for name in PEOPLE if (people := _people(said.get(name)))}
    item |= {name: date for name in DATE_NAMES if (date := _date(said.get(name)))}
    return item


def _text(value: Any) -> str:
    """A text or number on one line, in disguise; nothing of anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return one_line(str(value)[:LONGEST_TEXT]).translate(HIDE)


def _people(value: Any) -> list[dict[str, str]]:
    found = [_person(name) for name in references.as_names(value) if name.display.strip()]
    return found if len(found) <= MOST_NAMES else [*found[: MOST_NAMES - 1], found[-1]]


def _person(name: references.Name) -> dict[str, str]:
    if not (name.given or name.suffix):
        return {"literal": _text(name.family)}
    parts = {"family": name.family or name.given, "given": name.given if name.family else "", "suffix": name.suffix}
    return {part: text for part, value in parts.items() if (text := _text(value))}


def _date(value: Any) -> dict[str, Any] | None:
    """The first moment of a date, as far as it is one."""
    parts = value.get("date-parts") if isinstance(value, dict) else None
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    numbers = [int(one) for one in map(_text, first) if re.fullmatch(r"\d{1,4}", one)]
    if len(numbers) < len(first) or not numbers:
        numbers = numbers[:1] if first and numbers and _text(first[0]) == str(numbers[0]) else []
    ranges = ((1, 9999), (1, 12), (1, 31))
    for n, (number, (low, high)) in enumerate(zip(numbers, ranges, strict=False)):
        if not low <= number <= high:
            numbers = numbers[:n]
            break
    return {"date-parts": [numbers[:3]]} if numbers else None
