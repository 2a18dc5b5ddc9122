"""The patterns by which the automatic check of cases reads, over the words of `identifiers.toml`.

Every repetition is bounded, so that the time to read a text grows with its length alone.
"""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any, TypeAlias

Patterns: TypeAlias = tuple[tuple[str, re.Pattern[str]], ...]  # a kind of identifier, and how one looks

CAPITAL = "[A-ZÀ-ÖØ-Þ]"
NAME = rf"{CAPITAL}[\w'’-]{{1,40}}+"
SHOUTED = rf"{CAPITAL}[A-ZÀ-ÖØ-Þ'’-]{{2,40}}+(?!\w)"
PARTICLES = r"(?:(?:van|von|af|av|Ó|O|Ní|Mac|St\.?|der|den|de|del|della|la|le|di|da|dos|el|al|bin|ter|zu)\s{1,3}){0,3}"
INITIALS = rf"{CAPITAL}\.(?:[ -]?{CAPITAL}\.){{0,2}}"
FULL_DAY, MONTH = r"(?:0[1-9]|[12]\d|3[01])", r"(?:0[1-9]|1[0-2])"
DAY, YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:19|20)\d{2}"


@cache
def lexicon() -> dict[str, Any]:
    """Return the checklist, the advice and the words."""
    return tomllib.loads(resources.files("scholarnet").joinpath("identifiers.toml").read_text("utf-8"))


@cache
def patterns_of_text() -> Patterns:
    """Return what a text is searched for."""
    found = {
        "a person's name": [*_titled_names(), *_given_names(), *_names_in_context()],
        "a person's initials": _initials(),
        "a full date": _dates(),
        "an age above 89": _ages(),
        "a phone number": _phones(),
        "a social security or health service number": _public_numbers(),
        "a record number": _records(),
        "an address": _addresses(),
        **_online(),
    }
    return tuple((kind, re.compile(pattern)) for kind, patterns in found.items() for pattern in patterns)


@cache
def patterns_of_file_names() -> Patterns:
    """Return what the name of a file is searched for besides: there a given name tells enough."""
    names = "|".join(name for name in lexicon()["words"]["given_names"] if name not in lexicon()["words"]["ambiguous"])
    return (("a person's name", re.compile(rf"\b(?:{names})\b")),)


def _words(name: str, *, upper: bool = False) -> str:
    """Any of the words of a list, by their first letters, which is many times as fast as one by one."""
    groups: dict[str, list[str]] = {}
    for word in lexicon()["words"][name]:
        text = word.upper() if upper else word
        groups.setdefault(text[0], []).append(re.escape(text[1:]))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in groups.items())


def _surname() -> str:
    """Not an institution, an eponym with its noun, nor the author of something cited."""
    cited = r"(?:\s{1,3}(?:et\s{1,3}al|and\s{1,3}colleagues|und\s{1,3}Mitarbeiter)\b|,?\s{0,3}\(?\d{4}\b)"
    noun = rf"[\s-]{{1,3}}(?:{_words('medical')}|{_words('institutions')})\b"
    return rf"{PARTICLES}(?=[A-ZÀ-Þ])(?!(?:{_words('institutions')}|{_words('medical')})\b){NAME}(?!{noun})(?!{cited})"


def _given() -> str:
    return rf"(?=[A-ZÀ-Þ])(?!(?:{_words('eponyms')})\b)(?:{_words('given_names')})"


def _titled_names() -> list[str]:
    title = rf"\b(?:(?:{_words('honorifics')})\b\.?\s{{1,3}}(?:med\.\s{{0,3}})?){{1,3}}"
    nobody = rf"(?!(?:{_words('not_people')}|{_words('eponyms')})\b)"
    return [
        rf"{title}{nobody}(?:{INITIALS}\s{{0,3}})?{_surname()}",
        rf"\bM\.\s{{1,3}}{NAME}(?=\s{{1,3}}(?:a|est|était|se|présent\w{{1,5}})\b)|\b[Pp]atient,\s{{1,3}}M\.\s{{1,3}}{NAME}",
    ]


def _given_names() -> list[str]:
    given, imaging = _given(), rf"(?!(?:{_words('acronyms')})\b)"
    shouted = rf"(?=[A-ZÀ-Þ]{{3}})(?:{_words('given_names', upper=True)})"
    acts = "was|is|had|has|said|came|went|fell|wurde|hatte|war|klagt|était|avait|a été"
    return [
        rf"\b{given}(?:\s{{1,3}}{CAPITAL}\.|\s{{1,3}}{given}|-{given})?\s{{1,3}}{_surname()}",
        rf"\b(?!(?:{_words('ambiguous')})\b){given}(?=\s{{1,3}}(?:{acts})\b)",
        rf"\b{shouted}\s{{1,3}}{imaging}{SHOUTED}",
        rf"\b{imaging}{SHOUTED},?\s{{1,3}}(?:{given}|{shouted})\b",
        rf"\b{imaging}(?=[A-ZÀ-Þ]{{4}}){SHOUTED},?\s{{1,3}}{INITIALS}(?!\w)",
        rf"(?<![,;&] )\b(?!(?:{_words('openers')})\b){NAME},\s{{1,3}}{given}\b(?!\s{{1,3}}(?:et|and|und)\b)",
    ]


def _names_in_context() -> list[str]:
    person = rf"(?!(?:{_words('not_people')})\b)(?!{SHOUTED}){_surname()}(?![\w'’-])"
    whole = rf"(?<![\w.-])(?!(?:{_words('openers')})\b){CAPITAL}[a-zà-ÿ-]{{2,20}}\s{{1,3}}{person}"
    return [
        rf"\b(?:{_words('called')})\s{{1,3}}{NAME}(?:\s{{1,3}}{_surname()})?",
        rf"\b(?:{_words('patients')})\s{{1,3}}{person}(?!\s{{1,3}}{CAPITAL}\w)(?:,?\s{{1,3}}{INITIALS})?",
        rf"\b(?:{_words('kin')})\s{{1,3}}(?:{_words('of_kin')})\s{{1,3}}{person}",
        rf"\b(?:{_words('of_kin')}),?\s{{1,3}}{_given()}\b",
        rf"(?i:\b(?:{_words('labels')}|(?<!\w )name)):\s{{0,3}}{NAME}(?:,?\s{{1,3}}{NAME})?",
        rf"\b(?i:by|patient|signed|for|with|dear|radiologist|surgeon):?\s{{1,3}}{INITIALS}\s{{0,3}}{person}",
        rf"{whole}(?=\s{{1,3}}(?:{_words('verbs')})\b)",
        rf"{whole}(?=,?\s{{1,3}}(?:aged\s{{1,3}}\d|(?:an?\s{{1,3}})?\d{{1,3}}(?:[- ]years?[- ]old|\s?y/?o)\b))",
    ]


def _initials() -> list[str]:
    title, two = rf"\b(?:{_words('honorifics')})\b\.?", rf"{CAPITAL}\.[\s-]?{CAPITAL}\."
    return [
        rf"{title}\s{{1,3}}{CAPITAL}\.(?!\s{{0,3}}{CAPITAL})",
        rf"\b(?:{_words('patients')}|[Ii]nitials(?:\s{{1,3}}are)?:?)\s{{1,3}}{two}",
    ]


def _dates() -> list[str]:
    months, whole = rf"(?:{_words('months')})\.?", rf"(?:{_words('whole_months')})"
    nth, of, apart = r"(?:st|nd|rd|th|er|\.)?", r"(?:(?:de|of)\s{1,3})?", r"[\s/-]{1,3}"
    alone, end = r"(?<![A-Za-z\d])", r"(?![A-Za-z\d])"
    return [
        rf"\b\d{{1,2}}([./-])\d{{1,2}}\1{YEAR}\b|\b{YEAR}([./-])\d{{2}}\2\d{{2}}\b",
        rf"\b{FULL_DAY}([./-]){MONTH}\1\d{{2}}\b(?![./-]?\d)|\b{MONTH}/{FULL_DAY}/\d{{2}}\b(?![./-]?\d)",
        rf"(?i:\b(?:{_words('born')})(?!\w))\D{{0,12}}\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}\b",
        rf"\b{DAY}{nth}{apart}{of}{months},?{apart}{of}(?:{YEAR}|\d{{2}})\b",
        rf"\b{months}\s{{1,3}}{DAY}(?:st|nd|rd|th)?,?\s{{1,3}}{YEAR}\b",
        rf"\b{DAY}{nth}\s{{1,3}}{of}{whole}\b|\b{whole}\s{{1,3}}{DAY}(?:st|nd|rd|th)?\b(?![.,]?\d)",
        rf"\b(?:{_words('weekdays')}),?\s{{1,3}}(?:the\s{{1,3}})?{DAY}{nth}\s{{1,3}}{of}(?:May|Mar|Mai|März|mai|mars)\b",
        rf"{alone}(?:{YEAR}{MONTH}{FULL_DAY}|{FULL_DAY}{MONTH}{YEAR}){end}",
    ]


def _ages() -> list[str]:
    return [rf"(?i:\b(?:9\d|1[0-2]\d)(?:{'|'.join(lexicon()['words']['of_age'])})|\baged\s{{1,3}}(?:9\d|1[0-2]\d))\b"]


def _phones() -> list[str]:
    labels = r"tel|phone|fax|mobile|cell|call(?:ed)?|handy|telefon|teléfono|téléphone|mobil|ring"
    return [
        rf"(?i:\b(?:{labels})\b)[^\d\n]{{0,9}}\d[\d ()/-]{{5,20}}\d",
        r"(?:\+\d{1,3}[ (]|\(\d{3,5}\)\s?)\d[\d ()/-]{5,20}\d|\+\d{9,15}\b|\b\d{3}[-.]\d{3}[-.]\d{4}\b",
        r"\b0\d{2,4}[ /-]\d{5,8}\b|\b0[1-9](?: \d{2}){4}\b",
    ]


def _public_numbers() -> list[str]:
    return [
        r"\b\d{3}-\d{2}-\d{4}\b|\bNHS\D{0,12}\d{3}[ -]?\d{3}[ -]?\d{4}\b|\b\d{3} \d{3} \d{4}\b",
        r"\b[12] \d{2} \d{2} \d{2} \d{3} \d{3}(?: \d{2})?\b|\b756\.\d{4}\.\d{4}\.\d{2}\b|\b[A-Z]\d{9}\b",
    ]


def _records() -> list[str]:
    number = r"(?:(?i:number|numbers|no|nr|num|id|n[º°])\b)?[^\w\n]{0,4}(?:(?i:is|was|lautet)\s)?[^\w\n]{0,4}"
    return [
        rf"(?i:\b(?:{_words('records')}))\b[^\w\n]{{0,4}}{number}[A-Z]{{0,3}}[-/ ]?\d{{1,4}}[\d/-]{{3,15}}",
        r"\b1\.2\.\d{3}\.\d{3,10}(?:\.\d{1,20}){2,20}",
    ]


def _addresses() -> list[str]:
    return [
        rf"\b\d{{1,5}}[a-z]?\s{{1,3}}(?:{NAME}\s{{1,3}}){{1,3}}(?:Street|Avenue|Road|Lane|Drive|Boulevard|St|Rd|Ave|Close|Crescent)\b",
        r"\b[A-ZÄÖÜ][\wäöüß-]{1,40}(?:straße|strasse|gasse|allee|weg|platz|str\.)\s{1,3}\d{1,4}\b|\b\d{1,4},?\s{1,3}rue\s",
        r"\b(?:[Cc]alle|[Aa]venida|[Rr]ue)\s{1,3}(?:d\w{1,3}\s{1,3})?(?:\w{1,20}\s{1,3})?[A-Z]\w{1,30},?\s{1,3}\d{1,4}\b",
    ]


def _online() -> dict[str, list[str]]:
    return {
        "an e-mail address": [
            r"(?<![\w.+-])[\w.+-]{1,64}+(?:@|\s?[(\[]\s?at\s?[)\]]\s?)[\w-]{1,60}\.[\w.-]{0,60}\w",
        ],
        "a postcode": [r"\b[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}\b|\bD-\d{5}\b|, [A-Z]{2} \d{5}\b"],
        "an IP address": [r"(?i:\bIP\b)[^\d\n]{0,12}(?:\d{1,3}\.){3}\d{1,3}\b"],
        "somebody's profile": [r"\b(?:facebook|instagram|linkedin|twitter|tiktok)\.com/[^\s]{1,100}"],
    }
