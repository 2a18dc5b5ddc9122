"""What few requests need is not loaded to start, and is there before a server answers its first."""

import subprocess
import sys

import pytest

# One module of the inside of each library: the library itself may be known by then, and wait.
INSIDE = (
    "alembic.op",
    "bibtexparser.library",
    "citeproc.source",
    "httpx._client",
    "networkx.algorithms",
    "numba",
    "obstore._obstore",
    "scipy.sparse._base",
    "scipy.special._ufuncs",
)
STARTED = """
from api.app import create_app
from api.config import Config
app = create_app(Config(database_url="sqlite://"))
"""
TOLD = "import sys; print(*sys.modules)"


def modules(code: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", code + TOLD], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_large_libraries_wait_when_the_application_starts() -> None:
    assert modules(STARTED).isdisjoint(INSIDE)


def test_they_are_there_once_a_server_has_loaded_them() -> None:
    expected = set(INSIDE) - {"numba"}  # an extra, which large fits alone look for
    assert modules(STARTED + "from api import later\nlater.load_now()\n") >= expected


@pytest.mark.parametrize("name", ["networkx", "scipy.special"])
def test_a_library_that_waits_is_whole_when_it_is_used_and_stays_unloaded_when_imported_again(name: str) -> None:
    code = f"import api, {name}, sys\nimport {name}\nbefore = len(sys.modules)\n"
    assert "grew" in modules(code + f"{name}.__doc__\nif len(sys.modules) > before + 50: sys.modules['grew'] = None\n")
