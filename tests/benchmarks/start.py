"""The start of the application, against `import flask`: each in a process of its own."""

import subprocess
import sys

from tests.benchmarks.timing import Line, in_turn

GOAL = 5.0
MADE = """
from api.app import create_app
from api.config import Config
create_app(Config(database_url="sqlite://"))
"""


def time_start(*, repeats: int) -> list[Line]:
    """Time both, what is done at the first start only left out."""
    ways = {
        "flask": lambda: subprocess.run([sys.executable, "-c", "import flask"], check=True),
        "app": lambda: subprocess.run([sys.executable, "-c", MADE], check=True),
    }
    times = in_turn(repeats, ways, warm=1)
    return [Line("start of the application / import flask", "", times["flask"], times["app"], GOAL)]
