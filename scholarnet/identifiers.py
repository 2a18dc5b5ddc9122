"""What might identify a patient in the text of a case: a heuristic, deterministic search by patterns and word lists.

It finds what people forget, not all that there is; no such search does. So whatever it finds must be mended or
declared harmless, and a moderator looks at every case, whether it found something or not. The kinds follow the
safe-harbour identifiers of HIPAA, 45 CFR 164.514(b)(2).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

from scholarnet.identifier_patterns import Patterns, lexicon, patterns_of_file_names, patterns_of_text

MOST_FINDINGS = 20
Found: TypeAlias = tuple[str, str, re.Match[str], str]  # the field, the kind, what matches, and in which file's name


@dataclass(frozen=True, slots=True)
class Finding:
    """An `excerpt` of a field that reads like an identifier of that `kind`, and the `place` where it stands."""

    field: str
    kind: str
    excerpt: str
    place: str

    @property
    def message(self) -> str:
        """What the author is told: what, where, and what to do."""
        return f"{self.complaint}, or declare that it identifies nobody"

    @property
    def complaint(self) -> str:
        """The same for who has nothing to declare."""
        return f"{self.excerpt!r} ({self.place}) reads like {self.kind}: {lexicon()['advice'][self.kind]}"


def checklist() -> dict[str, str]:
    """Return the items that the author of a case confirms, by name."""
    return dict(lexicon()["checklist"])


def find_identifiers(
    texts: Mapping[str, str], *, file_names: Iterable[str] = (), harmless: Collection[str] = ()
) -> list[Finding]:
    """Return what reads like an identifier in the texts, by field, and in the names of attachments; at most 20.

    Each is told once, where it first stands: by its line and characters, counted from 1, or by the file. What is
    declared `harmless` is left out, whatever its case and blanks.
    """
    told = {_plain(excerpt) for excerpt in harmless}
    found: dict[tuple[str, str, str], Finding] = {}
    for field, kind, match, name in chain(_in_names(file_names), _in_texts(texts)):
        excerpt = " ".join(match[0].split())
        if excerpt.lower() not in told and (field, kind, excerpt) not in found:
            found[field, kind, excerpt] = Finding(field, kind, excerpt, f"in {name!r}" if name else _place(match))
        if len(found) == MOST_FINDINGS:
            break
    return list(found.values())


def find_outside_images(text: str) -> list[str]:
    """Return the images in a Markdown text that are fetched from elsewhere or hidden in it."""
    return [match[0] for match in _OUTSIDE_IMAGE.finditer(text)]


_OUTSIDE_IMAGE = re.compile(
    r"!\[(?:[^\[\]\\]|\\.|\[[^\[\]]{0,300}\]){0,1000}+\]\s{0,9}"
    r"(?:\(\s{0,9}<?\s{0,9}(?:[a-z][a-z0-9+.-]{0,20}:|//)[^)]{0,2000}\)?|\[[^\]]{0,300}\])"
    r"|<(?:img|picture|svg|object|embed|iframe|video)\b[^>]{0,2000}>?",
    re.IGNORECASE,
)


def _in_texts(texts: Mapping[str, str]) -> Iterator[Found]:
    for field, text in texts.items():
        for kind, match in _matches(text, patterns_of_text()):
            yield field, kind, match, ""


def _in_names(file_names: Iterable[str]) -> Iterator[Found]:
    for name in file_names:
        words = _as_words(name)
        for kind, match in chain(
            _matches(words, patterns_of_text()), _matches(words.title(), patterns_of_file_names())
        ):
            yield "attachments", kind, match, name


def _place(match: re.Match[str]) -> str:
    line_start = match.string.rfind("\n", 0, match.start()) + 1
    line = match.string.count("\n", 0, match.start()) + 1
    return f"line {line}, characters {match.start() - line_start + 1} to {match.end() - line_start}"


def _as_words(file_name: str) -> str:
    """What a file's name says, as words: ``johnSmith_ct.png`` as john Smith ct.png."""
    return re.sub(r"(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])", " ", file_name).replace("_", " ")


def _matches(text: str, patterns: Patterns) -> Iterator[tuple[str, re.Match[str]]]:
    """In the order of the text, without what lies within another match."""
    found = [(kind, match) for kind, pattern in patterns for match in pattern.finditer(text)]
    end = 0
    for kind, match in sorted(found, key=lambda one: (one[1].start(), -one[1].end())):
        if match.end() > end:
            yield kind, match
            end = match.end()


def _plain(text: str) -> str:
    return " ".join(text.split()).lower()
