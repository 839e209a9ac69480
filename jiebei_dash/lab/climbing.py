"""Climbing from one choice of thresholds to a better one: one rule at a time, then two at once, until none helps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from jiebei_dash.lab.population import Bytes, Floats
from jiebei_dash.lab.thresholds import APPROVED, BADS, DRAWN, LOANS, MARGIN, OWN, Problem

Limit = Literal["bad_rate", "approval", "own_share"]
LIMITS: tuple[Limit, ...] = ("bad_rate", "approval", "own_share")
Goal = Literal["margin", "bad_rate", "approval", "own_share"]
Watch = Callable[[float], None]
"""Is told the share done, 0 to 1; to stop the search it raises."""
_EXACT = 1e-12
_ROUNDED = 1e-8
"""Values of a large population have seven digits: a limit is kept by that much more."""


@dataclass(frozen=True)
class Wanted:
    """What a policy must keep to; None is no limit.

    Parameters
    ----------
    bad_rate
        Expected bad rate of its loans, at most.
    approval
        Share of the decided that it approves, at least.
    own_share
        Share of what is drawn that the own book funds, at least.
    """

    bad_rate: float | None = None
    approval: float | None = None
    own_share: float | None = None

    def only(self, *limits: Limit) -> Wanted:
        """Return some of its limits alone."""
        return Wanted(**{name: getattr(self, name) for name in limits})

    @property
    def given(self) -> tuple[Limit, ...]:
        """Return which limits there are."""
        return tuple(name for name in LIMITS if getattr(self, name) is not None)


@dataclass(frozen=True)
class Judge:
    """How good sums are: what they break first, then the goal.

    Parameters
    ----------
    wanted
        The limits.
    goal
        What is made most of; a bad rate is made least of.
    decided, least_loans
        How many were decided; the fewest loans that count as a policy.
    is_exact
        Whether the sums have all their digits.
    """

    wanted: Wanted
    goal: Goal
    decided: int
    least_loans: float
    is_exact: bool

    def broken(self, sums: Floats) -> dict[str, Floats]:
        """Return by how much each limit is broken, 0 where it holds; ``loans`` if too few are made."""
        slack = -_EXACT if self.is_exact else _ROUNDED
        rates = measures(sums, self.decided)
        found: dict[str, Floats] = {}
        for name in self.wanted.given:
            limit = float(getattr(self.wanted, name))
            beyond = rates[name] - limit if name == "bad_rate" else limit - rates[name]
            # Approvals are whole numbers, and so exact in any case.
            beyond = beyond + (slack if name != "approval" else -_EXACT)
            found[name] = np.where(np.isnan(beyond), 1.0, np.maximum(beyond, 0.0))
        short = self.least_loans - sums[..., LOANS]
        found["loans"] = np.where(short > 0, 1.0 + short / self.least_loans, 0.0)
        return found

    def score(self, sums: Floats) -> tuple[Floats, Floats]:
        """Return how much is broken in all, and the goal (more is better)."""
        aim = sums[..., MARGIN] if self.goal == "margin" else measures(sums, self.decided)[self.goal]
        aim = np.where(np.isnan(aim), -np.inf, -aim if self.goal == "bad_rate" else aim)
        total: Floats = np.sum(list(self.broken(sums).values()), axis=0)
        return total, aim

    def scores(self, sums: Floats) -> list[tuple[float, float]]:
        """Return the score of each of some sums."""
        return [(float(broken), float(aim)) for broken, aim in zip(*self.score(sums), strict=True)]

    def best(self, sums: Floats) -> tuple[int, tuple[float, float]]:
        """Return the place of the best of many sums, counted through, and its score; the first of equals."""
        broken, aim = (each.ravel() for each in self.score(sums))
        aim = np.where(broken <= broken.min(), aim, -np.inf)
        place = int(np.argmax(aim))
        return place, (float(broken[place]), float(aim[place]))


def measures(sums: Floats, decided: int) -> dict[str, Floats]:
    """Return bad rate, approval and own share; NaN of nobody."""
    return {
        "bad_rate": _over(sums[..., BADS], sums[..., LOANS]),
        "approval": sums[..., APPROVED] / decided,
        "own_share": _over(sums[..., OWN], sums[..., DRAWN]),
    }


def is_better(new: tuple[float, float], old: tuple[float, float]) -> bool:
    """Return whether a score is better by more than the dust of sums."""
    if abs(new[0] - old[0]) > _EXACT:
        return new[0] < old[0]
    return new[1] > old[1] + 1e-10 * max(1.0, abs(old[1]))


def climb(
    problem: Problem, need: Bytes, judge: Judge, half: int, watch: Watch, most_pairs: int = 50
) -> tuple[Bytes, tuple[float, float]]:
    """Return where a climb ends: no move of one rule, nor of two by up to ``half`` steps, is better.

    Parameters
    ----------
    problem
        Whose thresholds move.
    need
        Where it starts.
    judge
        What is better.
    half
        Steps that a pair of rules is moved by at most.
    watch
        Is told that work goes on; may raise to stop it.
    most_pairs
        Rounds of pairs at most.
    """
    score = judge.scores(problem.at(need[None]))[0]
    pairs = 0
    while True:
        watch(0.0)
        moved = _single(problem, need, judge)
        if not is_better(moved[1], score):
            if pairs == most_pairs or len(problem.rules) < 2:
                return need, score
            pairs += 1
            watch(0.0)
            moved = _double(problem, need, judge, half)
            if not is_better(moved[1], score):
                return need, score
        need, score = moved


def _single(problem: Problem, need: Bytes, judge: Judge) -> tuple[Bytes, tuple[float, float]]:
    curves = problem.along(need)
    best: tuple[Bytes, tuple[float, float]] | None = None
    for rule, curve in enumerate(curves):
        place, score = judge.best(curve)
        if best is None or is_better(score, best[1]):
            best = _moved(need, {rule: place}), score
    assert best is not None  # noqa: S101  a problem has a rule
    return best


def _double(problem: Problem, need: Bytes, judge: Judge, half: int) -> tuple[Bytes, tuple[float, float]]:
    tables, lowest, which = problem.pairs(need, half)
    broken, aim = judge.score(tables)
    for pair, rules in enumerate(which):
        for axis, rule in enumerate(rules):
            # Beyond the strictest threshold there is none.
            beyond = slice(problem.sizes[rule] - int(lowest[rule]), None)
            broken[(pair, beyond) if axis == 0 else (pair, slice(None), beyond)] = np.inf
    aim = np.where(broken <= broken.min(), aim, -np.inf)
    pair, first, second = (int(each) for each in np.unravel_index(int(np.argmax(aim)), aim.shape))
    one, other = which[pair]
    places = {one: int(lowest[one]) + first, other: int(lowest[other]) + second}
    return _moved(need, places), (float(broken[pair, first, second]), float(aim[pair, first, second]))


def _moved(need: Bytes, places: dict[int, int]) -> Bytes:
    moved = need.copy()
    for rule, place in places.items():
        moved[rule] = place
    return moved


def _over(numerator: Floats, denominator: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(denominator > 0, numerator / denominator, np.nan))
