"""Real data: crowd answers against their truth, a push on film ratings, conference reviews against decisions."""

from concurrent.futures import Executor

import numpy as np

from tests.benchmarks.accuracy import real
from tests.benchmarks.accuracy.attack import attack
from tests.benchmarks.accuracy.measures import auc, percentile, rated
from tests.benchmarks.accuracy.ours import VERIFIED, ours, trust_along
from tests.benchmarks.accuracy.peers.mean import mean
from tests.benchmarks.accuracy.report import Goal, Report, Row
from tests.benchmarks.accuracy.sample import Floats, Ints
from tests.benchmarks.accuracy.size import OURS, Finish, Size

LOSS = 0.002  # of AUC
SHARE = 1 / 3  # of what the mean rating moves
STILL = 0.01  # of a rank percentile: what is less is no move
BARE = (True, False)
NOTE = "filmtrust: by how much the targets' mean rank percentile moves, either way."
STILL = 0.01  # of a rank percentile: what is less is no move


def real_table(executor: Executor, size: Size) -> Finish:
    """A row a set: what majority vote or the mean has, and ours."""
    if not real.DATA.exists():
        return lambda: Report(f"Real data: none in {real.DATA.name}", (), {})
    crowds = {name: executor.submit(accuracies, name) for name in real.CROWDS}
    moves = {bare: [executor.submit(film_moves, seed, not bare) for seed in size.seeds] for bare in (True, False)}
    conferences = {name: executor.submit(aucs, name) for name in real.CONFERENCES}

    def finish() -> Report:
        rows: dict[str, Row] = {}
        goals = []
        for name, task in crowds.items():
            simple, score = task.result()
            rows[f"{name}: accuracy"] = {"majority or mean": simple, OURS: score}
            goals.append(Goal(f"{name}: accuracy", score, simple, is_least=True))
        for bare, tasks in moves.items():
            name = "filmtrust: push" if bare else "filmtrust: push, camouflaged"
            by_mean, verified, vouched = (abs(x) for x in np.mean([task.result() for task in tasks], axis=0))
            rows[f"{name}, all verified"] = {"majority or mean": by_mean, OURS: verified}
            rows[f"{name}, trust along vouches"] = {"majority or mean": by_mean, OURS: vouched}
            goals.append(Goal(name, verified, by_mean * SHARE, is_least=False))
            goals.append(Goal(f"{name}, trust along vouches", vouched, max(verified, STILL), is_least=False))
        for name, task in conferences.items():
            simple, score = task.result()
            rows[f"{name}: AUC"] = {"majority or mean": simple, OURS: score}
            goals.append(Goal(f"{name}: AUC", score, simple - LOSS, is_least=True))
        for row, goal in zip(rows.values(), goals, strict=True):
            row["goal"] = f"{goal} {'✓' if goal.is_met else '✗'}"
        note = "filmtrust: by how much the targets' mean rank percentile moves, either way."
        return Report("Real data", ("majority or mean", OURS, "goal"), rows, goals, (note,))

    return finish


def accuracies(name: str) -> tuple[float, float]:
    """Share of questions answered rightly by majority vote (ties shared out), and by the greatest of our scores."""
    crowd = real.crowd(name)
    votes = np.stack(
        [np.bincount(crowd.question[crowd.answer == c], minlength=len(crowd.truth)) for c in range(crowd.n_codes)]
    )
    scores = np.stack([ours(crowd.says(code)) for code in range(crowd.n_codes)])
    return accuracy(votes, crowd.truth), accuracy(scores, crowd.truth)


def accuracy(scores: Floats | Ints, truth: Ints) -> float:
    """Share of known truths that have the greatest of scores, [codes, questions]; the greatest of k ties counts 1/k."""
    known = np.flatnonzero(truth >= 0)
    is_top = scores[:, known] == scores[:, known].max(axis=0)
    return float((is_top[truth[known], np.arange(len(known))] / is_top.sum(axis=0)).mean())


def film_moves(seed: int, is_camouflaged: bool = False) -> tuple[float, float, float]:  # noqa: FBT001, FBT002  (of a task)
    """By how much an attack moves the targets' mean rank percentile: of the mean, and of ours without and with vouches.

    With vouches, who stated trust in somebody is verified, spammers are not, and trust goes along the statements.
    """
    films, truster, trusted = real.films()
    attacked = attack(films, seed, is_camouflaged=is_camouflaged)
    n, targets = attacked.ratings.n_reviewers, attacked.targets
    trust = trust_along(np.isin(np.arange(n), truster), truster, trusted)

    def move(before: Floats, after: Floats) -> float:
        among = rated(films)
        return percentile(after, targets, among) - percentile(before, targets, among)

    by_mean = move(mean(films), mean(attacked.ratings))
    verified = move(ours(films), ours(attacked.ratings))
    return by_mean, verified, move(ours(films, trust[: films.n_reviewers]), ours(attacked.ratings, trust))


def aucs(name: str) -> tuple[float, float]:
    """Pr(an accepted paper is above a rejected one), by the mean and by ours."""
    one = real.conference(name)
    known = one.is_known
    theirs = mean(one.ratings)
    score = ours(one.ratings, VERIFIED, confidence=one.confidence)
    return auc(theirs[known], one.is_accepted[known]), auc(score[known], one.is_accepted[known])
