"""Rings: where their targets end and what that costs the others; and honest groups that look like rings."""

from concurrent.futures import Executor
from dataclasses import replace

import numpy as np

from tests.benchmarks.accuracy.measures import except_for, percentile, rated, tau
from tests.benchmarks.accuracy.ours import ours
from tests.benchmarks.accuracy.peers.everybody import PEERS
from tests.benchmarks.accuracy.report import Goal, Report, Row
from tests.benchmarks.accuracy.rings import HONEST, RINGS, Case
from tests.benchmarks.accuracy.size import OURS, Finish, Size

SHOWN = ("mean", "IARR", "Platt-Burges")  # peers beside
DOWNWARD = ("rivals",)  # rings that hold their targets down: these are counted from above
PERCENTILE, LOST, COST = 0.40, 0.005, 0.1


def ring_table(executor: Executor, size: Size) -> Finish:
    """A row a ring: the mean rank percentile of its targets without it and with it; τ that the other items lose."""
    tasks = {name: [executor.submit(reach, name, seed) for seed in size.seeds] for name in RINGS}

    def finish() -> Report:
        done = {name: [task.result() for task in some] for name, some in tasks.items()}
        rows: dict[str, Row] = {
            name: {column: float(np.mean([one[column] for one in some])) for column in some[0]}
            for name, some in done.items()
        }
        goals = []
        for name, row in rows.items():
            goals.append(Goal(f"ring {name}", float(row[OURS]), PERCENTILE, is_least=False))
            goals.append(Goal(f"ring {name}, τ lost", float(row["τ lost"]), LOST, is_least=False))
        note = f"Goals: percentile ≤ {PERCENTILE:.2f}, τ lost ≤ {LOST}. `rivals` hold down: counted from above."
        columns = ("clean", *SHOWN, OURS, "τ lost")
        return Report("Rings: rank percentile of their targets", columns, rows, goals, (note,))

    return finish


def reach(name: str, seed: int) -> Row:
    """The row of one ring from one seed."""
    case = RINGS[name](seed)
    before = without_pushes(case)
    clean, attacked = ours(before), ours(case)

    def place(score: np.ndarray, of: Case) -> float:
        return percentile(-score if name in DOWNWARD else score, case.targets, rated(of))

    rest = except_for(rated(before) & rated(case), case.targets)
    return {
        "clean": place(clean, before),
        **{peer: place(PEERS[peer](case), case) for peer in SHOWN},
        OURS: place(attacked, case),
        "τ lost": tau(clean, case.truth, rest) - tau(attacked, case.truth, rest),
    }


def without_pushes(case: Case) -> Case:
    """The same without what members gave targets."""
    rows = ~(case.members[case.reviewer] & np.isin(case.item, case.targets))
    return replace(case, reviewer=case.reviewer[rows], item=case.item[rows], rating=case.rating[rows])


def group_table(executor: Executor, size: Size) -> Finish:
    """What the budgets of clusters cost honest groups: the greatest |θ with them − θ without them| of any item."""
    tasks = {name: [executor.submit(cost, name, seed) for seed in size.seeds] for name in HONEST}

    def finish() -> Report:
        costs = {name: [task.result() for task in some] for name, some in tasks.items()}
        rows: dict[str, Row] = {
            name: {"mean of seeds": float(np.mean(some)), "greatest": float(np.max(some))}
            for name, some in costs.items()
        }
        goals = [
            Goal(f"honest group {name}", float(row["greatest"]), COST, is_least=False) for name, row in rows.items()
        ]
        columns = ("mean of seeds", "greatest")
        return Report("Cost in θ of clusters to honest groups", columns, rows, goals, (f"Goal: ≤ {COST}.",))

    return finish


def cost(name: str, seed: int) -> float:
    """The greatest |Δθ| of any item."""
    case = HONEST[name](seed)
    return float(np.abs(ours(case) - ours(case, without="clusters")).max())
