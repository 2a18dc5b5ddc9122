"""What a table says, the goals it is held to, and how it is printed."""

from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

Row = dict[str, float | str]


@dataclass(frozen=True, slots=True)
class Goal:
    """`value` of `what` is to be at least, or at most, `bound`; `of` is the column it stands in, if any."""

    what: str
    value: float
    bound: float
    is_least: bool
    of: str | None = None

    @property
    def is_met(self) -> bool:
        """NaN meets nothing."""
        return self.value >= self.bound if self.is_least else self.value <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.is_least else '≤'} {shown(self.bound)}"


@dataclass(slots=True)
class Report:
    """A table: rows by name, each a value by column, ours last; then the goals, and what has to be said besides."""

    title: str
    columns: tuple[str, ...]
    rows: dict[str, Row]
    goals: list[Goal] = field(default_factory=list)
    notes: tuple[str, ...] = ()

    def print(self, console: Console) -> None:
        """The table with its goals in the last line; what misses a goal is marked."""
        table = Table(title=self.title, title_justify="left")
        table.add_column("")
        for column in self.columns:
            table.add_column(column, justify="right")
        for name, row in self.rows.items():
            table.add_row(name, *(shown(row.get(column, "")) for column in self.columns), style=style_of(name))
        if any(goal.of for goal in self.goals):
            table.add_section()
            table.add_row("goal", *(self._goal(column) for column in self.columns), style="dim")
        console.print(table)
        for note in self.notes:
            console.print(note, style="dim")

    def _goal(self, column: str) -> str:
        return "\n".join(f"{goal} {'✓' if goal.is_met else '✗'}" for goal in self.goals if goal.of == column)


def shown(value: float | str) -> str:
    """Three decimals, without the zero before the point."""
    return value if isinstance(value, str) else f"{value:.3f}".replace("0.", ".", 1)


def style_of(name: str) -> str:
    """Ours stands out."""
    return "bold" if name.startswith("ScholarNet") else ""


def verdict(goals: list[Goal]) -> str:
    """The last line: how many goals are met, and what is missed by how much."""
    missed = [f"{goal.what} {shown(goal.value)} (goal {goal})" for goal in goals if not goal.is_met]
    line = f"{len(goals) - len(missed)} of {len(goals)} goals met"
    return f"{line}; missed: {'; '.join(missed)}." if missed else f"{line}."
