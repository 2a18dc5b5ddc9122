"""Large libraries that few requests need are loaded when something of theirs is first used.

An `import` of one of them gives the module at once and runs it at the first look at an attribute (`importlib`'s own
lazy loader), so the code that uses them stays as it would be without; `from … import` of something in them would run
them at once. A server, whose processes and threads share what is there, loads them before it begins (`load_now`).
"""

import importlib
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType
from typing import Any

LATER = frozenset(
    {
        "bibtexparser",
        "httpx",
        "networkx",
        "obstore",
        "scholarnet.migration",  # alembic, with its templates
        "scholarnet.sources.styled",  # the formatter of references, which is patched as it comes
        "scholarnet.sources.styles",
        "scipy.sparse",
        "scipy.special",
    }
)


class Loader(LazyLoader):
    """Importlib's, but that a second `import` of a module, which asks for its `__spec__`, does not load it either."""

    def exec_module(self, module: ModuleType) -> None:
        """Have the module wait."""
        super().exec_module(module)
        lazy: type[ModuleType] = type(module)

        def look(self: ModuleType, name: str) -> Any:
            return object.__getattribute__(self, name) if name == "__spec__" else lazy.__getattribute__(self, name)

        module.__class__ = type(lazy.__name__, (lazy,), {"__getattribute__": look})


class Finder:
    """Finds what is to be loaded later as everything else is found."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return the module's place with a loader that waits, or None for the next finder."""
        spec = PathFinder.find_spec(name, path, target) if name in LATER else None
        if spec is not None and spec.loader is not None:
            spec.loader = Loader(spec.loader)
        return spec


def wait() -> None:
    """Have imports from now on wait; done once for a process."""
    if Finder not in sys.meta_path:
        sys.meta_path.insert(0, Finder)


def load_now() -> None:
    """Load all of them."""
    for name in sorted(LATER):
        importlib.import_module(name).__doc__  # noqa: B018  (a look at an attribute loads it)
