"""Most margin within limits on bad rate, approval and own funding, over the thresholds of several rules at once.

Best found, not proven best: it climbs from several starts, moving one rule and then two at once. A test compares it
with every combination of three rules.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from jiebei_dash.errors import LimitsClash, LimitsClashTogether, LimitUnreachable
from jiebei_dash.lab.climbing import Goal, Judge, Limit, Wanted, Watch, climb, is_better, measures
from jiebei_dash.lab.frontier import envelope
from jiebei_dash.lab.population import Bytes, Floats
from jiebei_dash.lab.thresholds import MARGIN, Problem
from jiebei_dash.text import numbers

EXPLORED = 50_000
NARROWED = 200_000
"""Decisions on which all starts are climbed from, and on which the best few are taken further."""
RANDOM_STARTS = 4
FROM_ENVELOPE = 3
TAKEN_FURTHER = 2
KICKS, KICKED = 8, 0.5
"""Times that the best end is left by a kick, and the chance of each threshold to move then."""
WIDE, NEAR = 12, 4
"""Steps by which two rules are moved at once while exploring, and on all decisions."""
ON_ALL = 1
"""Rounds of pairs on all decisions of a large population at most."""
End = tuple[Bytes, tuple[float, float]]
"""Where a climb ended, and its score."""
STEP: dict[Limit, float] = {"bad_rate": 0.001, "approval": 0.01, "own_share": 0.01}
"""A limit is loosened by so much to see what it costs."""


@dataclass(frozen=True)
class Price:
    """What a limit costs.

    Parameters
    ----------
    limit
        Which one.
    reached
        Where the answer stands.
    gain_fen
        Margin that loosening it by ``STEP`` would bring; 0 if it does not bind.
    binds
        Whether loosening it would bring any margin.
    """

    limit: Limit
    reached: float
    gain_fen: float
    binds: bool


@dataclass(frozen=True)
class Solution:
    """The best policy found.

    Parameters
    ----------
    thresholds
        By rule key, of the rules that moved, on the grid.
    sums
        Of whoever it approves, by ``thresholds.SUMS``.
    prices
        Of each limit.
    """

    thresholds: dict[str, float]
    sums: Floats
    prices: tuple[Price, ...]


def solve(whole: Problem, today: Bytes, wanted: Wanted, watch: Watch = lambda share: None, seed: int = 1) -> Solution:
    """Return the policy with most margin that keeps to what is wanted.

    Parameters
    ----------
    whole
        Whose thresholds move.
    today
        Where they stand.
    wanted
        The limits.
    watch
        Is told the share done, 0 to 1; to stop the search it raises, and nothing is left behind.
    seed
        Of the random starts: the same gives the same policy.

    Raises
    ------
    LimitUnreachable, LimitsClash, LimitsClashTogether
        No policy keeps to one limit, to two together, or to all.
    """
    need = _found(whole, today, wanted, "margin", watch, seed)
    judge = _judge(whole, wanted, "margin")
    sums = whole.at(need[None])[0]
    if sum(float(each) for each in judge.broken(sums).values()) > 0:
        _say_what_clashes(whole, today, wanted, watch, seed)
    need = _back(whole, need, today, judge)
    sums = whole.at(need[None])[0]
    watch(0.95)
    prices = _prices(whole, need, sums, wanted, watch) if wanted.given else ()
    watch(1.0)
    return Solution(whole.thresholds(need), sums, prices)


def _found(whole: Problem, today: Bytes, wanted: Wanted, goal: Goal, watch: Watch, seed: int) -> Bytes:
    part = whole.part(EXPLORED)
    judge = _judge(part, wanted, goal)
    starts = _starts(part, today, judge, watch, seed)
    ends: dict[bytes, End] = {}
    for number, start in enumerate(starts):
        share = 0.05 + 0.4 * number / len(starts)
        end = climb(part, start, judge, WIDE, partial(_tell, watch, share))
        ends[end[0].tobytes()] = end
    best = sorted(ends.values(), key=_rank)
    narrowed = whole.part(NARROWED)
    if part is whole or narrowed is not whole:
        best = [_kicked(part, best[0], judge, partial(_tell, watch, 0.45), seed), *best]
    if part is whole:
        return best[0][0]
    judge = _judge(narrowed, wanted, goal)
    further = [climb(narrowed, each, judge, WIDE, partial(_tell, watch, 0.5)) for each, _ in best[:TAKEN_FURTHER]]
    if narrowed is whole:
        # A part of few misleads by chance: where there is time, the kicks are on all.
        return _kicked(whole, min(further, key=_rank), judge, partial(_tell, watch, 0.6), seed)[0]
    need = min(further, key=_rank)[0]
    return climb(whole, need, _judge(whole, wanted, goal), NEAR, partial(_tell, watch, 0.7), ON_ALL)[0]


def _kicked(part: Problem, end: End, judge: Judge, watch: Watch, seed: int) -> End:
    """Kick some thresholds away from the best end, climb again, and stay where it is better."""
    random = np.random.default_rng(seed + 1)
    sizes = np.array(part.sizes)
    for _ in range(KICKS):
        moved = random.random(len(sizes)) < KICKED
        far = random.integers(-WIDE, WIDE + 1, len(sizes)) * moved
        start = np.clip(end[0].astype(np.int64) + far, 0, sizes - 1).astype(np.uint8)
        new = climb(part, start, judge, WIDE, watch, 8)
        end = new if is_better(new[1], end[1]) else end
    return end


def _rank(end: End) -> tuple[float, float]:
    return end[1][0], -end[1][1]


def _starts(part: Problem, today: Bytes, judge: Judge, watch: Watch, seed: int) -> list[Bytes]:
    """Today, the loosest, the best of two envelopes, and some by lot."""
    random = np.random.default_rng(seed)
    loosest = np.zeros_like(today)
    sizes = np.array(part.sizes)
    lots = (random.random((RANDOM_STARTS, len(sizes))) ** 2 * sizes).astype(np.uint8)
    both = np.stack([today, loosest])
    along = [envelope(part, both, against, partial(_tell, watch, 0.0)) for against in ("margin", "bad_rate")]
    some = [
        each.needs[np.lexsort((-aim, broken))[:FROM_ENVELOPE]]
        for each, (broken, aim) in zip(along, (judge.score(each.sums) for each in along), strict=True)
    ]
    every = np.concatenate([both, *some, lots])
    _, first = np.unique(every, axis=0, return_index=True)
    return [every[place] for place in np.sort(first)]


def _back(problem: Problem, need: Bytes, today: Bytes, judge: Judge) -> Bytes:
    """A threshold that moved for nothing stands where it stood."""
    for _ in range(len(need)):
        if np.array_equal(need, today):
            break
        curves = problem.along(need)
        scores = [judge.scores(curve[[need[rule], today[rule]]]) for rule, curve in enumerate(curves)]
        free = [rule for rule, (new, old) in enumerate(scores) if need[rule] != today[rule] and not is_better(new, old)]
        if not free:
            break
        need = need.copy()
        need[free[0]] = today[free[0]]
    return need


def _prices(whole: Problem, need: Bytes, sums: Floats, wanted: Wanted, watch: Watch) -> tuple[Price, ...]:
    """On a part both sides are climbed to: the answer of the whole need not be the best there."""
    part, tell = whole.part(NARROWED), partial(_tell, watch, 0.95)
    was = climb(part, need, _judge(part, wanted, "margin"), NEAR, tell, 3)[1]
    reached, found = measures(sums, whole.decided), []
    for limit in wanted.given:
        step = STEP[limit] if limit == "bad_rate" else -STEP[limit]
        looser = replace(wanted, **{limit: getattr(wanted, limit) + step})
        new = climb(part, need, _judge(part, looser, "margin"), NEAR, tell, 3)[1]
        gain = (new[1] - was[1]) * whole.decided / part.decided if was[0] == 0 and new[0] == 0 else 0.0
        binds = gain > 1e-9 * max(1.0, abs(float(sums[MARGIN])))
        found.append(Price(limit, float(reached[limit]), gain if binds else 0.0, binds))
    return tuple(found)


def _say_what_clashes(whole: Problem, today: Bytes, wanted: Wanted, watch: Watch, seed: int) -> None:
    """One limit alone first, then two, then all."""
    given = wanted.given
    best = {limit: _most(whole, today, Wanted(), limit, watch, seed) for limit in given}
    for limit in given:
        if not _keeps(limit, best[limit], float(getattr(wanted, limit))):
            raise LimitUnreachable(
                limit=limit, wanted=numbers.rate(getattr(wanted, limit)), best=numbers.rate(best[limit])
            )
    for place, first in enumerate(given):
        for second in given[place + 1 :]:
            # How far the second gets while the first holds.
            reached = _most(whole, today, wanted.only(first), second, watch, seed)
            if not _keeps(second, reached, float(getattr(wanted, second))):
                raise LimitsClash(
                    limit=first,
                    wanted=numbers.rate(getattr(wanted, first)),
                    other_limit=second,
                    other_wanted=numbers.rate(getattr(wanted, second)),
                    best=numbers.rate(reached),
                )
    raise LimitsClashTogether()


def _most(whole: Problem, today: Bytes, wanted: Wanted, limit: Limit, watch: Watch, seed: int) -> float:
    need = _found(whole, today, wanted, limit, watch, seed)
    return float(measures(whole.at(need[None])[0], whole.decided)[limit])


def _keeps(limit: Limit, reached: float, wanted: float) -> bool:
    return reached <= wanted + 1e-9 if limit == "bad_rate" else reached >= wanted - 1e-9


def _tell(watch: Watch, share: float, _: float) -> None:
    """A climb does not know how long it takes: the share stands still, and whoever wants to stop it can."""
    watch(share)


def _judge(problem: Problem, wanted: Wanted, goal: Goal) -> Judge:
    return Judge(wanted, goal, problem.decided, problem.least_loans, problem.is_exact)
