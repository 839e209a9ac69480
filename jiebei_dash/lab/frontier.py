"""Approval against bad rate or margin: every two thresholds of a pair of rules, and the envelope over all rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jiebei_dash.lab.climbing import Watch
from jiebei_dash.lab.population import Bytes, Floats
from jiebei_dash.lab.thresholds import APPROVED, BADS, LOANS, MARGIN, Problem

EXPLORED = 100_000
"""Decisions on which the envelope is looked for; its points are then counted on all."""
MULTIPLIERS = 24
MOST_ROUNDS = 12
KEPT = 6
"""Points of the envelope that are counted on all decisions."""


@dataclass(frozen=True)
class Points:
    """Policies and what they do.

    Parameters
    ----------
    needs
        Policies by rules: places of thresholds.
    sums
        Policies by ``thresholds.SUMS``, of all decisions.
    """

    needs: Bytes
    sums: Floats


def goodness(sums: Floats, against: str) -> Floats:
    """Return what a frontier makes most of: the margin, or less of a bad rate."""
    if against == "margin":
        return np.asarray(sums[..., MARGIN])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(sums[..., LOANS] > 0, -sums[..., BADS] / sums[..., LOANS], -np.inf))


def best_of(points: Points, against: str) -> Points:
    """Return the points that no other beats in approvals and goodness at once, from the most approvals on."""
    aim = goodness(points.sums, against)
    order = np.lexsort((-aim, -points.sums[:, APPROVED]))
    highest = np.maximum.accumulate(np.concatenate([[-np.inf], aim[order]]))[:-1]
    kept = order[aim[order] > highest]
    return Points(points.needs[kept], points.sums[kept])


def crossed(problem: Problem, need: Bytes, first: int, second: int, most: int) -> Points:
    """Return the policies of two rules, all others as they stand: the best ones and up to about ``most`` of all.

    Parameters
    ----------
    problem
        Whose thresholds move.
    need
        Where the other rules stand.
    first, second
        Places of the two rules.
    most
        How many points; those with fewer loans than are judged by are left out.
    """
    table = problem.crossed(need, first, second)
    rows, columns = (each.ravel() for each in np.indices(table.shape[:2]))
    needs = np.repeat(need[None], len(rows), axis=0)
    needs[:, first], needs[:, second] = rows, columns
    sums = table.reshape(len(rows), -1)
    held = np.flatnonzero(sums[:, LOANS] >= problem.least_loans)
    # Where nobody stands between two thresholds both make the same point.
    _, distinct = np.unique(sums[held][:, [APPROVED, LOANS]], axis=0, return_index=True)
    held = held[np.sort(distinct)]
    some = held[np.linspace(0, len(held) - 1, min(most, len(held))).round().astype(np.int64)] if len(held) else held
    return Points(needs[some], sums[some])


def envelope(whole: Problem, starts: Bytes, against: str, watch: Watch, also: Points | None = None) -> Points:
    """Return the best policies found over all rules, from the most approvals to the fewest.

    Parameters
    ----------
    whole
        Whose thresholds move.
    starts
        Policies by rules from which the path begins; they are points as well.
    against
        ``bad_rate`` or ``margin``.
    watch
        Is told the share done; may raise to stop.
    also
        Points already counted on all decisions.

    Notes
    -----
    For a multiplier, approvals and goodness become one sum over people, and thresholds climb one at a time; the next
    multiplier starts where the last one ended. Every policy that is looked at on the way is a candidate. Best found,
    not proven best.
    """
    part = whole.part(EXPLORED)
    found_needs, found_sums = [starts], [part.at(starts)]
    # A person's worth in the goal's own unit: from nothing to far above what any one person could bring.
    least, most = _range(part, against)
    path = np.concatenate([[0.0], np.geomspace(least, most, MULTIPLIERS - 1)])
    need = starts[0]
    for number, multiplier in enumerate(path):
        watch(number / len(path))
        value = -np.inf
        for _ in range(MOST_ROUNDS):
            needs, sums = _single_moves(part, need)
            found_needs.append(needs)
            found_sums.append(sums)
            held = sums[:, LOANS] >= part.least_loans
            lagrangian = np.where(held, _in_all(sums, against, float(multiplier)), -np.inf)
            place = int(np.argmax(lagrangian))
            if lagrangian[place] <= value + 1e-9 * abs(value if np.isfinite(value) else 0.0):
                break
            value, need = float(lagrangian[place]), needs[place]
    every = Points(np.concatenate(found_needs), np.concatenate(found_sums))
    held = every.sums[:, LOANS] >= part.least_loans
    best = best_of(Points(every.needs[held], every.sums[held]), against)
    chosen = best.needs
    if part is not whole:
        chosen = chosen[np.unique(np.linspace(0, len(chosen) - 1, min(KEPT, len(chosen))).round().astype(np.int64))]
    chosen = np.unique(np.concatenate([chosen, starts]), axis=0)
    counted = Points(chosen, whole.at(chosen)) if part is not whole else Points(chosen, part.at(chosen))
    if also is not None:
        counted = Points(np.concatenate([counted.needs, also.needs]), np.concatenate([counted.sums, also.sums]))
    kept = counted.sums[:, LOANS] >= whole.least_loans
    return best_of(Points(counted.needs[kept], counted.sums[kept]), against)


def _single_moves(problem: Problem, need: Bytes) -> tuple[Bytes, Floats]:
    """Every policy that differs in one rule, and its sums, from one pass."""
    curves = problem.along(need)
    needs = np.repeat(need[None], sum(problem.sizes), axis=0)
    row = 0
    for rule, size in enumerate(problem.sizes):
        needs[row : row + size, rule] = np.arange(size)
        row += size
    return needs, np.concatenate(curves)


def _in_all(sums: Floats, against: str, multiplier: float) -> Floats:
    goal = sums[:, MARGIN] if against == "margin" else -sums[:, BADS]
    return np.asarray(goal + multiplier * sums[:, APPROVED])


def _range(problem: Problem, against: str) -> tuple[float, float]:
    if against == "margin":
        size = float(np.abs(problem.values[:, MARGIN]).mean()) if len(problem) else 1.0
        return size * 1e-3 + 1e-9, size * 1e2 + 1e-6
    return 1e-3, 1.0
