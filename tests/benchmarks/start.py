"""The start of the application, against `import flask`: each in a process of its own, from compiled files."""

import os
import subprocess
import sys
import tempfile

from tests.benchmarks.timing import Line, in_turn

GOAL = 5.0
MADE = """
from api.app import create_app
from api.config import Config
create_app(Config(database_url="sqlite://"))
"""


def time_start(*, repeats: int) -> list[Line]:
    """Time both, what is done at the first start only left out."""
    with tempfile.TemporaryDirectory(prefix="scholarnet-compiled-") as folder:
        # Some machines forbid compiled files: what is installed has them all the same, and ours alone would not.
        environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder}
        ways = {
            name: lambda code=code: subprocess.run([sys.executable, "-c", code], check=True, env=environment)
            for name, code in (("flask", "import flask"), ("app", MADE))
        }
        times = in_turn(repeats, ways, warm=1)
    return [Line("start of the application / import flask", "", times["flask"], times["app"], GOAL)]
