"""What might identify a patient in the text of a case: a heuristic, deterministic search by patterns and word lists.

It finds what people forget, not all that there is; no such search does. So whatever it finds must be mended or
declared harmless, and a moderator looks at every case, whether it found something or not. The kinds follow the
safe-harbour identifiers of HIPAA, 45 CFR 164.514(b)(2).
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

MOST_FINDINGS = 20
NAME = r"[A-ZÀ-ÖØ-Þ][\w'’-]++"


@dataclass(frozen=True, slots=True)
class Finding:
    """An `excerpt` of a field that reads like an identifier of that `kind`."""

    field: str
    kind: str
    excerpt: str

    @property
    def message(self) -> str:
        """What the author is told."""
        return f"{self.excerpt!r} reads like {self.kind}: take it out, or declare that it identifies nobody"


def checklist() -> dict[str, str]:
    """Return the items that the author of a case confirms, by name."""
    return dict(_lexicon()["checklist"])


def find_identifiers(texts: Mapping[str, str]) -> list[Finding]:
    """Return what reads like an identifier in the texts, by field, in the order of the text; at most 20."""
    found = [
        Finding(field, kind, " ".join(match[0].split()))
        for field, text in texts.items()
        for kind, match in sorted(_matches(text), key=lambda one: one[1].start())
    ]
    return list(dict.fromkeys(found))[:MOST_FINDINGS]


def as_words(file_name: str) -> str:
    """Return what a file's name says, as words: ``john_smith-ct.png`` as john smith-ct.png and as John Smith Ct.Png."""
    return f"{file_name.replace('_', ' ')}\n{re.sub('[_-]+', ' ', file_name).title()}"


def find_outside_images(text: str) -> list[str]:
    """Return the images in a Markdown text that are fetched from elsewhere or hidden in it."""
    return [match[0] for match in _OUTSIDE_IMAGE.finditer(text)]


_OUTSIDE_IMAGE = re.compile(
    r"!\[(?:[^\[\]\\]|\\.|\[[^\]]*\])*\]\s*(?:\(\s*<?\s*(?:[a-z][a-z0-9+.-]*:|//)[^)]*\)?|\[[^\]]*\])"
    r"|<(?:img|picture|svg|object|embed|iframe|video)\b[^>]*>?",
    re.IGNORECASE,
)


def _matches(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    for kind, pattern in _patterns():
        for match in pattern.finditer(text):
            yield kind, match


@cache
def _lexicon() -> dict[str, Any]:
    return tomllib.loads(resources.files("scholarnet").joinpath("identifiers.toml").read_text("utf-8"))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    words = {name: "|".join(map(re.escape, listed)) for name, listed in _lexicon()["words"].items()}
    not_a_person = rf"(?!\s+(?:{words['medical']}|{words['institutions']}|et\s+al)\b)(?!,?\s*\(?\d{{4}}\b)"
    surname = rf"(?!(?:{words['institutions']})\b){NAME}{not_a_person}"
    given = rf"(?:{words['given_names']})"
    return tuple(
        (kind, re.compile(pattern))
        for kind, pattern in (
            ("a person's name", rf"\b(?:{words['honorifics']})\.?\s+{surname}"),
            ("a person's name", rf"\b{given}(?:\s+[A-Z]\.)?\s+{surname}"),
            ("a person's name", rf"\b(?:{words['called']})\s+{NAME}(?:\s+{surname})?"),
            ("a person's initials", rf"\b(?:{words['patients']})\s+[A-Z]\.\s?[A-Z]\."),
            ("a full date", r"\b(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d{2}|(?:19|20)\d{2}-\d{2}-\d{2})\b"),
            (
                "a full date",
                r"(?i:\b(?:dob|born|geb\.?|geboren|née?|nacid[ao])\b)\D{0,12}\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b",
            ),
            (
                "a full date",
                rf"\b\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:de\s+)?(?:{words['months']})\.?,?\s+(?:de\s+)?(?:19|20)\d{{2}}\b",
            ),
            ("a full date", r"\b(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\b"),
            ("a full date", rf"\b(?:{words['months']})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:19|20)\d{{2}}\b"),
            (
                "an age above 89",
                r"(?i:\b(?:9\d|1[0-2]\d)(?:[- ]years?[- ]old|\s+years\s+of\s+age|[- ]?jährig\w*|\s+jahre\s+alt"
                r"|\s+años|\s+ans)|\baged\s+(?:9\d|1[0-2]\d))\b",
            ),
            ("an e-mail address", r"\b[\w.+-]+@[\w-]+\.[\w.-]+\w"),
            ("a phone number", r"(?i:\b(?:tel|phone|fax|mobile|telefon|teléfono|téléphone)\b)\D{0,9}\d[\d ()/-]{5,}\d"),
            ("a phone number", r"(?:\+\d{1,3}[ (]|\(\d{3}\)\s?)\d[\d ()/-]{5,}\d|\b\d{3}-\d{3}-\d{4}\b"),
            ("a social security or health service number", r"\b\d{3}-\d{2}-\d{4}\b|\bNHS\D{0,12}\d{3} ?\d{3} ?\d{4}\b"),
            (
                "a record number",
                rf"(?i:\b(?:{words['records']}))\b[^\w\n]{{0,4}}(?:(?i:number|no|nr|n[º°])\b)?[^\w\n]{{0,4}}"
                r"[A-Z]{0,3}-?\d{4,}",
            ),
            ("an address", rf"\b\d{{1,5}}\s+(?:{NAME}\s+){{1,3}}(?:Street|Avenue|Road|Lane|Drive|Boulevard)\b"),
            (
                "an address",
                r"\b[A-ZÄÖÜ]\w+(?:straße|strasse|gasse|allee)\s+\d{1,4}\b|\b(?:[Cc]alle|[Aa]venida|[Rr]ue)\s+(?:d\w+\s+)?(?:\w+\s+)?[A-Z]\w+,?\s+\d{1,4}\b|\b\d{1,4},?\s+rue\s+",
            ),
            ("a postcode", r"\b[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}\b|\bD-\d{5}\b|, [A-Z]{2} \d{5}\b"),
            ("somebody's profile", r"\b(?:facebook|instagram|linkedin|twitter|tiktok)\.com/\S+"),
        )
    )
