"""The rules of the house that no linter knows."""

import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from api.errors import STATUS
from scholarnet.errors import DomainError, InputError
from scholarnet.permissions import RULES
from tests.conftest import ROOT

PACKAGES = ("api", "scholarnet", "scoring", "seed")
FILES = sorted(chain.from_iterable((ROOT / package).rglob("*.py") for package in PACKAGES))
LONGEST = 250
NAMELESS = {"utils", "util", "helpers", "helper", "common", "base", "manager", "dao", "misc"}
MAY_COMMIT = re.compile(r"api/.+\.py|seed/bulk(\w*|/.+)\.py")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def subclasses(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for one in kind.__subclasses__():
        yield one
        yield from subclasses(one)


def test_there_are_files_to_look_at() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in FILES} >= {"api", "scholarnet", "scoring"}


def test_only_the_edge_commits() -> None:
    committing = {name_of(path) for path in FILES if re.search(r"\bcommit\(", path.read_text())}
    assert {name for name in committing if not MAY_COMMIT.fullmatch(name)} == set()


def test_every_module_is_named_for_a_noun() -> None:
    parts = {part for path in FILES for part in Path(name_of(path)).with_suffix("").parts}
    assert parts & NAMELESS == set()


def test_no_file_is_too_long_to_read() -> None:
    lengths = {name_of(path): path.read_text().count("\n") for path in FILES}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


FACTS = {kind for kind in subclasses(DomainError) if kind.__module__ == "scholarnet.errors"} - {InputError}


@pytest.mark.parametrize("kind", sorted(FACTS, key=lambda one: one.__name__))
def test_every_domain_error_has_a_status(kind: type[DomainError]) -> None:
    """Itself or by what it is a kind of. InputError and what `api` adds are of the command line, which ends with 2."""
    found = next((STATUS[one] for one in kind.__mro__ if one in STATUS), None)
    assert found in range(400, 600)


def test_no_status_stands_for_all_errors() -> None:
    assert DomainError not in STATUS
    assert set(STATUS) <= set(subclasses(DomainError))


def test_scoring_imports_alone() -> None:
    program = (
        "import importlib, pkgutil, sys, scoring\n"
        "for module in pkgutil.walk_packages(scoring.__path__, 'scoring.'): importlib.import_module(module.name)\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}"
        " & {'flask', 'sqlalchemy', 'marshmallow', 'click', 'networkx', 'scholarnet', 'api', 'seed'}))"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("action", sorted(RULES))
def test_every_permission_is_asked_for(action: str) -> None:
    places = [*(ROOT / "api" / "resources").rglob("*.py"), *(ROOT / "scholarnet" / "services").rglob("*.py")]
    assert any(f'"{action}"' in path.read_text() for path in places)
