"""The words of a seeded community, read from `lexicon.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Field:
    """A field of science: its people's professions, and what they study, how, where and to what end."""

    name: str
    has_cases: bool
    venue: str
    professions: list[str]
    tags: list[str]
    subjects: list[str]
    methods: list[str]
    settings: list[str]
    outcomes: list[str]


@cache
def lexicon() -> dict[str, Any]:
    """Return the whole file."""
    return tomllib.loads(resources.files("seed").joinpath("lexicon.toml").read_text("utf-8"))


@cache
def all_fields() -> tuple[Field, ...]:
    """Return the fields, radiology first."""
    return tuple(Field(**entry) for entry in lexicon()["fields"])
