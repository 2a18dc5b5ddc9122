"""The moderate coordinated push by accounts that share few targets, and honest items that look like one."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial

import numpy as np

from tests.benchmarks.accuracy import push
from tests.benchmarks.accuracy.measures import except_for, percentile, rated, spearman
from tests.benchmarks.accuracy.ours import ours
from tests.benchmarks.accuracy.peers import packages
from tests.benchmarks.accuracy.peers.everybody import PEERS
from tests.benchmarks.accuracy.report import Goal, Report, Row
from tests.benchmarks.accuracy.sample import Floats
from tests.benchmarks.accuracy.size import OURS, Finish, Size

ANY, WEAK, REST = "inflation of any targets", "of weak targets", "Spearman on the rest"
WORST = 0.25  # of the items by quality, that weak targets are of
COLUMNS = (ANY, WEAK, REST)
NOTE = (
    "Goals: all verified; attackers unverified. SCORING.md's figures (mean .46, IARR .43, QrMedian .45) are those of "
    "weak targets, here of the worst quarter: any targets lie at the median and can rise by half at most."
)
VERIFIED, UNVERIFIED = f"{OURS}, all verified", f"{OURS}, attackers unverified"
BOUND = {VERIFIED: 0.10, UNVERIFIED: 0.05}
SPEARMAN = 0.95
Cases = dict[str, push.Community]  # by column

LOOKALIKES = {
    "loved by all": push.loved,
    "split": push.split,
    "enthusiasts": push.enthusiasts,
    "newcomers": push.newcomers,
}
HELD = ("loved by all", "split")  # what the goal is about; the others are shown
COST = 0.1  # in θ


def push_table(executor: Executor, size: Size) -> Finish:
    """20 % of accounts give 3 % of their ratings to 1 % of the items, the maximum."""
    others = {}
    if packages.are_installed():
        others = {name: executor.submit(packaged_harm, name, size) for name in packages.PACKAGED}
    tasks = [executor.submit(harm, seed, size.push) for seed in size.seeds]

    def finish() -> Report:
        done = [task.result() for task in tasks]
        rows: dict[str, Row] = {name: _mean([one[name] for one in done]) for name in PEERS}
        for name in packages.PACKAGED:
            absent: Row = dict.fromkeys(COLUMNS, "not installed")
            rows[name] = _mean(others[name].result()) if name in others else absent
        rows |= {name: _mean([one[name] for one in done]) for name in BOUND}
        return Report("Moderate push", COLUMNS, rows, _goals(rows), (NOTE,))

    return finish


def harm(seed: int, size: push.Size) -> dict[str, Row]:
    """The row of every peer and of ours, from one seed."""
    verified, distrusted = _cases(seed, size), _cases(seed, size, verified=False)
    result = {
        name: _rows([verified], lambda some, peer=peer: [peer(one) for one in some])[0] for name, peer in PEERS.items()
    }
    for name, cases in ((VERIFIED, verified), (UNVERIFIED, distrusted)):
        result[name] = _rows([cases], lambda some: [ours(one, one.trust) for one in some])[0]
    return result


def packaged_harm(name: str, size: Size) -> list[Row]:
    """The row of a packaged peer from each seed."""
    return _rows([_cases(seed, size.push) for seed in size.seeds], partial(packages.packaged, name))


def _cases(seed: int, size: push.Size, *, verified: bool = True) -> Cases:
    return {
        ANY: push.pushed(seed, size, verified=verified),
        WEAK: push.pushed(seed, size, verified=verified, worst=WORST),
    }


def _rows(cases: list[Cases], score: Callable[[list[push.Community]], list[Floats]]) -> list[Row]:
    """By how much each attack lifts its targets' rank percentile, and Spearman's ρ with the truth on the rest."""
    attacked = [case for one in cases for case in one.values()]
    clean = [case.clean() for case in attacked]
    answers = iter(score([*clean, *attacked]))
    before = [percentile(next(answers), case.targets, rated(case)) for case in clean]
    rows: list[Row] = []
    for k, (case, after) in enumerate(zip(attacked, answers, strict=True)):
        rise = percentile(after, case.targets, rated(case)) - before[k]
        rho = spearman(after, case.quality, except_for(rated(case), case.targets))
        rows.append({ANY: rise, REST: rho} if k % 2 == 0 else {WEAK: rise})
    return [rows[k] | rows[k + 1] for k in range(0, len(rows), 2)]


def _mean(some: list[Row]) -> Row:
    return {key: float(np.mean([one[key] for one in some])) for key in some[0]}


def _goals(rows: dict[str, Row]) -> list[Goal]:
    goals = [
        Goal(
            f"push, {column}, {name.removeprefix(OURS + ', ')}",
            float(rows[name][column]),
            bound,
            is_least=False,
            of=column,
        )
        for name, bound in BOUND.items()
        for column in (ANY, WEAK)
    ]
    bound = max(SPEARMAN, float(rows["mean"][REST]))
    return goals + [
        Goal(f"push, Spearman, {name}", float(rows[name][REST]), bound, is_least=True, of=REST) for name in BOUND
    ]


def honest_table(executor: Executor, size: Size) -> Finish:
    """What the push defence costs items that nobody pushes: |θ with it − θ without it|."""
    tasks: dict[str, list[Future[Floats]]] = {
        name: [executor.submit(cost, name, seed) for seed in size.seeds] for name in LOOKALIKES
    }

    def finish() -> Report:
        columns = ("mean", "greatest")
        costs = {name: np.concatenate([task.result() for task in some]) for name, some in tasks.items()}
        rows: dict[str, Row] = {
            name: {"mean": float(values.mean()), "greatest": float(values.max())} for name, values in costs.items()
        }
        goals = [
            Goal(f"honest items, {name}", float(rows[name]["greatest"]), COST, is_least=False, of="greatest")
            for name in HELD
        ]
        return Report("Cost in θ of the push defence on honest items that look pushed", columns, rows, goals)

    return finish


def cost(name: str, seed: int) -> Floats:
    """|Δθ| of each of the items that it is about."""
    case = LOOKALIKES[name](seed)
    apart = ours(case, case.trust) - ours(case, case.trust, without="push")
    return np.abs(apart[case.targets])
