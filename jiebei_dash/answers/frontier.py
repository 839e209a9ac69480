"""How good could the policy be? Approval against bad rate and margin, and the best policy within limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from jiebei_dash import late
from jiebei_dash.answers import trying
from jiebei_dash.answers.arguments import one_of
from jiebei_dash.answers.trying import MATURITY_MONTHS, METHOD, WINDOW_MONTHS, Replay
from jiebei_dash.book.engine import Answer, Fetch, Question
from jiebei_dash.book.policy import Policy, declining_rule
from jiebei_dash.book.scope import Scope, month_plus, months_between
from jiebei_dash.errors import BadArgument, BookLacks, DraftApprovesNobody
from jiebei_dash.metrics import frontier as metrics
from jiebei_dash.queries import frontier as queries
from jiebei_dash.queries import stratification
from jiebei_dash.terms import PRODUCT_CLASSES, ZHIMA_BANDS

NEEDS = trying.NEEDS
MOVE: tuple[str, ...] = (
    "score_floor", "zhima_floor", "other_lenders_cap", "queries_cap", "dti_cap", "account_age_floor",
)  # fmt: skip
"""Rules that may move unless told."""
AGAINST: tuple[str, ...] = ("bad_rate", "margin")
PAIR_POINTS = 1_200
# Compiled loops: their compiler takes a second to import.
SETTING_UP = "jiebei_dash.lab.setting:set_up"
POINTS = "jiebei_dash.lab.setting:points"
SOLVING = "jiebei_dash.lab.setting:solved"
OWN_SHARE = "jiebei_dash.lab.setting:own_share_of"
OWN_SHARES = "jiebei_dash.lab.setting:own_shares"

Watch = Callable[[float], None]


def _go_on(share: float) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Frontier:
    """The frontier of a replay.

    Parameters
    ----------
    gaps
        By kind (TODAY, PROPOSED): by how much the bad rate could be lower, and the margin higher, at no fewer
        approvals.
    answer
        See :func:`points`.
    """

    gaps: dict[str, tuple[float, float]]
    answer: Answer = field(repr=False)


@dataclass(frozen=True)
class Solved:
    """The solver's policy beside today's and the draft.

    Parameters
    ----------
    thresholds
        Of the rules that could move, by key.
    policy
        The whole policy.
    done
        Today's policy and the solver's, replayed.
    answer
        See :func:`solve`.
    """

    thresholds: dict[str, float]
    policy: Policy
    done: Replay = field(repr=False)
    answer: Answer = field(repr=False)


def points(
    scope: Scope,
    fetch: Fetch,
    first: str = "score_floor",
    second: str = "zhima_floor",
    against: str = "bad_rate",
    move: Sequence[str] = MOVE,
    maturity_months: int = MATURITY_MONTHS,
    method: str = METHOD,
    window_months: int = WINDOW_MONTHS,
    draft: str = "",
    **thresholds: float,
) -> Answer:
    """Return the frontier: every two thresholds of two rules, and the best found over all that may move.

    Parameters
    ----------
    first, second
        Keys of the two rules that are crossed, all others as the draft has them.
    against
        ``bad_rate`` or ``margin``: of what the envelope is the best.
    move
        Keys of the rules that the envelope moves, the two among them.
    maturity_months, method, window_months, draft, **thresholds
        As for ``what_if.consequences``.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.frontier.points`.

    Raises
    ------
    FrontierUnknown
        Nobody was approved then, or chances or lines are not known, so nothing can be compared.
    """
    done = trying.replay(scope, fetch, maturity_months, thresholds, draft, method, window_months)
    return points_of(done, first, second, against, move).answer


def points_of(
    done: Replay,
    first: str,
    second: str,
    against: str,
    move: Sequence[str],
    known: Sequence[Policy] = (),
    watch: Watch = _go_on,
) -> Frontier:
    """Return the frontier of a replay; other parameters as :func:`points`.

    Parameters
    ----------
    known
        Policies that are known to be good, such as the solver's: differing from the draft in rules that move.
    watch
        Is told the share done, 0 to 1; to stop it raises.
    """
    one_of("against", against, AGAINST)
    rules = dict.fromkeys((*move, first, second))
    for key in rules:
        declining_rule(key)
    if first == second:
        raise BadArgument(name="second", value=second, allowed=", ".join(key for key in MOVE if key != first))
    if done.both["approved_count"].iloc[1] == 0:
        raise DraftApprovesNobody()
    worth = metrics.worth(done.loans_a_declined, done.assumptions, done.costs)
    problem = late.function(SETTING_UP)(done.bench, done.proposed, tuple(rules), worth, None)
    policies = (done.proposed, done.today, *known)
    kinds, chosen, sums = late.function(POINTS)(problem, policies, (first, second), against, PAIR_POINTS, watch)
    frame = metrics.points(kinds, chosen, sums, done.both, (done.today, done.proposed))
    gaps = {kind: metrics.behind(frame, kind)[:2] for kind in ("TODAY", "PROPOSED")}
    return Frontier(gaps, Answer("frontier.points", frame, done.questions))


def solve(
    scope: Scope,
    fetch: Fetch,
    bad_at_most: float = 1.0,
    approval_at_least: float = 0.0,
    own_at_least: float = 0.0,
    move: Sequence[str] = MOVE,
    maturity_months: int = MATURITY_MONTHS,
    method: str = METHOD,
    window_months: int = WINDOW_MONTHS,
    draft: str = "",
    **thresholds: float,
) -> Answer:
    """Return the policy with most margin whose bad rate, approvals and own funding keep to limits.

    Parameters
    ----------
    bad_at_most
        Expected bad rate, 0 to 1; 1 is no limit.
    approval_at_least
        Approval rate, 0 to 1; 0 is no limit.
    own_at_least
        Share of what is drawn that the own book funds, 0 to 1; 0 is no limit.
    move
        Keys of the rules that may move; the others stand as the draft has them.
    maturity_months, method, window_months, draft, **thresholds
        As for ``what_if.consequences``.

    Returns
    -------
    Answer
        See :func:`jiebei_dash.metrics.frontier.solved`.

    Raises
    ------
    LimitUnreachable, LimitsClash, LimitsClashTogether
        No policy was found that keeps to one limit, to two together, or to all.
    FrontierUnknown
        As for :func:`points`.
    """
    done = trying.replay(scope, fetch, maturity_months, thresholds, draft, method, window_months)
    return solved_of(done, fetch, bad_at_most, approval_at_least, own_at_least, move).answer


def solved_of(
    done: Replay,
    fetch: Fetch,
    bad_at_most: float,
    approval_at_least: float,
    own_at_least: float,
    move: Sequence[str],
    watch: Watch = _go_on,
    seed: int = 1,
) -> Solved:
    """Return the solver's policy for a replay, with its replay; other parameters as :func:`solve`.

    Parameters
    ----------
    watch
        Is told the share done, 0 to 1; to stop the search it raises, and nothing is left behind.
    seed
        Of the starts by lot: the same gives the same policy.
    """
    limits = {"bad_at_most": bad_at_most, "approval_at_least": approval_at_least, "own_at_least": own_at_least}
    for name, value in limits.items():
        if not 0.0 <= value <= 1.0:
            raise BadArgument(name=name, value=value, allowed="0 - 1")
    if not move:
        raise BadArgument(name="move", value="-", allowed=", ".join(MOVE))
    for key in move:
        declining_rule(key)
    if own_at_least > 0:
        done.scope.need("funding")
    if done.both["approved_count"].iloc[1] == 0:
        raise DraftApprovesNobody()
    own, asked = _own_share(done, fetch)
    if own_at_least > 0 and (own is None or np.isnan(own).all()):
        raise BookLacks(capability="funding")
    worth = metrics.worth(done.loans_a_declined, done.assumptions, done.costs)
    problem = late.function(SETTING_UP)(done.bench, done.proposed, tuple(dict.fromkeys(move)), worth, own)
    wanted = {
        "bad_rate": bad_at_most if bad_at_most < 1.0 else None,
        "approval": approval_at_least if approval_at_least > 0.0 else None,
        "own_share": own_at_least if own_at_least > 0.0 else None,
    }
    found = late.function(SOLVING)(problem, done.proposed, wanted, watch, seed)
    policy = done.proposed.changed(found.thresholds)
    other = replace(done, proposed=policy, tried=done.bench.tried(policy))
    three = (done.today, done.proposed, policy)
    frame = metrics.solved(
        other.both,
        done.both,
        late.function(OWN_SHARES)(done.bench, three, worth, own),
        {key: (done.today[key], done.proposed[key], policy[key]) for key in found.thresholds},
        [
            {"item": each.limit, "asked": wanted[each.limit], "binds": each.binds, "gain_fen": each.gain_fen}
            for each in found.prices
        ],
    )
    return Solved(found.thresholds, policy, other, Answer("frontier.solve", frame, (*done.questions, *asked)))


def _own_share(done: Replay, fetch: Fetch) -> tuple[Any, tuple[Question, ...]]:
    """The own-fund share of each decision, None in a book that does not know who funds; and what was asked."""
    if "funding" in done.scope.lacks:
        return None, ()
    asked, called = queries.funded(done.scope, done.window), stratification.funders(done.scope)
    funders = fetch(called)
    own_codes = funders.loc[funders["kind"] == "OWN", "funder_code"].to_list()
    window = done.window
    count = months_between(window.first_month, window.last_month) + 1
    months = [month_plus(window.first_month, place) for place in range(count)]
    table = metrics.own_shares(fetch(asked), own_codes, months, PRODUCT_CLASSES, ZHIMA_BANDS)
    return late.function(OWN_SHARE)(done.bench.people, table, window.first_month), (asked, called)
