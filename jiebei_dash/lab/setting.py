"""What answers ask of the solver and the frontier: numbers in, numbers out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

import numpy as np

from jiebei_dash.book.policy import Policy
from jiebei_dash.errors import FrontierUnknown
from jiebei_dash.lab.climbing import Goal, Judge, Wanted, Watch, climb
from jiebei_dash.lab.frontier import Points, best_of, crossed, envelope
from jiebei_dash.lab.population import Bytes, Floats, Population, month_number
from jiebei_dash.lab.solver import WIDE, Solution, solve
from jiebei_dash.lab.thresholds import APPROVED, OWN, Problem, Worth, problem
from jiebei_dash.lab.trying import Bench

CLIMBED = 50_000
"""Decisions on which it is looked for how much better a single policy could be."""


def set_up(
    bench: Bench, start: Policy, move: Sequence[str], worth: Mapping[str, Floats], own_share: Floats | None
) -> Problem:
    """Return the problem of moving some rules of a policy.

    Parameters
    ----------
    bench, start, move
        As for :func:`jiebei_dash.lab.thresholds.problem`.
    worth
        Of an approved person, by the names of :class:`jiebei_dash.lab.thresholds.Worth`.
    own_share
        Of each decision; None if it is not asked about.

    Raises
    ------
    FrontierUnknown
        Whoever would be approved has no known chance, line or take-up.
    """
    share = np.zeros(0) if own_share is None else own_share
    found = problem(bench, start, move, Worth(**worth), share)
    if not np.isfinite(found.loosest[:OWN]).all():
        raise FrontierUnknown()
    return found


def own_share_of(people: Population, table: Floats, first_month: date) -> Floats:
    """Return the own-fund share of each decision.

    Parameters
    ----------
    people
        The population.
    table
        Months by products by Zhima bands; a code that is none of the list has the last place of its axis.
    first_month
        What the first place of the months stands for.
    """
    month = np.clip(people.month - month_number(first_month), 0, table.shape[0] - 1)
    product = np.minimum(people.segments["product_class"], table.shape[1] - 1)
    band = np.minimum(people.segments["zhima_band"], table.shape[2] - 1)
    return np.asarray(table[month, product, band])


def own_shares(
    bench: Bench, policies: Sequence[Policy], worth: Mapping[str, Floats], own_share: Floats | None
) -> tuple[float, ...]:
    """Return the own-fund share of what is drawn under some policies, NaN of nobody."""
    if own_share is None:
        return (float("nan"),) * len(policies)
    found: dict[str, float] = {}
    for policy in policies:
        if policy.json() in found:
            continue
        offered, passes = bench.offer(policy), np.flatnonzero(bench.bits(policy) == 0)
        each = worth["drawn"][bench.people.outcome[passes]]
        line = offered.limit_fen[passes] * (offered.drawn[passes] if len(offered.drawn) else 1.0)
        drawn = np.where(each != 0, each * line, 0.0)
        own = np.where(drawn != 0, drawn * own_share[passes], 0.0)
        found[policy.json()] = float(own.sum() / drawn.sum()) if drawn.sum() > 0 else float("nan")
    return tuple(found[policy.json()] for policy in policies)


def solved(whole: Problem, start: Policy, limits: Mapping[str, float | None], watch: Watch, seed: int) -> Solution:
    """Return the best policy found; see :func:`jiebei_dash.lab.solver.solve`."""
    return solve(whole, whole.need_of(start), Wanted(**limits), watch, seed)


def points(
    whole: Problem,
    policies: Sequence[Policy],
    pair: tuple[str, str],
    against: Literal["bad_rate", "margin"],
    most: int,
    watch: Watch,
) -> tuple[list[str], dict[str, Floats], Floats]:
    """Return the frontier: kinds, thresholds by rule key, and sums, a policy each.

    Parameters
    ----------
    whole
        Whose thresholds move.
    policies
        The draft, of which all other rules stand, today's, and any other that is known to be good.
    pair
        Keys of the two rules that are crossed.
    against
        ``bad_rate`` or ``margin``.
    most
        Points of the crossing.
    watch
        Is told the share done; may raise to stop.
    """
    places = [[rule.key for rule in whole.rules].index(key) for key in pair]
    needs = np.stack([whole.need_of(policy) for policy in policies])
    cross = crossed(whole, needs[0], places[0], places[1], most)
    best = envelope(whole, needs, against, watch, cross)
    near = np.unique(np.stack(_near(whole, needs[:2], best, against, watch)), axis=0)
    best = best_of(Points(np.concatenate([best.needs, near]), np.concatenate([best.sums, whole.at(near)])), against)
    kinds = ["PAIR"] * len(cross.needs) + ["ENVELOPE"] * len(best.needs)
    every = Points(np.concatenate([cross.needs, best.needs]), np.concatenate([cross.sums, best.sums]))
    steps = [whole.thresholds(each) for each in every.needs]
    thresholds = {rule.key: np.array([each[rule.key] for each in steps]) for rule in whole.rules}
    return kinds, thresholds, every.sums


def _near(whole: Problem, needs: Bytes, best: Points, goal: Goal, watch: Watch) -> list[Bytes]:
    """With no fewer approvals than a policy, the best that climbs from it and from the envelope beside it find."""
    part, found = whole.part(CLIMBED), []
    needs = np.unique(needs, axis=0)
    for need, sums in zip(needs, part.at(needs), strict=True):
        approval = float(sums[APPROVED]) / part.decided
        # A part may approve a little more than the whole.
        approval = approval if part is whole else min(approval * 1.002, 1.0)
        judge = Judge(Wanted(approval=approval), goal, part.decided, part.least_loans, part.is_exact)
        starts = [need]
        more = np.flatnonzero(best.sums[:, APPROVED] / whole.decided >= approval)
        if len(more):
            starts.append(best.needs[more[-1]])
        found += [climb(part, start, judge, WIDE, lambda _: watch(0.9), 3)[0] for start in starts]
    return found
