"""Coverage by number of reviews, as it is printed."""

from dataclasses import dataclass, field

from rich.console import Console

from tests.benchmarks.accuracy.report import Goal, Report, Row, shown
from tests.benchmarks.calibration.coverage import BINS, GOAL, Cases, Coverage

MIDDLE = sum(GOAL) / 2


@dataclass(frozen=True, slots=True)
class Table:
    """`held`: what the goal is held against, by name; `smoothed`: what is printed beside, by the same names."""

    title: str
    held: dict[str, Cases]
    smoothed: dict[str, Cases] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def goals(self) -> list[Goal]:
        """One of each bin that has items enough: the end of the goal that is nearer."""
        cells = [(f"{name}, {label}", cell) for name in self.held for label, cell in self.row(name).items()]
        return [
            Goal(name, cell.share, GOAL[0] if cell.share < MIDDLE else GOAL[1], is_least=cell.share < MIDDLE)
            for name, cell in cells
            if cell.says != "few"
        ]

    def row(self, name: str) -> dict[str, Coverage]:
        """Coverage by bin."""
        return {label: Coverage.of(self.held[name].among(*ends)) for label, ends in BINS.items()}

    def print(self, console: Console) -> None:
        """A row a name: coverage with its range, what it means for the goal, and how many cases it is of."""
        rows: dict[str, Row] = {}
        for name in self.held:
            rows[name] = {label: _said(cell) for label, cell in self.row(name).items()}
            if name in self.smoothed:
                smoothed = {label: Coverage.of(self.smoothed[name].among(*ends)) for label, ends in BINS.items()}
                rows[f"{name}, smoothed"] = {label: _range(cell) for label, cell in smoothed.items()}
        Report(self.title, tuple(BINS), rows, [], self.notes).print(console)


def _said(cell: Coverage) -> str:
    return f"{_range(cell)}\n{cell.says}, n = {cell.n_cases}" if cell.n_cases else "none"


def _range(cell: Coverage) -> str:
    return f"{shown(cell.share)} ({shown(cell.low)}–{shown(cell.high)})" if cell.n_cases else ""
