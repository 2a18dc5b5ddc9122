"""`scoring` stands alone."""

import subprocess
import sys


def test_scoring_when_imported_brings_neither_web_nor_database_along():
    code = """
import pkgutil, sys, importlib, scoring
assert "scipy" not in sys.modules and "numpy" not in sys.modules, "import scoring is not light"
for module in pkgutil.iter_modules(scoring.__path__):
    importlib.import_module("scoring." + module.name)
heavy = {"flask", "sqlalchemy", "marshmallow", "networkx", "pandas", "scipy.stats", "numba", "scholarnet", "api"}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
